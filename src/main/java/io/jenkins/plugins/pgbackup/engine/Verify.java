package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.Operation;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.run.PgRestore;
import io.jenkins.plugins.pgbackup.engine.run.PipedPrograms;
import io.jenkins.plugins.pgbackup.engine.run.PostgresClient;
import io.jenkins.plugins.pgbackup.engine.run.ReplayRun;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.stream.ReplayResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads a stored dump to its last byte and says what that proves. */
public final class Verify {

    /** Nothing connects anywhere. */
    private static final PostgresUrl NO_DATABASE = PostgresUrl.parse("postgresql://");

    private final Machine machine;
    private final BackupListener listener;

    /** @param machine where it is read */
    public Verify(Machine machine, BackupListener listener) {
        this.machine = machine;
        this.listener = listener;
    }

    /**
     * What is known of a dump that was read.
     *
     * @param proven one clause for each thing that holds
     * @param unproven one clause for each thing that nothing tells
     */
    public record Report(String uri, long sizeBytes, String sha256, List<String> proven, List<String> unproven) {}

    /**
     * Reads a dump.
     *
     * @throws BackupException if it is not whole, or not what its manifest says
     */
    public Report run(StoredDump dump) throws IOException, InterruptedException {
        Session session = new Session(Operation.VERIFICATION, machine, NO_DATABASE, Journal.NONE, listener);
        return DumpsInUse.whileReading(
                dump.uri(),
                () -> session.run(() -> {
                    try (PipedPrograms<ReplayResult> run = session.programs(Duration.ZERO)) {
                        return report(dump, session.client(), run);
                    }
                }));
    }

    private Report report(StoredDump dump, PostgresClient client, PipedPrograms<ReplayResult> run)
            throws IOException, InterruptedException {
        List<String> proven = new ArrayList<>();
        List<String> unproven = new ArrayList<>();
        ReplayResult replayed;
        if (dump.format() == DumpFormat.PLAIN) {
            replayed = new ReplayRun(dump, run).read();
            proven.add("plain dump with its completion mark");
        } else {
            replayed = readWithPgRestore(dump, client, run, proven, unproven);
        }
        dump.mustBeUnchanged(replayed);
        if (dump.manifest().isPresent()) {
            proven.add("size and SHA-256 as in its manifest");
        } else {
            unproven.add("no manifest lies beside it, so nothing tells whether its bytes are those that were stored");
        }
        return new Report(dump.uri(), replayed.storedBytes(), replayed.sha256(), proven, unproven);
    }

    private ReplayResult readWithPgRestore(
            StoredDump dump,
            PostgresClient client,
            PipedPrograms<ReplayResult> run,
            List<String> proven,
            List<String> unproven)
            throws IOException, InterruptedException {
        PostgresVersion version;
        try {
            version = client.versionOf("pg_restore");
        } catch (ProgramNotFoundException e) {
            unproven.add(e.reason() + ", so nothing has read what is in the dump");
            return new ReplayRun(dump, run).read();
        }
        ReplayResult replayed =
                new ReplayRun(dump, run).feed("pg_restore", file -> PgRestore.readAll(dump.format(), file));
        proven.add("read to its end by pg_restore " + version);
        return replayed;
    }
}
