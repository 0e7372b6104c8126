package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.postgres.SecretMask;
import java.time.Duration;

/** Removes secrets from all that a listener is told. */
record MaskedListener(BackupListener listener, SecretMask mask) implements BackupListener {

    @Override
    public void onStart(String destination, String source) {
        listener.onStart(mask.mask(destination), mask.mask(source));
    }

    @Override
    public void onProgress(long rawBytes, long storedBytes, Duration elapsed) {
        listener.onProgress(rawBytes, storedBytes, elapsed);
    }

    @Override
    public Duration pauseAfter(Duration elapsed) {
        return listener.pauseAfter(elapsed);
    }

    @Override
    public void onNotice(String sentence) {
        listener.onNotice(mask.mask(sentence));
    }

    @Override
    public void onStderr(String program, String line) {
        listener.onStderr(program, mask.mask(line));
    }
}
