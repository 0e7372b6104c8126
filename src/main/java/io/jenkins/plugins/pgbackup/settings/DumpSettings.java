package io.jenkins.plugins.pgbackup.settings;

/** Which dump is restored. Of {@code from}, {@code latest} and {@code build} one is given. */
public interface DumpSettings {

    /** One dump: an {@code s3://} URI, or a path on the agent. */
    String getFrom();

    /** A place of dumps, of which the newest proven one is taken: {@code s3://bucket/prefix}, or a directory on the agent. */
    String getLatest();

    /** A build whose dump is taken: {@code job#12}, {@code job#lastSuccessful}. */
    String getBuild();

    /** Of which database, if there are dumps of several; {@code null} if not. */
    String getDatabase();

    /** The database's credentials, or {@code null} for none. */
    String getCredentialsId();

    /** The credentials of AWS, or {@code null} for those of the controller itself, where {@link PgBackupConfiguration} allows it. */
    String getAwsCredentialsId();

    /** How S3 is reached. */
    S3Section getS3();
}
