package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory with a random name on a {@link Machine} that nobody but its owner can enter; it holds what lives as long as
 * one backup: the FIFOs and the password file.
 */
public final class PrivateDirectory {

    private final Machine machine;
    private final String path;

    private PrivateDirectory(Machine machine, String path) {
        this.machine = machine;
        this.path = path;
    }

    /** Makes one in the machine's temporary directory. */
    public static PrivateDirectory make(Machine machine) throws IOException, InterruptedException {
        return new PrivateDirectory(machine, Unbroken.call(() -> machine.call(new Make(machine.temporaryDirectory()))));
    }

    /** The path that a file of that name has in it. */
    public String path(String fileName) {
        // The separator of the machine, which may be another than this one's.
        return path + (path.startsWith("/") ? "/" : "\\") + fileName;
    }

    /** Writes a secret to a file that never existed with wider permissions, and returns its path. */
    public String write(String fileName, byte[] secret) throws IOException, InterruptedException {
        String file = path(fileName);
        Unbroken.call(() -> machine.call(new Write(file, secret)));
        return file;
    }

    /** Removes it with all that is in it. */
    public void delete() throws IOException, InterruptedException {
        Cleanup.run(() -> machine.call(new Delete(path)));
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

    private record Make(String parent) implements Task<String> {

        @Override
        public String run() throws IOException {
            Path directory = Files.createDirectories(Path.of(parent));
            return Files.createTempDirectory(directory, "pgbackup", onlyForOwner("rwx------"))
                    .toString();
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
        public Boolean run() throws IOException {
            try (SeekableByteChannel channel = Files.newByteChannel(
                    Path.of(file),
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                    onlyForOwner("rw-------"))) {
                ByteBuffer bytes = ByteBuffer.wrap(secret);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
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
        public Boolean run() throws IOException {
            Path directory = Path.of(path);
            if (!Files.exists(directory)) {
                return false;
            }
            try (Stream<Path> tree = Files.walk(directory)) {
                tree.sorted(Comparator.reverseOrder()).forEach(Delete::remove);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            return true;
        }

        private static void remove(Path file) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
