package io.jenkins.plugins.pgbackup.cli;

import java.io.PrintWriter;
import java.time.Duration;

/** Lines for a log, as rare as the engine sends them by itself. */
final class RareLines implements Progress {

    private final PrintWriter log;
    private final Words words;

    RareLines(PrintWriter log, Words words) {
        this.log = log;
        this.words = words;
    }

    @Override
    public void show(long rawBytes, long storedBytes, Duration elapsed) {
        log.println(words.of(rawBytes, storedBytes, elapsed));
        log.flush();
    }

    @Override
    public void clear() {
        // A line of a log stays.
    }
}
