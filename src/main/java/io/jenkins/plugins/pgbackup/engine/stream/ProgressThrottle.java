package io.jenkins.plugins.pgbackup.engine.stream;

import java.time.Duration;

/** Tells a watch how far a dump has come: at once when it begins to move, and then not too often, for the watch may be far away. */
final class ProgressThrottle {

    private final TransferProgress watch;
    private final long pauseNanos;
    private long told;
    private boolean begun;

    /** @param pause after which it is told the next time */
    ProgressThrottle(TransferProgress watch, Duration pause) {
        this.watch = watch;
        this.pauseNanos = pause.toNanos();
    }

    /** @see TransferProgress#moved */
    void moved(long rawBytes, long storedBytes) {
        long now = System.nanoTime();
        if (!begun || now - told >= pauseNanos) {
            watch.moved(rawBytes, storedBytes);
            told = now;
            begun = true;
        }
    }
}
