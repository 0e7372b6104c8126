package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.machine.Uninterruptibly;
import io.jenkins.plugins.pgbackup.engine.store.CommitReport;
import io.jenkins.plugins.pgbackup.engine.store.DumpTarget;
import io.jenkins.plugins.pgbackup.engine.store.ExpectedContent;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.engine.store.ReadBack;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.StoredContent;
import io.jenkins.plugins.pgbackup.engine.text.ShellWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A directory, or one file, of the machine on which {@code pg_dump} runs, for one dump. */
public final class LocalStore implements Store {

    private static final String PART = "part";

    private final Machine machine;
    private final LocalDestination destination;
    private final MachinePath directory;
    private final String fileName;
    private final NameCheck names;

    /** Once a dump was opened. */
    private DumpDirectory opened;

    private LocalStore(
            Machine machine, LocalDestination destination, MachinePath directory, String fileName, NameCheck names) {
        this.machine = machine;
        this.destination = destination;
        this.directory = directory;
        this.fileName = fileName;
        this.names = names;
    }

    /** What has more to say to the name of a dump than the directory has. */
    @FunctionalInterface
    public interface NameCheck {

        /**
         * Refuses it.
         *
         * @param fileName before anything is made of that name
         * @throws BackupException with a sentence that says what to do
         */
        void accept(String fileName) throws IOException, InterruptedException;
    }

    /**
     * Refuses what can be a destination on no machine.
     *
     * @throws io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException with a sentence that says what to write
     */
    public static void checkDestination(String destination) {
        LocalDestination.check(destination);
    }

    /**
     * Finds a destination on the machine. Its directory is made when a dump is opened.
     *
     * @param base the directory that relative destinations start from, absolute
     * @param destination a file; or a directory, which ends in {@code /} or exists as one
     * @param confined whether a relative destination must stay inside {@code base}
     */
    public static LocalStore at(Machine machine, String base, String destination, boolean confined)
            throws IOException, InterruptedException {
        LocalDestination place = LocalDestination.of(base, destination, confined);
        boolean isDirectory = machine.call(
                new OpenDestination.Look(OpenDestination.of(place), place.path().toString(), place.saysDirectory()));
        boolean hasName = !isDirectory && !place.saysDirectory();
        return new LocalStore(
                machine,
                place,
                hasName ? place.path().parent() : place.path(),
                hasName ? place.fileName() : null,
                name -> {});
    }

    /** The same place, where a dump's name must please that check as well. */
    public LocalStore with(NameCheck check) {
        return new LocalStore(machine, destination, directory, fileName, check);
    }

    /** Whether it lies inside the directory that relative destinations start from. */
    public boolean isInsideBase() {
        return destination.isInsideBase();
    }

    @Override
    public String driver() {
        return "local";
    }

    @Override
    public Optional<String> givenFileName() {
        return Optional.ofNullable(fileName);
    }

    @Override
    public String announce(String fileName) {
        String requested = destination.requested();
        if (this.fileName != null) {
            return "locally to " + requested;
        }
        return "locally to " + requested + (requested.endsWith("/") ? "" : "/") + fileName;
    }

    @Override
    public String uri(String fileName) {
        return directory.file(fileName);
    }

    @Override
    public String readCommand(String fileName) {
        return "cat " + ShellWord.quote(uri(fileName));
    }

    @Override
    public PendingBackup open(String fileName, long expectedBytes) throws IOException, InterruptedException {
        names.accept(fileName);
        opened = make(finalName(fileName));
        return new PendingFile(opened, UnfinishedFile.in(directory), finalName(fileName));
    }

    @Override
    public void writeBeside(String fileName, byte[] text) throws IOException, InterruptedException {
        FinalName name = finalName(fileName);
        DumpDirectory there = opened == null ? make(name) : opened;
        Uninterruptibly.call(machine, () -> machine.call(new Write(there, UnfinishedFile.in(directory), name, text)));
    }

