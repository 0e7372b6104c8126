package io.jenkins.plugins.pgbackup.cli.console;

import io.jenkins.plugins.pgbackup.engine.Verify;
import java.util.ArrayList;
import java.util.List;

/** What is known of a dump that was read. */
public record VerifyOutput(Verify.Report report) implements CommandOutput {

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(report.uri() + ", " + HumanReadable.bytes(report.sizeBytes()) + ", sha256 " + report.sha256());
        report.proven().forEach(clause -> lines.add("proven: " + clause));
        report.unproven().forEach(clause -> lines.add("NOT PROVEN: " + clause));
        return lines;
    }

    @Override
    public String json() {
        return Json.of(report);
    }
}
