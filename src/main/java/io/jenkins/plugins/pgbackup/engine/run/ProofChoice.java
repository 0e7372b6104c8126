package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.proof.Proof;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import java.io.IOException;

/** How a dump will be proven when its run has ended well, as far as the machine can do it. */
public record ProofChoice(Machine machine, PostgresClient client, BackupListener listener) {

    /**
     * Finds it out, and says where there will be none.
     *
     * @param wanted what was requested
     * @param pgDump the version on the machine
     */
    public Proof of(Verification wanted, DumpFormat format, PostgresVersion pgDump)
            throws IOException, InterruptedException {
        if (wanted == Verification.NONE) {
            return Proof.missing("verification was turned off");
        }
        if (format == DumpFormat.PLAIN) {
            return Proof.byCompletionMark();
        }
        Proof proof = byPgRestore(pgDump);
        if (!proof.proven()) {
            listener.onNotice("WARNING: the dump will not be proven: " + proof.how() + ".");
        }
        return proof;
    }

    private Proof byPgRestore(PostgresVersion pgDump) throws IOException, InterruptedException {
        try {
            PostgresVersion pgRestore = client.versionOf("pg_restore");
            return pgRestore.major() < pgDump.major()
                    ? Proof.missing(
                            "pg_restore " + pgRestore + " on " + machine.name() + " is older than pg_dump " + pgDump)
                    : Proof.byPgRestore(pgRestore.toString());
        } catch (ProgramNotFoundException e) {
            return Proof.missing(e.reason());
        }
    }
}
