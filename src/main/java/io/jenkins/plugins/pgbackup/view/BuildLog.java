package io.jenkins.plugins.pgbackup.view;

import static io.jenkins.plugins.pgbackup.view.BackupSummary.size;

import hudson.Util;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.io.PrintStream;
import java.time.Duration;

/** A backup as a build's log tells it. */
public final class BuildLog implements BackupListener {

    /** In code points: whatever a sentence quotes, an exception of an agent or the words of a server. */
    public static final int LONGEST_SENTENCE = 4_000;

    private final PrintStream log;

    public BuildLog(TaskListener listener) {
        this.log = listener.getLogger();
    }

    @Override
    public void onStart(String destination, String source) {
        log.println(Messages.BuildLog_starts(PrintableLine.of(destination), PrintableLine.of(source)));
    }

    @Override
    public void onProgress(long rawBytes, long storedBytes, Duration elapsed) {
        log.println(Messages.BuildLog_progresses(
                size(rawBytes),
                size(storedBytes),
                Util.getTimeSpanString(elapsed.toMillis()),
                size(rawBytes * 1000 / Math.max(1, elapsed.toMillis()))));
    }

    @Override
    public void onNotice(String sentence) {
        log.println(PrintableLine.of(sentence, LONGEST_SENTENCE));
    }

    @Override
    public void onStderr(String program, String line) {
        log.println(PrintableLine.of(line.startsWith(program + ":") ? line : program + ": " + line));
    }

    /** What is restored, and where to, before anything is touched. */
    public void restores(String dump, String database) {
        log.println(PrintableLine.of(Messages.BuildLog_restores(dump, database), LONGEST_SENTENCE));
    }

    /** What is tested, before it is. */
    public void tests(String dump) {
        log.println(PrintableLine.of(Messages.BuildLog_tests(dump), LONGEST_SENTENCE));
    }

    /** A line for each check. */
    public void tested(RestoreTestSummary test) {
        for (RestoreTestSummary.Check check : test.getChecks()) {
            log.println(PrintableLine.of(check + ": " + check.getSentence(), LONGEST_SENTENCE));
        }
    }

    /** The one line at the end of a restore. */
    public void restored(RestoreSummary restore) {
        log.println(PrintableLine.of(Messages.BuildLog_restored(
                restore.getDatabase(),
                restore.getHost(),
                restore.getFrom(),
                restore.getDuration(),
                String.valueOf(restore.getTables()))));
    }

    /** The one line at the end. */
    public void made(Manifest manifest) {
        String proof = manifest.proof().proven()
                ? Messages.BuildLog_proven(manifest.proof().how())
                : Messages.BuildLog_notProven(manifest.proof().how());
        log.println(PrintableLine.of(Messages.BuildLog_made(
                manifest.uri(),
                size(manifest.sizeBytes()),
                Util.getTimeSpanString(manifest.durationMillis()),
                manifest.sha256(),
                proof,
                manifest.atRest())));
    }
}
