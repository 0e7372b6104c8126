package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A named pipe, seen by a {@link Task} on the machine that has it.
 *
 * <p>Opening one end waits, uninterruptibly, until the other end is open too (POSIX, {@code open}). Whoever waits so is freed
 * by {@link #release}, which must be repeated until he is seen to have moved on: he may not have begun to wait yet.
 */
public final class Fifo {

    private Fifo() {}

    /** Opens the reading end; reading from it can be interrupted. */
    public static FileChannel openForReading(String path) throws IOException {
        return FileChannel.open(Path.of(path), StandardOpenOption.READ);
    }

    /** Opens the writing end; writing to it fails with an {@link IOException} when no reader is left. */
    public static FileChannel openForWriting(String path) throws IOException {
        return FileChannel.open(Path.of(path), StandardOpenOption.WRITE);
    }

    /** A task that frees everyone who waits for the other end of one of these FIFOs. */
    public static Task<Boolean> release(List<String> paths) {
        return new Release(List.copyOf(paths));
    }

    private record Release(List<String> paths) implements Task<Boolean> {

        @Override
        public Boolean run() throws IOException {
            for (String path : paths) {
                // Both ends at once: Linux and macOS never wait for that, and it is both ends that others wait for.
                FileChannel.open(Path.of(path), StandardOpenOption.READ, StandardOpenOption.WRITE)
                        .close();
            }
            return true;
        }
    }
}
