package io.jenkins.plugins.pgbackup.cli.console;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import java.time.Duration;

/** Shows how far a dump has come. How far it has to go is not known. */
public interface ProgressDisplay {

    /** What is shown of it. */
    @FunctionalInterface
    interface Words {

        /**
         * @param rawBytes written by {@code pg_dump}, as far as they have gone by
         * @param storedBytes what they are in the store
         * @param elapsed since the start
         */
        String of(long rawBytes, long storedBytes, Duration elapsed);
    }

    void show(long rawBytes, long storedBytes, Duration elapsed);

    /** Makes room for a line about something else. */
    void clear();

    /** How long after a report the next one is welcome. */
    default Duration pauseAfter(Duration elapsed) {
        return BackupListener.growingPause(elapsed);
    }
}
