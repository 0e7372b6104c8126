package io.jenkins.plugins.pgbackup.engine.catalog;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpSuffix;
import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** The dumps of a store, with what their manifests say of them. */
public final class Catalog {

    /** No manifest is longer, be it with as many tables as are counted, of the longest names; what is, is something else. */
    private static final int LONGEST_MANIFEST_BYTES = 64 * 1024 * 1024;

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

    /** Every dump in the store, the newest first: what has a manifest, and what a dump's suffix says is one. */
    public List<Entry> newestFirst() throws IOException {
        List<StoredFile> files = dumps.list();
        Set<String> names = files.stream().map(StoredFile::name).collect(Collectors.toCollection(HashSet::new));
        List<Entry> entries = new ArrayList<>();
        for (StoredFile file : files) {
            boolean described = names.contains(Manifest.nameFor(file.name()));
            if (described || DumpSuffix.of(file.name()).format().isPresent()) {
                entries.add(new Entry(file, described ? readable(file.name()) : Optional.empty()));
            }
        }
        entries.sort(Comparator.comparing((Entry entry) -> entry.file().modified())
                .reversed()
                .thenComparing(entry -> entry.file().name()));
        return entries;
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
        DumpSource source = dumps.source(Manifest.nameFor(dumpName));
        try (InputStream json = source.open()) {
            return Optional.of(parser.parse(source.uri(), json.readNBytes(LONGEST_MANIFEST_BYTES)));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    private Optional<Manifest> readable(String dumpName) throws IOException {
        try {
            return manifestOf(dumpName, Manifest::parseWithoutTables);
        } catch (BackupException e) {
            return Optional.empty();
        }
    }
}
