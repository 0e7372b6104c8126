package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The dump that was made. */
record BackupResult(Manifest manifest) implements Result {

    @Override
    public List<String> lines() {
        String proof = manifest.proof().proven() ? "proven: " : "NOT PROVEN: ";
        return List.of(manifest.uri() + ", " + Readable.bytes(manifest.sizeBytes()) + " in "
                + Readable.duration(Duration.ofMillis(manifest.durationMillis())) + ", sha256 " + manifest.sha256()
                + ", "
                + proof + manifest.proof().how() + "; at rest: " + manifest.atRest());
    }

    @Override
    public String json() {
        return Json.printable(new String(manifest.toJson(), StandardCharsets.UTF_8));
    }
}
