package io.jenkins.plugins.pgbackup.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Records the events. */
public final class RecordingListener implements BackupListener {

    public final List<String> notes = new ArrayList<>();

    /** The first sentence, and what programs have written. */
    public final List<String> heard = new ArrayList<>();

    /** What is done when a program has written a line. */
    Runnable onLine = () -> {};

    @Override
    public void onStart(String destination, String source) {
        heard.add(destination + source);
    }

    @Override
    public void onProgress(long rawBytes, long storedBytes, Duration elapsed) {
        // No test needs it.
    }

    @Override
    public void onNotice(String sentence) {
        notes.add(sentence);
    }

    @Override
    public void onStderr(String program, String line) {
        heard.add(line);
        onLine.run();
    }
}
