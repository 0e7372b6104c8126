package io.jenkins.plugins.pgbackup;

import io.jenkins.plugins.pgbackup.fixture.S3Server;
import io.jenkins.plugins.pgbackup.fixture.SampleDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Where the sample database is backed up by both drivers: there is a bucket, too, on the S3 server of the JVM. */
public abstract class TestBedWithS3 extends TestBed {

    public static final String BUCKET = "backups";

    public S3Server s3;

    private final String database;

    public TestBedWithS3(String database) {
        super(database);
        this.database = database;
    }

    @Override
    void createDatabase() {
        SampleDatabase.create(POSTGRES, database);
    }

    @BeforeAll
    void startS3() throws Exception {
        s3 = S3Server.shared();
        s3.createBucket(BUCKET);
        jenkins.add(s3);
    }

    @AfterAll
    void stopS3() {
        s3.dropBucket(BUCKET);
    }

    /** A backup of the database to a place on the agent, or to the bucket. */
    protected StepSettings settings(String driver) {
        return driver.equals("s3")
                ? JenkinsWithAgent.toS3(POSTGRES.urlWithoutPassword(database), s3, BUCKET)
                : toDisk("backups/");
    }
}
