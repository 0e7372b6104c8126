package io.jenkins.plugins.pgbackup;

import io.jenkins.plugins.pgbackup.fixture.S3Server;
import io.jenkins.plugins.pgbackup.fixture.SampleDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Where the sample database is backed up by both drivers: there is an S3 server with a bucket, too. */
abstract class BackupStageWithS3 extends BackupStage {

    static final String BUCKET = "backups";

    S3Server s3;

    private final String database;

    BackupStageWithS3(String database) {
        super(database);
        this.database = database;
    }

    @Override
    void createDatabase() {
        SampleDatabase.create(POSTGRES, database);
    }

    @BeforeAll
    void startS3() throws Exception {
        s3 = S3Server.start();
        s3.createBucket(BUCKET);
        jenkins.add(s3);
    }

    @AfterAll
    void stopS3() {
        s3.close();
    }

    /** A backup of the database to a place on the agent, or to the bucket. */
    Settings settings(String driver) {
        return driver.equals("s3")
                ? JenkinsWithAgent.toS3(POSTGRES.urlWithoutPassword(database), s3, BUCKET)
                : toDisk("backups/");
    }
}
