package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.machine.Uninterruptibly;
import io.jenkins.plugins.pgbackup.engine.store.AtRest;
import io.jenkins.plugins.pgbackup.engine.store.DumpTarget;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.engine.store.ReadBack;
import io.jenkins.plugins.pgbackup.engine.store.ShellWord;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A directory, or one file, of the machine on which {@code pg_dump} runs, for one dump. */
public final class LocalStore implements Store {

    private static final String PART = "part";

    private final Machine machine;
    private final String destination;
    private final LocalDestination place;

    /** What is written has this name first; random, so that two backups to one name never write the same file. */
    private final String partName = ".pgbackup-" + UUID.randomUUID() + ".part";

    private LocalStore(Machine machine, String destination, LocalDestination place) {
        this.machine = machine;
        this.destination = destination;
        this.place = place;
    }

    /**
     * Refuses what can be a destination on no machine.
     *
     * @throws io.jenkins.plugins.pgbackup.engine.InvalidInputException with a sentence that says what to write
     */
    public static void checkDestination(String destination) {
        LocalDestination.check(destination);
    }

    /**
     * Finds a destination on the machine and makes its missing directories.
     *
     * @param base the directory that relative destinations start from
     * @param destination a file; or a directory, which ends in {@code /} or exists as one
     * @param confined whether a relative destination must stay inside {@code base}
     */
    public static LocalStore at(Machine machine, String base, String destination, boolean confined)
            throws IOException, InterruptedException {
        LocalDestination.check(destination);
        return new LocalStore(
                machine, destination, machine.call(new LocalDestination.Find(base, destination, confined)));
    }

    /** Whether it lies inside the directory that relative destinations start from. */
    public boolean isInsideBase() {
        return place.inside();
    }

    @Override
    public String driver() {
        return "local";
    }

    @Override
    public Optional<String> givenFileName() {
        return Optional.ofNullable(place.fileName());
    }

    @Override
    public String announce(String fileName) {
        if (place.fileName() != null) {
            return "locally to " + destination;
        }
        return "locally to " + destination + (destination.endsWith("/") ? "" : "/") + fileName;
    }

    @Override
    public String uri(String fileName) {
        return place.directory() + (place.directory().endsWith("/") ? "" : separator()) + fileName;
    }

    @Override
    public String readCommand(String fileName) {
        return "cat " + ShellWord.quote(uri(fileName));
    }

    @Override
    public PendingBackup open(String fileName, long expectedBytes) {
        return new PendingFile(uri(partName), uri(fileName));
    }

    @Override
    public void writeBeside(String fileName, byte[] text) throws IOException, InterruptedException {
        Uninterruptibly.call(machine, () -> machine.call(new Write(place, uri(partName), uri(fileName), text)));
    }

    /**
     * Removes a file that whoever wrote it can no longer remove. That it is gone already is no failure, and a dump that has its
     * name is not touched.
     *
     * @param machine that has the file
     * @param leftover from {@link PendingBackup#leftover()}
     * @return what was removed, for the middle of a sentence
     */
    public static Optional<String> withdraw(Machine machine, Map<String, String> leftover)
            throws IOException, InterruptedException {
        String part = leftover.get(PART);
        return machine.call(new Remove(part))
                ? Optional.of("the unfinished file " + part + " on " + machine.name())
                : Optional.empty();
    }

    private String separator() {
        return place.directory().startsWith("/") ? "/" : "\\";
    }

    private final class PendingFile implements PendingBackup {

        private final String part;
        private final String file;

        PendingFile(String part, String file) {
            this.part = part;
            this.file = file;
        }

        @Override
        public DumpTarget target() {
            return new LocalTarget(place, part);
        }

        @Override
        public Map<String, String> leftover() {
            return Map.of(PART, part);
        }

        @Override
        public long partSize() {
            return 0;
        }

        @Override
        public AtRest commit(Written written) throws IOException, InterruptedException {
            if (written.reread()) {
                compare(written);
            }
            Uninterruptibly.call(
                    machine,
                    () -> machine.call(
                            new Publish(place, part, file, written.receipt().sizeBytes())));
            return new AtRest(file, null, true, false, written.reread());
        }

        private void compare(Written written) throws IOException, InterruptedException {
            ReadBack found = machine.call(new Reread(part));
            if (!written.is(found)) {
                throw new BackupException("What " + machine.name() + " reads back from " + place.directory()
                        + " is not the dump that was written there: it " + written.differenceTo(found)
                        + ". Nothing was published: check that disk and its file system, then run the backup again.");
            }
        }

        @Override
        public void withdraw() throws IOException, InterruptedException {
            Uninterruptibly.cleanUp(machine, () -> machine.call(new Remove(part)));
        }
    }

    private record Publish(LocalDestination place, String part, String file, long sizeBytes) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            place.requireInPlace();
            long found = Files.size(Path.of(part));
            if (found != sizeBytes) {
                throw new BackupException(part + " holds " + found + " bytes where " + sizeBytes
                        + " were written: another program changed it; nothing was published, run the backup again.");
            }
            // A manifest of an older dump of this name must not describe the new one, not even for a moment.
            Files.deleteIfExists(Path.of(file + ".json"));
            NewFile.publish(Path.of(part), Path.of(file));
            return true;
        }
    }

    private record Write(LocalDestination place, String part, String file, byte[] text) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            place.requireInPlace();
            try {
                write();
                NewFile.publish(Path.of(part), Path.of(file));
                return true;
            } finally {
                Files.deleteIfExists(Path.of(part));
            }
        }

        private void write() throws IOException {
            try (FileChannel channel = NewFile.open(Path.of(part))) {
                ByteBuffer bytes = ByteBuffer.wrap(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
        }
    }

    private record Remove(String file) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            return Files.deleteIfExists(Path.of(file));
        }
    }
}
