package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of a directory of another machine, as that machine tells of them. */
public final class MachineDumps implements WritableDumps {

    private static final int MOST_FILES = 100_000;

    /** In characters, which are not more than the bytes that a file system takes. */
    private static final int LONGEST_NAME = 255;

    private final Machine machine;
    private final MachinePath directory;

    private MachineDumps(Machine machine, MachinePath directory) {
        this.machine = machine;
        this.directory = directory;
    }

    /**
     * A directory.
     *
     * @param base an absolute path from which a relative one starts
     * @throws BackupException if the machine has no such directory
     */
    public static MachineDumps in(Machine machine, String base, String path) throws IOException {
        MachineDumps dumps = new MachineDumps(machine, resolve(base, path));
        if (!dumps.call(new IsThere(dumps.directory.toString(), true))) {
            throw new BackupException("There is no directory " + dumps.directory + " on " + machine.name()
                    + ": write the path of one that has dumps.");
        }
        return dumps;
    }

    /**
     * The directory of one file.
     *
     * @throws BackupException if the machine has no such file
     */
    public static MachineDumps of(Machine machine, String base, String path) throws IOException {
        MachinePath file = resolve(base, path);
        return ofFile(machine, file.toString())
                .orElseThrow(() -> new BackupException("There is no file " + file + " on " + machine.name()
                        + ": write the path of a dump that is there."));
    }

    /**
     * Likewise.
     *
     * @param path absolute
     * @return empty if the machine has no such file
     */
    public static Optional<MachineDumps> ofFile(Machine machine, String path) throws IOException {
        MachinePath file = resolve(path, path);
        MachineDumps dumps = new MachineDumps(machine, file.parent());
        return dumps.call(new IsThere(file.toString(), false)) ? Optional.of(dumps) : Optional.empty();
    }

    /** The last name of a path. */
    public static String nameOf(String base, String path) {
        return resolve(base, path)
                .name()
                .orElseThrow(() -> new InvalidInputException("The path of the dump is a root: write that of a file."));
    }

    private static MachinePath resolve(String base, String path) {
        return MachinePath.parse(base)
                .flatMap(parsed -> parsed.resolve(path))
                .orElseThrow(() -> new InvalidInputException(
                        "The path of the dump names a drive without a place on it: write the whole path."));
    }

    @Override
    public List<StoredFile> list() throws IOException {
        Listing listing = call(new ListFiles(directory.toString()));
        List<StoredFile> files = new ArrayList<>();
        for (int i = 0; i < listing.names.size(); i++) {
            files.add(new StoredFile(
                    listing.names.get(i), listing.sizes.get(i), Instant.ofEpochMilli(listing.modified.get(i))));
        }
        return files;
    }

    @Override
    public DumpSource source(String fileName) {
        return new LocalSource(directory.file(fileName), false);
    }

    @Override
    public Optional<byte[]> read(String fileName, int most) throws IOException {
        SmallFile read = call(new ReadFile(directory.toString(), fileName, most));
        return Optional.ofNullable(read.bytes);
    }

    @Override
    public void replace(String fileName, byte[] content) throws IOException {
        call(new ReplaceFile(directory.toString(), requireName(fileName), content));
    }

    @Override
    public Deletion delete(List<String> fileNames) throws IOException {
        for (String name : fileNames) {
            requireName(name);
        }
        Refusals refusals = call(new DeleteFiles(directory.toString(), new ArrayList<>(fileNames)));
        Map<String, String> refused = new HashMap<>();
        for (int i = 0; i < refusals.names.size(); i++) {
            // What it says of others is of no interest.
            if (fileNames.contains(refusals.names.get(i))) {
                refused.put(refusals.names.get(i), refusals.reasons.get(i));
            }
        }
        return new Deletion(refused, false);
    }

    @Override
    public void cleanUp() throws IOException {
        call(new CleanUp(directory.toString()));
    }

    @Override
    public String toString() {
        return directory + " on " + machine.name();
    }

    private <T> T call(Task<T> task) throws IOException {
        try {
            return machine.call(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException().initCause(e);
        }
    }

    /** A file whose name is another one has no dump of ours, and its name is not for a log or a page. */
    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_NAME
                && !text.equals(".")
                && !text.equals("..")
                && text.indexOf('/') < 0
                && text.indexOf('\\') < 0
                && text.codePoints().allMatch(PrintableLine::isShown);
    }

    /** What is changed or removed is directly in the directory, and was listed. */
    static String requireName(String text) throws BackupException {
        if (!isName(text)) {
            throw new BackupException("The name " + Quoted.of(text)
                    + " is none that a dump or a manifest has, and was left as it is: look where it comes from.");
        }
        return text;
    }

