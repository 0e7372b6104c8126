package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.Origin;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A backup without a journal, always of the same second. */
public record BackupHere(
        String url, DumpOptions options, String fileName, Verification verification, Duration stallTimeout) {

    public Manifest make(Machine machine, Store store, BackupListener listener)
            throws IOException, InterruptedException {
        BackupRequest request = new BackupRequest(
                PostgresUrl.parse(url),
                options,
                fileName,
                Map.of(),
                Instant.parse("2026-11-20T01:02:03Z"),
                verification,
                stallTimeout,
                new Origin("test", null, null, null));
        return new Backup(request, machine, store, Journal.NONE, listener, Clock.systemUTC()).run();
    }
}
