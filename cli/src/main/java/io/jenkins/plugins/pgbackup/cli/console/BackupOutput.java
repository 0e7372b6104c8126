package io.jenkins.plugins.pgbackup.cli.console;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The dump that was made. */
public record BackupOutput(Manifest manifest) implements CommandOutput {

    @Override
    public List<String> lines() {
        String proof = manifest.proof().proven() ? "proven: " : "NOT PROVEN: ";
        return List.of(manifest.uri() + ", " + HumanReadable.bytes(manifest.sizeBytes()) + " in "
                + HumanReadable.duration(Duration.ofMillis(manifest.durationMillis())) + ", sha256 " + manifest.sha256()
                + ", "
                + proof + manifest.proof().how() + "; at rest: " + manifest.atRest());
    }

    @Override
    public String json() {
        return new String(manifest.toJson(), StandardCharsets.UTF_8);
    }
}
