package io.jenkins.plugins.pgbackup.engine.machine;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;

/** A file of a {@link PrivateDirectory} that may be as large as a dump, seen by a {@link Task} on the machine that has it. */
public final class TemporaryFile extends OutputStream {

    private final String path;
    private final OutputStream file;

    private TemporaryFile(String path, OutputStream file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Opens a new one.
     *
     * @throws BackupException if it cannot be made; later, where it cannot be written to
     */
    public static OutputStream open(String path) throws IOException {
        try {
            return new TemporaryFile(path, new FileOutputStream(path));
        } catch (IOException e) {
            throw notWritten(path, e);
        }
    }

    /** How many bytes there is room for in the directory of a file. */
    public static Task<FreeRoom> room(String path) {
        return new Room(path);
    }

    /** What a file system has to give. */
    public record FreeRoom(long bytes) implements Serializable {

        public FreeRoom {
            if (bytes < 0) {
                throw new IllegalArgumentException("a negative size: " + bytes);
            }
        }
    }

    private record Room(String path) implements Task<FreeRoom> {

        @Override
        public Class<FreeRoom> resultType() {
            return FreeRoom.class;
        }

        @Override
        public FreeRoom run() {
            return new FreeRoom(new File(path).getAbsoluteFile().getParentFile().getUsableSpace());
        }
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            file.write(bytes, offset, length);
        } catch (IOException e) {
            throw notWritten(path, e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static BackupException notWritten(String path, IOException cause) {
        return new BackupException(
                "The temporary file " + path + " cannot be written (" + FileFailure.reason(cause)
                        + "): make room for the whole dump there, or choose another directory for temporary files.",
                cause);
    }
}
