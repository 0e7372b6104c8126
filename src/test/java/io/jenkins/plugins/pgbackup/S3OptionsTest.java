package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.RequestTap;
import io.jenkins.plugins.pgbackup.fixture.S3MockServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What a bucket's server is told besides the bytes: encryption, storage class and tags, with a server that knows them. */
@WithJenkins
class S3OptionsTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String DATABASE = "shop";
    private static final String BUCKET = "backups";
    private static final String KMS_KEY = "2d1d7d4f-1a2b-4c3d-9e8f-0123456789ab";

    private static JenkinsWithAgent jenkins;
    private static S3MockServer s3;

    private RequestTap tap;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        s3 = S3MockServer.startWithKmsKeys("arn:aws:kms:eu-central-1:123456789012:key/" + KMS_KEY);
        s3.createBucket(BUCKET);
        jenkins.add(POSTGRES);
        jenkins.addLogin(JenkinsWithAgent.KEY_PAIR, "AKIA", "any");
        POSTGRES.createDatabase(DATABASE);
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        jenkins.close();
        POSTGRES.dropDatabase(DATABASE);
    }

    @BeforeEach
    void tap() {
        tap = RequestTap.before(s3.endpoint());
    }

    @AfterEach
    void untap() throws Exception {
        tap.close();
    }

    @ParameterizedTest
    @EnumSource
    void areSentFromBothDoors(Door door) throws Exception {
        backUp(
                door,
                Map.of(
                        "storageClass",
                        "STANDARD_IA",
                        "sse",
                        "aws:kms",
                        "kmsKeyId",
                        KMS_KEY,
                        "tags",
                        List.of("team=backup", "formula=a=b")));

        assertThat(header("x-amz-storage-class"), contains("STANDARD_IA"));
        assertThat(header("x-amz-server-side-encryption"), contains("aws:kms"));
        assertThat(header("x-amz-server-side-encryption-aws-kms-key-id"), contains(KMS_KEY));
        assertThat(header("x-amz-tagging"), contains("team=backup&formula=a%3Db"));
    }

    @ParameterizedTest
    @EnumSource
    void mayAskForTheKeyOfS3Alone(Door door) throws Exception {
        backUp(door, Map.of("sse", "AES256"));

        assertThat(header("x-amz-server-side-encryption"), contains("AES256"));
        assertThat(header("x-amz-server-side-encryption-aws-kms-key-id"), is(empty()));
    }

    @ParameterizedTest
    @EnumSource
    void areLeftToTheBucketWhereNoneIsSet(Door door) throws Exception {
        backUp(door, Map.of());

        for (String name : List.of("storage-class", "server-side-encryption", "tagging")) {
            assertThat(name, header("x-amz-" + name), is(empty()));
        }
    }

    private void backUp(Door door, Map<String, Object> options) throws Exception {
        Map<String, Object> all = new TreeMap<>(options);
        all.put("endpoint", tap.endpoint().toString());
        all.put("pathStyle", true);
        all.put("region", "eu-central-1");
        // A prefix of its own: no two of these dumps may have one name.
        String prefix = String.valueOf(tap.endpoint().getPort());
        Settings settings = Settings.of(POSTGRES.urlWithoutPassword(DATABASE), "s3", BUCKET + "/" + prefix)
                .with("credentialsId", JenkinsWithAgent.DATABASE_LOGIN)
                .with("awsCredentialsId", JenkinsWithAgent.KEY_PAIR)
                .with("s3", all);

        jenkins.build(door.job(jenkins, settings));

        List<String> made = s3.objects(BUCKET).stream()
                .filter(key -> key.startsWith(prefix))
                .toList();
        assertThat("a dump and its manifest in " + made, made.size(), is(2));
    }

    private Set<String> header(String name) {
        return tap.asked("(?i)\r\n" + name + ": ([^\r]*)\r\n");
    }
}
