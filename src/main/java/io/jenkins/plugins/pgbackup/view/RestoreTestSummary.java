package io.jenkins.plugins.pgbackup.view;

import hudson.Util;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport.Result;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** One restore test as its build keeps it and as the step returns it to the stages that follow. */
public final class RestoreTestSummary implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String from;
    private final String database;
    private final String server;
    private final boolean restored;
    private final long durationMillis;
    private final ArrayList<Check> checks = new ArrayList<>();

    public RestoreTestSummary(RestoreTestReport report) {
        from = report.uri();
        database = line(report.database());
        server = line(report.server() + ", PostgreSQL " + report.targetVersion());
        restored = report.restored();
        durationMillis = report.durationMillis();
        for (RestoreTestReport.Check check : report.checks()) {
            checks.add(new Check(line(check.name()), check.result(), line(check.sentence())));
        }
    }

    private static String line(String text) {
        return text == null ? null : PrintableLine.of(text, BuildLog.LONGEST_SENTENCE);
    }

    /** One check of it. */
    public static final class Check implements Serializable {

        private static final long serialVersionUID = 1L;

        private final String name;
        private final Result result;
        private final String sentence;

        private Check(String name, Result result, String sentence) {
            this.name = name;
            this.result = result;
            this.sentence = sentence;
        }

        @Whitelisted
        public String getName() {
            return name;
        }

        /** {@code passed}, {@code failed} or {@code skipped}. */
        @Whitelisted
        public String getResult() {
            return result.id();
        }

        /** What was found, or why it was skipped. */
        @Whitelisted
        public String getSentence() {
            return sentence;
        }

        /** {@code rows: passed}. */
        @Override
        @Whitelisted
        public String toString() {
            return name + ": " + result.id();
        }
    }

    /** Where the dump is: a path of the agent, an {@code s3://} URI, or an artifact of a build. */
    @Whitelisted
    public String getFrom() {
        return from;
    }

    /** The name of the dumped database, or {@code null} if the dump has no manifest. */
    @Whitelisted
    public String getDatabase() {
        return database;
    }

    /** Where it was restored to. */
    public String getServer() {
        return server;
    }

    /** Whether the restore came to its end. */
    @Whitelisted
    public boolean isRestored() {
        return restored;
    }

    /** Whether no check failed. */
    @Whitelisted
    public boolean isPassed() {
        return checks.stream().noneMatch(check -> check.result == Result.FAILED);
    }

    @Whitelisted
    public List<Check> getChecks() {
        return List.copyOf(checks);
    }

    /** From start to end, in milliseconds. */
    @Whitelisted
    public long getDurationMillis() {
        return durationMillis;
    }

    /** The duration as people read it. */
    public String getDuration() {
        return Util.getTimeSpanString(durationMillis);
    }
}
