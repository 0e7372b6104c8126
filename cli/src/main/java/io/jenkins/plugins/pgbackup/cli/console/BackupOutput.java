package io.jenkins.plugins.pgbackup.cli.console;

import io.jenkins.plugins.pgbackup.engine.PruneReport;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The dump that was made.
 *
 * @param pruned what became of the older dumps; empty if they were not judged
 */
public record BackupOutput(Manifest manifest, Optional<PruneReport> pruned) implements CommandOutput {

    @Override
    public List<String> lines() {
        String proof = manifest.proof().proven() ? "proven: " : "NOT PROVEN: ";
        List<String> lines = new ArrayList<>();
        lines.add(manifest.uri() + ", " + HumanReadable.bytes(manifest.sizeBytes()) + " in "
                + HumanReadable.duration(Duration.ofMillis(manifest.durationMillis())) + ", sha256 " + manifest.sha256()
                + ", "
                + proof + manifest.proof().how() + "; at rest: " + manifest.atRest());
        pruned.ifPresent(report -> lines.addAll(report.lines()));
        return lines;
    }

    @Override
    public String json() {
        return pruned.isEmpty()
                ? new String(manifest.toJson(), StandardCharsets.UTF_8)
                : Json.of(manifest, PrunedDumps.of(pruned.get()));
    }
}
