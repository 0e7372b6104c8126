package io.jenkins.plugins.pgbackup.engine.machine;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A directory with a random name on a {@link Machine} that only its owner can enter; it holds what lives as long as
 * one backup: the FIFOs and the password file.
 */
public final class PrivateDirectory {

    private static final Pattern NAME = Pattern.compile("pgbackup-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final int LONGEST_SHOWN = 200;
    private static final Pattern SEPARATOR = Pattern.compile("[/\\\\]");

    private final Machine machine;
    private final String path;

    private PrivateDirectory(Machine machine, String path) {
        this.machine = machine;
        this.path = path;
    }

    /** Chooses its place in the machine's temporary directory; it is not there before {@link #make}. */
    public static PrivateDirectory choose(Machine machine) throws IOException, InterruptedException {
        return new PrivateDirectory(machine, join(machine.temporaryDirectory(), "pgbackup-" + UUID.randomUUID()));
    }

    /** Chooses the place of another one in it, which goes with this one at the latest. */
    public PrivateDirectory chooseInside() {
        return new PrivateDirectory(machine, path("pgbackup-" + UUID.randomUUID()));
    }

    /** Makes it; that it is there already is a failure. */
    public PrivateDirectory make() throws IOException, InterruptedException {
        Uninterruptibly.call(machine, () -> machine.call(new Make(path)));
        return this;
    }

    /** The path that a file of that name has in it. */
    public String path(String fileName) {
        return join(path, fileName);
    }

    private static String join(String directory, String name) {
        // The separator of the machine, which may be another than this one's.
        return directory + (directory.startsWith("/") ? "/" : "\\") + name;
    }

    /** Writes a secret to a file that never existed with wider permissions, and returns its path. */
    public String write(String fileName, byte[] secret) throws IOException, InterruptedException {
        String file = path(fileName);
        Uninterruptibly.call(machine, () -> machine.call(new Write(file, secret)));
        return file;
    }

    /** Writes a text likewise, in UTF-8. */
    public String write(String fileName, String text) throws IOException, InterruptedException {
        return write(fileName, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Removes it with all that is in it. */
    public void delete() throws IOException, InterruptedException {
        Uninterruptibly.cleanUp(machine, () -> machine.call(new Delete(path)));
    }

    @Override
    public String toString() {
        return path;
    }

    static FileAttribute<?>[] onlyForOwner(String permissions) {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            // Windows: the agent's own temporary directory is the owner's already.
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    /** @param path of what could not be made */
    static BackupException noRoom(String path, String reason, IOException cause) {
        return new BackupException(
                path + " cannot be made (" + reason + "), one of the few small files that are needed beside the dump:"
                        + " make room there, let the user that runs this write to it, or choose another directory for"
                        + " temporary files.",
                cause);
    }

    /**
     * What is to be done if the maker of a directory is gone: the programs that use it are ended, the
     * threads that wait for them at a FIFO are freed, and the directory is removed.
     *
     * <p>It can be made long before it is run, and needs no class then that is not loaded by now: an agent that has lost its
     * controller gets none.
     *
     * @param path of the directory
     * @throws InvalidInputException if it is none that {@link #choose} chose
     */
    public static Task<Boolean> abandon(String path) {
        List<String> names = SEPARATOR.splitAsStream(path).toList();
        boolean chosen = names.size() > 1
                && !names.contains("..")
                && NAME.matcher(names.get(names.size() - 1)).matches();
        if (!chosen) {
            throw new InvalidInputException("\"" + PrintableLine.of(path, LONGEST_SHOWN)
                    + "\" is not the private directory of a backup, so it was left as it is: look at what it is.");
        }
        return new Abandon(path);
    }

    private record Make(String path) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            Path directory = Path.of(path);
            try {
                Files.createDirectories(directory.resolve("..").normalize());
                Files.createDirectory(directory, onlyForOwner("rwx------"));
            } catch (IOException e) {
                throw noRoom(path, FileFailure.reason(e), e);
            }
            return true;
        }
    }

    private static final class Write implements Task<Boolean> {

        private static final long serialVersionUID = 1L;

        private final String file;
        private final byte[] secret;

        Write(String file, byte[] secret) {
            this.file = file;
            this.secret = secret.clone();
        }

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            try (SeekableByteChannel channel = Files.newByteChannel(
                    Path.of(file),
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                    onlyForOwner("rw-------"))) {
                ByteBuffer bytes = ByteBuffer.wrap(secret);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (FileAlreadyExistsException e) {
                // Not a lack of room: another process writes here.
                throw e;
            } catch (IOException e) {
                throw noRoom(file, FileFailure.reason(e), e);
            }
            return true;
        }

        @Override
        public String toString() {
            return "Write to " + file;
        }
    }

    private record Delete(String path) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            return deleteIfExists(Path.of(path));
        }
    }

    private record Abandon(String path) implements Task<Boolean> {

        private static final long SECONDS_TO_END_WELL = 5;

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException, InterruptedException {
            List<ProcessHandle> programs = users();
            programs.forEach(ProcessHandle::destroy);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_END_WELL);
            while (programs.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            programs.forEach(ProcessHandle::destroyForcibly);
            Path directory = Path.of(path);
            List<FileChannel> bothEnds = new ArrayList<>();
            try {
                for (Path fifo : fifos(directory)) {
                    bothEnds.add(Fifo.openBothEnds(fifo.toString()));
                }
                // Who waits at a FIFO has been freed, and who comes now finds none.
                return deleteIfExists(directory);
            } finally {
                for (FileChannel fifo : bothEnds) {
                    fifo.close();
                }
            }
        }

        private static List<Path> fifos(Path directory) throws IOException {
            if (!Files.exists(directory)) {
                return List.of();
            }
            try (Stream<Path> found = Files.list(directory)) {
                return found.filter(file -> !Files.isRegularFile(file) && !Files.isDirectory(file))
                        .toList();
            }
        }

        /** The programs that were given a path in the directory; its name is random, so they are this backup's own. */
        private List<ProcessHandle> users() {
            return ProcessHandle.allProcesses()
                    .filter(process -> process.info()
                            .commandLine()
                            .filter(line -> line.contains(path))
                            .isPresent())
                    .toList();
        }
    }

    private static boolean deleteIfExists(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return false;
        }
        List<Path> tree;
        try (Stream<Path> found = Files.walk(directory)) {
            tree = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : tree) {
            Files.deleteIfExists(file);
        }
        return true;
    }
}