    /** A file of this name is replaced where the destination is that file. */
    private FinalName finalName(String name) {
        return new FinalName(uri(name), fileName != null);
    }

    private DumpDirectory make(FinalName name) throws IOException, InterruptedException {
        DumpDirectory made =
                machine.call(new OpenDestination.Make(OpenDestination.of(destination), directory.toString(), name));
        return new DumpDirectory(directory.toString(), made.real(), made.identity(), made.made());
    }

    /**
     * Removes a file that its writer can no longer remove. That it is gone already is no failure, and a dump that has its
     * name is not touched.
     *
     * @param machine that has the file
     * @param leftover from {@link PendingBackup#leftover()}
     * @return what was removed, for the middle of a sentence
     * @throws io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException if that is the path of something else
     */
    public static Optional<String> withdraw(Machine machine, Map<String, String> leftover)
            throws IOException, InterruptedException {
        UnfinishedFile part = new UnfinishedFile(leftover.get(PART));
        return machine.call(new Remove(part, null))
                ? Optional.of("the unfinished file " + part.path() + " on " + machine.name())
                : Optional.empty();
    }

    private final class PendingFile implements PendingBackup {

        private final DumpDirectory directory;
        private final UnfinishedFile part;
        private final FinalName file;

        PendingFile(DumpDirectory directory, UnfinishedFile part, FinalName file) {
            this.directory = directory;
            this.part = part;
            this.file = file;
        }

        @Override
        public DumpTarget target() {
            return new LocalTarget(directory, part);
        }

        @Override
        public Map<String, String> leftover() {
            return Map.of(PART, part.path());
        }

        @Override
        public long partSize() {
            return 0;
        }

        @Override
        public CommitReport commit(ExpectedContent written) throws IOException, InterruptedException {
            if (written.reread()) {
                compare(written);
            }
            Uninterruptibly.call(
                    machine,
                    () -> machine.call(
                            new Publish(directory, part, file, written.receipt().sizeBytes())));
            return new CommitReport(file.path(), null, true, false, written.reread());
        }

        private void compare(ExpectedContent written) throws IOException, InterruptedException {
            StoredContent found = machine.call(new ReadBack(new LocalSource(part.path(), true)));
            if (!written.is(found)) {
                throw new BackupException("What " + machine.name() + " reads back from " + directory.path()
                        + " is not the dump that was written there: it " + written.differenceTo(found)
                        + ". Nothing was published: check that disk and its file system, then run the backup again.");
            }
        }

        @Override
        public void withdraw() throws IOException, InterruptedException {
            Uninterruptibly.cleanUp(machine, () -> machine.call(new Remove(part, directory)));
        }
    }

    private record Publish(DumpDirectory directory, UnfinishedFile part, FinalName file, long sizeBytes)
            implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            directory.requireInPlace();
            Path written = Path.of(part.path());
            long found = Files.size(written);
            if (found != sizeBytes) {
                throw new BackupException(part.path() + " holds " + found + " bytes where " + sizeBytes
                        + " were written: another program changed it; nothing was published, run the backup again.");
            }
            file.requireFree();
            file.ofManifest().requireFree();
            if (file.replaces()) {
                // A manifest of an older dump of this name must not describe the new one, not even for a moment.
                Files.deleteIfExists(Path.of(file.ofManifest().path()));
            }
            file.giveTo(written);
            return true;
        }
    }

    private record Write(DumpDirectory directory, UnfinishedFile part, FinalName file, byte[] text)
            implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            directory.requireInPlace();
            Path path = Path.of(part.path());
            try {
                NewFile.write(path, text);
                file.giveTo(path);
                return true;
            } finally {
                Files.deleteIfExists(path);
            }
        }
    }

    /** @param directory that was made for it, as far as it was, or {@code null} if that is not known */
    private record Remove(UnfinishedFile file, DumpDirectory directory) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            boolean removed = file.deleteIfExists();
            if (directory != null) {
                directory.removeWhereMade();
            }
            return removed;
        }
    }
}
