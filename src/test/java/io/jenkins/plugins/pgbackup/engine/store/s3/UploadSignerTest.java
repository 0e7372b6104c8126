package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartPlan;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartSigner;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.SignedPart;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/** Signatures as AWS would get them; nothing is sent. */
class UploadSignerTest {

    private static final StartedUpload UPLOAD =
            new StartedUpload(S3Location.parse("backups/a b"), "é.dump", "upload/id+1");

    private static final PartPlan PARTS = PartPlan.ofEqualParts(5 << 20);

    private int requested;

    @Test
    void signsOnePartWithItsLengthAndChecksum() throws Exception {
        SignedPart signed = sign("eu-central-1", null, false);
        assertEquals("backups.s3.eu-central-1.amazonaws.com", signed.url().getHost());
        assertEquals("/a%20b/%C3%A9.dump", signed.url().getRawPath());
        assertEquals(Map.of("x-amz-checksum-crc32", "y/Q5Jg=="), signed.headers());
        String query = signed.url().getRawQuery();
        assertTrue(query.contains("partNumber=7"), query);
        assertTrue(query.contains("uploadId=upload%2Fid%2B1"), query);
        assertTrue(query.contains("X-Amz-SignedHeaders=content-length%3Bhost%3Bx-amz-checksum-crc32"), query);
        assertTrue(query.contains("X-Amz-Expires=900"), query);
        assertTrue(query.contains("X-Amz-Security-Token=token1"), query);
        assertFalse(query.contains("secret"), query);
    }

    @Test
    void signsForOtherServers() throws Exception {
        assertEquals(
                "minio.example",
                sign(null, "https://minio.example:9000", true).url().getHost());
        assertEquals(
                "backups.minio.example",
                sign(null, "https://minio.example:9000", false).url().getHost());
    }

    /** A certificate for *.minio.example is none for two labels more. */
    @Test
    void leavesABucketWithDotsInThePath() throws Exception {
        StartedUpload dotted = new StartedUpload(S3Location.parse("my.backups"), "a.dump", "id");
        try (S3Connection connection = connect(null, "https://minio.example", false)) {
            SignedPart signed = new UploadSigner(connection, dotted, PARTS, true).sign(1, 1, "y/Q5Jg==");
            assertEquals("minio.example", signed.url().getHost());
            assertEquals("/my.backups/a.dump", signed.url().getRawPath());
            assertEquals(
                    "minio.example",
                    BucketHost.of(connection.configuration(), "", "my.backups").name());
        }
    }

    @Test
    void asksForCredentialsEachTime() throws Exception {
        try (S3Connection connection = connect("eu-central-1", null, false)) {
            UploadSigner signer = new UploadSigner(connection, UPLOAD, PARTS, true);
            assertTrue(signer.sign(1, 1, "y/Q5Jg==").url().toString().contains("X-Amz-Security-Token=token1"));
            assertTrue(signer.sign(1, 1, "y/Q5Jg==").url().toString().contains("X-Amz-Security-Token=token2"));
        }
    }

    @Test
    void signsAPartWithoutAChecksumForAStoreThatTakesNone() throws Exception {
        try (S3Connection connection = connect("eu-central-1", null, false)) {
            UploadSigner signer = new UploadSigner(connection, UPLOAD, PARTS, true);
            assertEquals(Map.of(), signer.sign(7, 1000, PartSigner.NO_CHECKSUM).headers());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, y/Q5Jg==",
        "10001, 1, y/Q5Jg==",
        "-1, 1, y/Q5Jg==",
        "1, -1, y/Q5Jg==",
        "1, 5242881, y/Q5Jg==",
        "2, 0, y/Q5Jg==",
        "1, 1, ''",
        "1, 1, y/Q5Jg=",
        "1, 1, 'y/Q5\nJ=='",
    })
    void refusesWhatIsNoPartOfTheUpload(int number, long size, String crc32) throws Exception {
        try (S3Connection connection = connect("eu-central-1", null, false)) {
            UploadSigner signer = new UploadSigner(connection, UPLOAD, PARTS, true);
            BackupException e = assertThrows(BackupException.class, () -> signer.sign(number, size, crc32));
            assertTrue(
                    e.getMessage().contains("does not belong to the upload of s3://backups/a b/é.dump"),
                    e.getMessage());
            assertEquals(0, requested);
        }
    }

    @Test
    void signsLargerPartsOnlyWhereTheyBelong() throws Exception {
        try (S3Connection connection = connect("eu-central-1", null, false)) {
            UploadSigner signer = new UploadSigner(connection, UPLOAD, new PartPlan(5 << 20, 2, 8 << 20), true);
            assertThrows(BackupException.class, () -> signer.sign(2, 8 << 20, "y/Q5Jg=="));
            assertThrows(BackupException.class, () -> signer.sign(3, (8 << 20) + 1, "y/Q5Jg=="));
            assertEquals(0, requested);
            signer.sign(3, 8 << 20, "y/Q5Jg==");
            assertEquals(1, requested);
        }
    }

    @Test
    void saysThatThereAreNoCredentialsAnyMore() throws Exception {
        AwsCredentialsProvider none = () -> {
            throw SdkClientException.create("Unable to load credentials from any of the providers in the chain");
        };
        try (S3Connection connection = connect("eu-central-1", null, false, none)) {
            UploadSigner signer = new UploadSigner(connection, UPLOAD, PARTS, true);
            BackupException e = assertThrows(BackupException.class, () -> signer.sign(1, 1, "y/Q5Jg=="));
            assertEquals(
                    "s3://backups/a b/é.dump could not be written, because no AWS credentials were found: choose some, or give"
                            + " this machine a role or a profile.",
                    e.getMessage());
        }
    }

    private SignedPart sign(String region, String endpoint, boolean pathStyle) throws Exception {
        try (S3Connection connection = connect(region, endpoint, pathStyle)) {
            return new UploadSigner(connection, UPLOAD, PARTS, true).sign(7, 1000, "y/Q5Jg==");
        }
    }

    private S3Connection connect(String region, String endpoint, boolean pathStyle) throws BackupException {
        return connect(
                region,
                endpoint,
                pathStyle,
                () -> AwsSessionCredentials.create("AKIA", "secret", "token" + ++requested));
    }

    private static S3Connection connect(
            String region, String endpoint, boolean pathStyle, AwsCredentialsProvider credentials)
            throws BackupException {
        return S3Connection.open(
                new S3Settings(region, endpoint, pathStyle, null, null, null, null, null),
                credentials,
                ApacheHttpClient.builder());
    }
}
