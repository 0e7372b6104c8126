package io.jenkins.plugins.pgbackup.cli.console;

import io.jenkins.plugins.pgbackup.engine.PruneReport;
import java.util.List;

/** What was removed, and why the others stay. */
public record PruneOutput(PruneReport report) implements CommandOutput {

    @Override
    public List<String> lines() {
        return report.lines();
    }

    @Override
    public String json() {
        return Json.of(PrunedDumps.of(report));
    }
}
