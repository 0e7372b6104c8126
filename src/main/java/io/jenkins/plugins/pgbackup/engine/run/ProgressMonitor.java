package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.stream.TransferProgress;
import java.time.Duration;

/** Knows how far the dump has come, and when it last moved. */
final class ProgressMonitor implements TransferProgress {

    private final BackupListener listener;
    private final long started = System.nanoTime();
    private long rawBytes;
    private long storedBytes;
    private long lastMove = started;
    private boolean moved;
    private boolean readerLeft;
    private long nextReport;
    private boolean ended;

    /** @param listener is told of progress as often as it likes */
    ProgressMonitor(BackupListener listener) {
        this.listener = listener;
        this.nextReport = started + listener.pauseAfter(Duration.ZERO).toNanos();
    }

    @Override
    public synchronized void moved(long raw, long stored) {
        if (raw < rawBytes || stored < storedBytes) {
            // A machine that is not to be trusted said so: a dump only grows.
            return;
        }
        rawBytes = raw;
        storedBytes = stored;
        lastMove = System.nanoTime();
        moved = true;
    }

    @Override
    public synchronized void readerLeft() {
        readerLeft = true;
    }

    @Override
    public synchronized void ended() {
        ended = true;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** Whether something has moved in that time, and all who are to read it are there to do so. */
    synchronized boolean moves(Duration time) {
        return moved && !readerLeft && stillFor().compareTo(time) < 0;
    }

    synchronized Duration stillFor() {
        return Duration.ofNanos(System.nanoTime() - lastMove);
    }

    /** When the listener wants to hear of progress again, in the time of {@link System#nanoTime}. */
    synchronized long nextReport() {
        return nextReport;
    }

    /** Reports as often as the listener likes. */
    synchronized void report() {
        long now = System.nanoTime();
        if (now >= nextReport) {
            Duration elapsed = Duration.ofNanos(now - started);
            listener.onProgress(rawBytes, storedBytes, elapsed);
            nextReport = now + listener.pauseAfter(elapsed).toNanos();
        }
    }
}
