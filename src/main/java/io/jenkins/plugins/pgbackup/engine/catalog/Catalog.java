package io.jenkins.plugins.pgbackup.engine.catalog;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpSuffix;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps.StoredFile;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** The dumps of a store, with what their manifests say of them. */
public final class Catalog {

    /** No manifest is longer, be it with as many tables as are counted, of the longest names; what is, is something else. */
    static final int LONGEST_MANIFEST_BYTES = 64 * 1024 * 1024;

    private static final int READERS = 8;

    /** For how many dumps the manifests are read together. */
    private static final int READ_AHEAD = 64;

    private final StoredDumps dumps;

    public Catalog(StoredDumps dumps) {
        this.dumps = dumps;
    }

    /**
     * One dump.
     *
     * @param manifest what it says of itself, without its tables; empty if it has no manifest, or none that can be read
     */
    public record Entry(StoredFile file, Optional<Manifest> manifest) {}

    /** Is shown what there is in a store, a dump at a time. */
    public interface Visitor {

        /**
         * A dump.
         *
         * @param described whether it has a manifest
         * @param manifest what that says, without its tables; empty if it cannot be read
         */
        void onDump(StoredFile file, boolean described, Optional<Manifest> manifest) throws IOException;

        /** A file with the name of a manifest, and no dump of which it could be. */
        default void onManifestAlone(String dumpName) throws IOException {
            // It is nothing to restore.
        }
    }

    /**
     * Shows every dump in the store: what has a manifest, and what a dump's suffix says is one. Some manifests are read at once,
     * as each takes a while to arrive; no more than these are in memory.
     */
    public void visit(Visitor visitor) throws IOException {
        visit(dumps.list(), visitor, () -> false);
    }

    /** @param enough whether no more need be shown */
    private void visit(List<StoredFile> files, Visitor visitor, BooleanSupplier enough) throws IOException {
        Set<String> names = files.stream().map(StoredFile::name).collect(Collectors.toCollection(HashSet::new));
        ExecutorService readers = Executors.newFixedThreadPool(READERS, Catalog::reader);
        try {
            for (int from = 0; from < files.size() && !enough.getAsBoolean(); from += READ_AHEAD) {
                List<StoredFile> some = files.subList(from, Math.min(from + READ_AHEAD, files.size()));
                Map<String, Future<Optional<Manifest>>> read = new HashMap<>();
                for (StoredFile file : some) {
                    if (names.contains(Manifest.nameFor(file.name()))) {
                        read.put(file.name(), readers.submit(() -> summaryOf(file.name())));
                    }
                }
                for (StoredFile file : some) {
                    show(file, names, visitor, name -> result(read.get(name)));
                }
            }
        } finally {
            readers.shutdownNow();
        }
    }

    private static Thread reader(Runnable task) {
        Thread thread = new Thread(task, "pgBackup manifests");
        thread.setDaemon(true);
        return thread;
    }

