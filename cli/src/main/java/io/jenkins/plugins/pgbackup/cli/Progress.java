package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import java.time.Duration;

/** Shows how far a dump has come; how far it has to go, nobody knows. */
interface Progress {

    void show(long rawBytes, long storedBytes, Duration elapsed);

    /** Makes room for a line about something else. */
    void clear();

    /** How long after a report the next one is welcome. */
    default Duration pauseAfter(Duration elapsed) {
        return BackupListener.everLonger(elapsed);
    }
}
