package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.engine.Check;
import java.util.ArrayList;
import java.util.List;

/** What is known of a dump that was read. */
record CheckResult(Check.Report report) implements Result {

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(report.uri() + ", " + Readable.bytes(report.sizeBytes()) + ", sha256 " + report.sha256());
        report.proven().forEach(clause -> lines.add("proven: " + clause));
        report.unproven().forEach(clause -> lines.add("NOT PROVEN: " + clause));
        return lines;
    }

    @Override
    public String json() {
        return Json.of(report);
    }
}
