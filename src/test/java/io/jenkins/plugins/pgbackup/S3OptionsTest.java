package io.jenkins.plugins.pgbackup;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.RequestTap;
import io.jenkins.plugins.pgbackup.fixture.S3MockServer;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * What the step's {@code s3: [...]} makes of the requests. S3Mock knows every option, but forgets the encryption of an object
 * made of parts: the requests themselves are looked at. S3Proxy checks their signatures.
 */
@WithJenkins
class S3OptionsTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String DATABASE = "options";
    private static final String RESTORED = "options restored";
    private static final String BUCKET = "option-bucket";
    private static final String DUMP = "/" + BUCKET + "/options.dump";
    private static final String MANIFEST = DUMP + ".json";
    private static final String KMS_KEY = "2d1d7d4f-1a2b-4c3d-9e8f-0123456789ab";

    private static final String STORAGE_CLASS = "x-amz-storage-class";
    private static final String ENCRYPTION = "x-amz-server-side-encryption";
    private static final String ENCRYPTION_KEY = "x-amz-server-side-encryption-aws-kms-key-id";
    private static final String TAGS = "x-amz-tagging";

    private static JenkinsWithAgent jenkins;
    private static S3MockServer mock;
    private static S3Server s3;

    private RequestTap tap;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        mock = S3MockServer.startWithKmsKeys("arn:aws:kms:eu-central-1:123456789012:key/" + KMS_KEY);
        s3 = S3Server.start(S3Server.IN_MEMORY);
        jenkins.add(POSTGRES);
        jenkins.add(s3);
        POSTGRES.createDatabase(DATABASE);
        POSTGRES.psql(DATABASE, "CREATE TABLE customer AS SELECT n FROM generate_series(1, 1000) AS n");
    }

    @AfterAll
    static void stop() throws Exception {
        POSTGRES.dropDatabase(DATABASE);
        s3.close();
        mock.close();
        jenkins.close();
    }
}
