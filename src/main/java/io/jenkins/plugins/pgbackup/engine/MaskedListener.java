package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.postgres.SecretMask;
import java.time.Duration;

/** Removes secrets from all that a listener is told. */
record MaskedListener(BackupListener listener, SecretMask mask) implements BackupListener {

    @Override
    public void starts(String destination, String source) {
        listener.starts(mask.mask(destination), mask.mask(source));
    }

    @Override
    public void progresses(long rawBytes, long storedBytes, Duration elapsed) {
        listener.progresses(rawBytes, storedBytes, elapsed);
    }

    @Override
    public Duration pauseAfter(Duration elapsed) {
        return listener.pauseAfter(elapsed);
    }

    @Override
    public void notes(String sentence) {
        listener.notes(mask.mask(sentence));
    }

    @Override
    public void hears(String program, String line) {
        listener.hears(program, mask.mask(line));
    }
}