    private static <T> T result(Future<T> read) throws IOException {
        try {
            return read.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException().initCause(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private interface Reading {
        Optional<Manifest> summaryOf(String dumpName) throws IOException;
    }

    private static void show(StoredFile file, Set<String> names, Visitor visitor, Reading reading) throws IOException {
        boolean described = names.contains(Manifest.nameFor(file.name()));
        Optional<String> dump = Manifest.dumpOf(file.name()).filter(name -> !names.contains(name));
        if (described || DumpSuffix.of(file.name()).format().isPresent()) {
            visitor.onDump(file, described, described ? reading.summaryOf(file.name()) : Optional.empty());
        } else if (dump.isPresent()) {
            visitor.onManifestAlone(dump.get());
        }
    }

    /**
     * Every dump in the store, the newest first: what has a manifest, and what a dump's suffix says is one. What is being removed
     * is not shown.
     */
    public List<Entry> newestFirst() throws IOException {
        return newestFirst(Integer.MAX_VALUE);
    }

    /**
     * The same, but for those that are older than the first of them.
     *
     * @param most how many: not many more manifests are read
     */
    public List<Entry> newestFirst(int most) throws IOException {
        List<StoredFile> files = new ArrayList<>(dumps.list());
        files.sort(Comparator.comparing(StoredFile::modified).reversed());
        List<Entry> entries = new ArrayList<>();
        Visitor collecting = (file, described, manifest) -> {
            if (manifest.map(Manifest::removal).isEmpty() && entries.size() < most) {
                entries.add(new Entry(file, manifest));
            }
        };
        visit(files, collecting, () -> entries.size() >= most);
        entries.sort(Comparator.comparing((Entry entry) -> entry.file().modified())
                .thenComparing(Catalog::ended)
                .reversed()
                .thenComparing(entry -> entry.file().name()));
        return entries;
    }

    /** For those that a store got in the same second, which is all that S3 tells. */
    private static Instant ended(Entry entry) {
        try {
            return entry.manifest().map(Manifest::endedAt).map(Instant::parse).orElse(Instant.MIN);
        } catch (DateTimeParseException e) {
            return Instant.MIN;
        }
    }

    /**
     * The newest dump that its manifest says is proven.
     *
     * @param database of which it is; {@code null} if all dumps there are of one
     * @param place for the sentences
     * @throws BackupException if there is none, or there are dumps of several databases
     */
    public Entry latestProven(String database, String place) throws IOException {
        List<Entry> proven = newestFirst().stream()
                .filter(entry -> entry.manifest()
                        .filter(manifest ->
                                manifest.proof() != null && manifest.proof().proven())
                        .isPresent())
                .toList();
        SortedSet<String> databases =
                proven.stream().map(Catalog::database).collect(Collectors.toCollection(TreeSet::new));
        if (proven.isEmpty()) {
            throw new BackupException("There is no proven dump with its manifest at " + place
                    + ": write another place, or name one dump.");
        }
        if (database == null && databases.size() > 1) {
            throw new BackupException("At " + place + " there are dumps of several databases ("
                    + databases.stream().map(Quoted::of).collect(Collectors.joining(", "))
                    + "): say of which database.");
        }
        return proven.stream()
                .filter(entry -> database == null || database.equals(database(entry)))
                .findFirst()
                .orElseThrow(() -> new BackupException("There is no proven dump of the database " + Quoted.of(database)
                        + " at " + place + ", but of " + String.join(", ", databases) + ": write one of these."));
    }

    private static String database(Entry entry) {
        return PrintableLine.of(Objects.toString(entry.manifest().orElseThrow().database(), ""));
    }

    /** The places below the store that have what a dump's suffix says is one. */
    public SortedSet<String> placesBelow() throws IOException {
        return dumps.placesBelow(name -> DumpSuffix.of(name).format().isPresent());
    }

    /**
     * The manifest of one dump; empty if it has none.
     *
     * @throws BackupException if it has one that cannot be read
     */
    public Optional<Manifest> manifestOf(String dumpName) throws IOException {
        return manifestOf(dumpName, Manifest::parse);
    }

    private interface Parser {
        Manifest parse(String name, byte[] json) throws BackupException;
    }

    private Optional<Manifest> manifestOf(String dumpName, Parser parser) throws IOException {
        String name = Manifest.nameFor(dumpName);
        Optional<byte[]> json = dumps.read(name, LONGEST_MANIFEST_BYTES);
        return json.isEmpty()
                ? Optional.empty()
                : Optional.of(parser.parse(dumps.source(name).uri(), json.get()));
    }

    /** The manifest of one dump without its tables; empty if it has none that can be read. */
    public Optional<Manifest> summaryOf(String dumpName) throws IOException {
        try {
            return manifestOf(dumpName, Manifest::parseWithoutTables);
        } catch (BackupException | InvalidInputException e) {
            // The name may be one that no dump has.
            return Optional.empty();
        }
    }
}
