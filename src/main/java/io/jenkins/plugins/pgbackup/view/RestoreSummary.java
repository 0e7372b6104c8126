package io.jenkins.plugins.pgbackup.view;

import hudson.Util;
import io.jenkins.plugins.pgbackup.engine.RestoreReport;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** One restore as its build keeps it and as the step returns it to the stages that follow. */
public final class RestoreSummary implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String from;
    private final String database;
    private final String host;
    private final Long tables;
    private final Long rows;
    private final String replaced;
    private final long durationMillis;
    private final ArrayList<String> warnings;

    public RestoreSummary(RestoreReport report) {
        from = report.from();
        database = report.database();
        host = line(report.host());
        tables = report.tables().isPresent() ? report.tables().getAsLong() : null;
        rows = report.rows().isPresent() ? report.rows().getAsLong() : null;
        replaced = report.keptAs().orElse(null);
        durationMillis = report.durationMillis();
        warnings = new ArrayList<>(
                report.warnings().stream().map(RestoreSummary::line).toList());
    }

    private static String line(String text) {
        return PrintableLine.of(text, BuildLog.LONGEST_SENTENCE);
    }

    /** Where the dump is: a path of the agent, an {@code s3://} URI, or an artifact of a build. */
    @Whitelisted
    public String getFrom() {
        return from;
    }

    /** The name of the database that holds the dump now. */
    @Whitelisted
    public String getDatabase() {
        return database;
    }

    /** The server as it was reached. */
    public String getHost() {
        return host;
    }

    /** How many tables the database has, or {@code null} if the agent has no {@code psql}. */
    @Whitelisted
    public Long getTables() {
        return tables;
    }

    /** How many rows of the dump it has, or {@code null} if they were not counted or not all restored. */
    @Whitelisted
    public Long getRows() {
        return rows;
    }

    /** The name of the database that was replaced and stays, or {@code null}. */
    @Whitelisted
    public String getReplaced() {
        return replaced;
    }

    /** From start to end, in milliseconds. */
    @Whitelisted
    public long getDurationMillis() {
        return durationMillis;
    }

    /** What to know of it though it went well: a sentence each; mostly none. */
    @Whitelisted
    public List<String> getWarnings() {
        return List.copyOf(warnings);
    }

    /** The duration as people read it. */
    public String getDuration() {
        return Util.getTimeSpanString(durationMillis);
    }

    /** The same as {@link #getDatabase()}. */
    @Override
    @Whitelisted
    public String toString() {
        return database;
    }
}
