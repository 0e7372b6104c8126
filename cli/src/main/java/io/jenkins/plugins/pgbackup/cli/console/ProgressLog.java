package io.jenkins.plugins.pgbackup.cli.console;

import java.io.PrintWriter;
import java.time.Duration;

/** Lines for a log, as rare as the engine sends them by itself. */
public final class ProgressLog implements ProgressDisplay {

    private final PrintWriter log;
    private final Words words;

    public ProgressLog(PrintWriter log, Words words) {
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
