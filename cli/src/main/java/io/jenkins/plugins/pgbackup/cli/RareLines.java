package io.jenkins.plugins.pgbackup.cli;

import java.io.PrintWriter;
import java.time.Duration;

/** Lines for a log, as rare as the engine sends them by itself. */
final class RareLines implements Progress {

    private final PrintWriter log;

    RareLines(PrintWriter log) {
        this.log = log;
    }

    @Override
    public void show(long rawBytes, long storedBytes, Duration elapsed) {
        log.println(Readable.progress(rawBytes, storedBytes, elapsed));
        log.flush();
    }

    @Override
    public void clear() {
        // A line of a log stays.
    }
}
