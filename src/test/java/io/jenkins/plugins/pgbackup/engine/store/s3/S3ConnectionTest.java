package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/** Which region is meant. */
class S3ConnectionTest {

    private final Map<String, String> changed = new TreeMap<>();

    @BeforeEach
    void knowNothing() {
        assertNull(System.getenv("AWS_REGION"), "the build must keep AWS_REGION from the tests");
        set("aws.disableEc2Metadata", "true");
        set("aws.configFile", "/nowhere");
        set("aws.sharedCredentialsFile", "/nowhere");
    }

    @AfterEach
    void forget() {
        changed.forEach((name, value) -> {
            if (value.isEmpty()) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }

    @Test
    void takesTheRegionThatIsSet() throws Exception {
        set("aws.region", "eu-west-1");
        assertEquals("eu-central-1", region("eu-central-1", null));
        assertEquals("eu-central-1", region("eu-central-1", "https://minio"));
    }

    @Test
    void takesTheRegionOfTheMachine() throws Exception {
        set("aws.region", "eu-west-1");
        assertEquals("eu-west-1", region(null, null));
        assertEquals("eu-west-1", region(null, "https://minio"));
    }

    @Test
    void takesTheFirstRegionOfAllForOtherServers() throws Exception {
        assertEquals("us-east-1", region(null, "https://minio"));
    }

    @Test
    void saysThatNoRegionIsKnown() {
        BackupException e = assertThrows(BackupException.class, () -> region(null, null));
        assertEquals("No AWS region is known: set the region of the bucket.", e.getMessage());
    }

    private void set(String property, String value) {
        String before = System.setProperty(property, value);
        changed.putIfAbsent(property, before == null ? "" : before);
    }

    private static String region(String region, String endpoint) throws BackupException {
        S3Settings settings = new S3Settings(region, endpoint, false, null, null, null, null, null);
        try (S3Connection connection =
                S3Connection.open(settings, AnonymousCredentialsProvider.create(), ApacheHttpClient.builder())) {
            return connection.client().serviceClientConfiguration().region().id();
        }
    }
}
