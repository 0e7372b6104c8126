package io.jenkins.plugins.pgbackup.settings;

/** What the step and the build step are both told. */
public interface BackupSettings {

    /** The database, as a connection URI of libpq. */
    String getUrl();

    /** The name of the {@link io.jenkins.plugins.pgbackup.driver.BackupDriver}. */
    String getDriver();

    /** Where the dump goes, as the driver reads it. */
    String getDestination();

    /** The database's credentials, or {@code null} for none. */
    String getCredentialsId();

    /** The credentials of AWS, or {@code null} for those of the controller itself, where {@link PgBackupConfiguration} allows it. */
    String getAwsCredentialsId();

    /** What is dumped, and in which form. */
    DumpSection getDump();

    /** How S3 is reached, and how it keeps the dump. */
    S3Section getS3();

    /** Which older dumps stay. */
    KeepSection getKeep();

    /** Whether the dump is deleted when its build is. */
    boolean isDeleteWithBuild();

    /** Whether a local dump is archived with the build; {@code null} to archive what lies inside the workspace. */
    Boolean getArchive();

    /** The dump's name without suffix, as a template. */
    String getFileName();

    /** The name of the profile that says what these do not; {@code null} for none. */
    String getProfile();

    /** How much proof the dump needs: {@code full}, {@code reread} or {@code none}; {@code null} for {@code full}. */
    String getVerify();

    /** How many seconds {@code pg_dump} waits for a table's lock, 0 for ever. */
    int getLockWaitTimeout();

    /** How many seconds the dump may stand still, 0 for ever. */
    int getStallTimeout();
}