    private record IsThere(String path, boolean directory) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() {
            Path there = Path.of(path);
            return directory ? Files.isDirectory(there) : Files.isRegularFile(there);
        }
    }

    private record ListFiles(String directory) implements Task<Listing> {

        @Override
        public Class<Listing> resultType() {
            return Listing.class;
        }

        @Override
        public Listing run() throws IOException {
            ArrayList<String> names = new ArrayList<>();
            ArrayList<Long> sizes = new ArrayList<>();
            ArrayList<Long> modified = new ArrayList<>();
            for (StoredFile file : new LocalDumps(Path.of(directory)).list()) {
                if (isName(file.name())) {
                    names.add(file.name());
                    sizes.add(file.sizeBytes());
                    modified.add(file.modified().toEpochMilli());
                }
            }
            if (names.size() > MOST_FILES) {
                throw new BackupException(directory + " has " + names.size() + " files, and " + MOST_FILES
                        + " are looked at: name one dump.");
            }
            return new Listing(names, sizes, modified);
        }
    }

    /** What is in a directory: the n-th of each belong together. */
    private record Listing(ArrayList<String> names, ArrayList<Long> sizes, ArrayList<Long> modified)
            implements Serializable {

        Listing {
            if (names.size() != sizes.size() || names.size() != modified.size()) {
                throw new IllegalArgumentException("lists of different lengths");
            }
            if (names.size() > MOST_FILES) {
                throw new IllegalArgumentException("too many files: " + names.size());
            }
            for (Object name : (List<?>) names) {
                if (!(name instanceof String text) || !isName(text)) {
                    throw new IllegalArgumentException("not the name of a file");
                }
            }
            for (Object size : (List<?>) sizes) {
                if (!(size instanceof Long number) || number < 0) {
                    throw new IllegalArgumentException("not a size");
                }
            }
            for (Object moment : (List<?>) modified) {
                if (!(moment instanceof Long)) {
                    throw new IllegalArgumentException("not a moment");
                }
            }
        }
    }

    private record ReadFile(String directory, String fileName, int most) implements Task<SmallFile> {

        @Override
        public Class<SmallFile> resultType() {
            return SmallFile.class;
        }

        @Override
        public SmallFile run() throws IOException {
            return new SmallFile(
                    new LocalDumps(Path.of(directory)).read(fileName, most).orElse(null));
        }
    }

    /** @param bytes or {@code null} if there is no such file */
    private record SmallFile(byte[] bytes) implements Serializable {

        /** No manifest that is read is longer. */
        private static final int MOST_BYTES = 1 << 27;

        SmallFile {
            if (bytes != null && bytes.length > MOST_BYTES) {
                throw new IllegalArgumentException("not a small file");
            }
        }
    }

    private record ReplaceFile(String directory, String fileName, byte[] content) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            new LocalDumps(Path.of(directory)).replace(fileName, content);
            return true;
        }
    }

    private record CleanUp(String directory) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            new LocalDumps(Path.of(directory)).cleanUp();
            return true;
        }
    }

    private record DeleteFiles(String directory, ArrayList<String> fileNames) implements Task<Refusals> {

        @Override
        public Class<Refusals> resultType() {
            return Refusals.class;
        }

        @Override
        public Refusals run() throws IOException {
            ArrayList<String> names = new ArrayList<>();
            ArrayList<String> reasons = new ArrayList<>();
            new LocalDumps(Path.of(directory)).delete(fileNames).refused().forEach((name, reason) -> {
                names.add(name);
                reasons.add(PrintableLine.of(reason, Refusals.LONGEST_REASON));
            });
            return new Refusals(names, reasons);
        }
    }

    /** Which files could not be removed, and why: the n-th of each belong together. */
    private record Refusals(ArrayList<String> names, ArrayList<String> reasons) implements Serializable {

        /** In code points, without the ellipsis behind one that is longer. */
        static final int LONGEST_REASON = 1000;

        Refusals {
            if (names.size() != reasons.size() || names.size() > MOST_FILES) {
                throw new IllegalArgumentException("no list of files with reasons");
            }
            for (Object name : (List<?>) names) {
                if (!(name instanceof String text) || !isName(text)) {
                    throw new IllegalArgumentException("not the name of a file");
                }
            }
            for (Object reason : (List<?>) reasons) {
                if (!(reason instanceof String text)
                        || text.length() > 2 * LONGEST_REASON + 1
                        || !text.codePoints().allMatch(PrintableLine::isShown)) {
                    throw new IllegalArgumentException("not a reason");
                }
            }
        }
    }
}
