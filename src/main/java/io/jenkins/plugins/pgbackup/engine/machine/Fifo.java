package io.jenkins.plugins.pgbackup.engine.machine;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A named pipe, seen by a {@link Task} on the machine that has it.
 *
 * <p>Opening one end waits, uninterruptibly, until the other end is open too (POSIX, {@code open}). A thread that waits so is freed
 * by {@link #release}, which must be repeated until it is seen to have moved on: it may not have begun to wait yet.
 */
public final class Fifo {

    /** What {@code mkfifo} says in the C locale where a FIFO is possible, but not now. */
    private static final List<String> NO_ROOM = List.of("No space left on device", "Disk quota exceeded");

    private Fifo() {}

    /** The command that makes some at once, for their owner alone; to be run in the C locale. */
    public static List<String> command(List<String> paths) {
        List<String> command = new ArrayList<>(List.of("mkfifo", "-m", "600"));
        command.addAll(paths);
        return command;
    }

    /**
     * Whether {@code mkfifo} has made them.
     *
     * @param said its standard error, in the C locale
     * @return false if the file system has no FIFOs, so that another way must do
     * @throws BackupException if it has, but no room for one
     */
    public static boolean areMade(List<String> paths, int exitCode, String said) throws BackupException {
        Optional<String> noRoom = NO_ROOM.stream().filter(said::contains).findFirst();
        if (exitCode != 0 && noRoom.isPresent()) {
            throw PrivateDirectory.noRoom(
                    paths.stream().filter(said::contains).findFirst().orElse(paths.get(0)), noRoom.get(), null);
        }
        return exitCode == 0;
    }

    /** Opens the reading end; reading from it can be interrupted. */
    public static FileChannel openForReading(String path) throws IOException {
        return FileChannel.open(Path.of(path), StandardOpenOption.READ);
    }

    /** Opens the writing end; writing to it fails with an {@link IOException} when no reader is left. */
    public static FileChannel openForWriting(String path) throws IOException {
        return FileChannel.open(Path.of(path), StandardOpenOption.WRITE);
    }

    /** Opens both ends, which Linux and macOS never wait for, and so frees everyone who waits for one of them. */
    static FileChannel openBothEnds(String path) throws IOException {
        return FileChannel.open(Path.of(path), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** A task that frees everyone who waits for the other end of one of these FIFOs. */
    public static Task<Boolean> release(List<String> paths) {
        return new Release(List.copyOf(paths));
    }

    /** A task that waits for the reader of a FIFO and gives it nothing but its end. */
    public static Task<Boolean> end(String path) {
        return new End(path);
    }

    /**
     * A task that keeps a FIFO open until it is interrupted, which the end of its machine's Java process does too: who reads
     * from the FIFO comes to its end then. It waits for no reader.
     */
    public static Task<Boolean> hold(String path) {
        return new Hold(path);
    }

    private record Hold(String path) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            try (FileChannel held = openBothEnds(path)) {
                while (held.isOpen()) {
                    TimeUnit.DAYS.sleep(1);
                }
            } catch (InterruptedException e) {
                // That is how it is let go.
            }
            return true;
        }

        @Override
        public Optional<Task<?>> whenAbandoned() {
            return Optional.of(
                    PrivateDirectory.abandon(Path.of(path).resolveSibling("").toString()));
        }
    }

    private record End(String path) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            openForWriting(path).close();
            return true;
        }
    }

    private record Release(List<String> paths) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            for (String path : paths) {
                openBothEnds(path).close();
            }
            return true;
        }
    }
}
