package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFileName;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;

/** How a backup is made if a person says nothing about it, in Jenkins and on the command line. */
public final class BackupDefaults {

    public static final Compression COMPRESSION = Compression.AUTO;

    /** The template of the dump's name. */
    public static final String FILE_NAME = DumpFileName.DEFAULT_TEMPLATE;

    public static final Verification VERIFICATION = Verification.FULL;

    /** How long {@code pg_dump} waits for a table's lock. */
    public static final int LOCK_WAIT_SECONDS = 300;

    /** How long {@code pg_dump} may send nothing. */
    public static final int STALL_SECONDS = 600;

    private BackupDefaults() {}
}
