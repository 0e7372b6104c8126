package io.jenkins.plugins.pgbackup.cli.console;

import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport.Check;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a restore test has found: a line for each check, and one sentence. */
public record TestOutput(RestoreTestReport report) implements CommandOutput {

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        report.checks().forEach(check -> lines.add(line(check)));
        if (!report.roles().isEmpty()) {
            lines.add("Roles created for the test: " + String.join(", ", report.roles()));
        }
        lines.add(sentence());
        return lines;
    }

    private static String line(Check check) {
        String result =
                switch (check.result()) {
                    case PASSED -> "passed";
                    case FAILED -> "FAILED";
                    case SKIPPED -> "skipped";
                };
        return result + "  " + check.name() + ": " + check.sentence();
    }

    private String sentence() {
        String time = " (PostgreSQL " + report.targetVersion() + ", "
                + HumanReadable.duration(Duration.ofMillis(report.durationMillis())) + ").";
        if (!report.restored()) {
            return report.uri() + " could not be restored" + time
                    + (report.trustNeeded() ? " If you trust the author of the dump, say --trust." : "");
        }
        long failed = report.count(Result.FAILED);
        if (failed > 0) {
            return report.uri() + " was restored, but " + failed + " of "
                    + report.checks().size() + " checks failed" + time;
        }
        long skipped = report.count(Result.SKIPPED);
        return report.uri() + " restores: " + report.count(Result.PASSED) + " checks passed"
                + (skipped == 0 ? "" : ", " + skipped + " skipped") + time;
    }

    @Override
    public String json() {
        return new String(report.toJson(), StandardCharsets.UTF_8);
    }
}
