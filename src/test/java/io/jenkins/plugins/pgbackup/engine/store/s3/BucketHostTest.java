package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.http.conn.DnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/** Endpoints before whose host the bucket's name stands, requested without path style. */
class BucketHostTest {

    private static final DnsResolver ALL_HERE = host -> new InetAddress[] {InetAddress.getByName("127.0.0.1")};
    private static final DnsResolver NO_ADDRESS = host -> {
        throw new UnknownHostException(host);
    };

    private S3TestBed s3;
    private String host;

    @BeforeEach
    void connect() throws Exception {
        s3 = new S3TestBed();
        host = s3.bucket + ".localhost";
    }

    @AfterEach
    void disconnect() throws Exception {
        s3.close();
    }

    @Test
    void namesTheHostThatIsNotKnownAndPathStyle() throws Exception {
        assertCannotBeListed(
                NO_ADDRESS,
                port(),
                "the host " + host + " is not known: check region and endpoint, and the name service of this machine"
                        + cure());
    }

    @Test
    void namesTheHostThatTakesNoConnectionAndPathStyle() throws Exception {
        assertCannotBeListed(
                ALL_HERE,
                1,
                "no connection to " + host
                        + " could be made: check the endpoint, and that nothing on the way refuses it" + cure());
    }

    /** The server takes the first segment of the key for the bucket, as most others than AWS do. */
    @Test
    void saysWhatHelpsWhereTheServerDoesNotKnowSuchHosts() throws Exception {
        assertCannotBeListed(
                ALL_HERE, port(), "there is no such bucket: create it, or correct the destination" + cure());
        try (S3Connection connection = open(ALL_HERE, "http://localhost:" + port(), false)) {
            S3Store store = new S3Store(connection, s3.location, S3TestBed.HERE);
            BackupException e = assertThrows(BackupException.class, () -> store.open("shop.dump", 1));
            assertTrue(e.getMessage().endsWith(cure() + "."), e.getMessage());
            e = assertThrows(
                    BackupException.class,
                    new S3Dumps(connection, s3.location, S3TestBed.HASTY, HttpRoute.DIRECT).source("shop.dump")::open);
            assertTrue(e.getMessage().endsWith(cure() + "."), e.getMessage());
        }
    }

    @Test
    void asksWithPathStyleTheHostOfTheEndpoint() throws Exception {
        try (S3Connection connection = open(ALL_HERE, "http://localhost:" + port(), true)) {
            assertEquals(0, new S3Dumps(connection, s3.location).list().size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://backups.s3.eu-central-1.amazonaws.com, false, https://s3.eu-central-1.amazonaws.com",
        "https://backups.s3.eu-central-1.amazonaws.com, true, https://s3.eu-central-1.amazonaws.com",
        "http://backups.minio.example:9000, false, http://minio.example:9000",
    })
    void refusesAnEndpointThatHasTheBucketAlready(String endpoint, boolean pathStyle, String instead) throws Exception {
        try (S3Connection connection = open(NO_ADDRESS, endpoint, pathStyle)) {
            S3Location location = S3Location.parse("backups");
            InvalidInputException e =
                    assertThrows(InvalidInputException.class, () -> new S3Store(connection, location, S3TestBed.HERE));
            assertTrue(
                    e.getMessage()
                            .startsWith("The S3 endpoint begins with the bucket \"backups\": write " + instead + ", "),
                    e.getMessage());
            assertThrows(InvalidInputException.class, () -> new S3Dumps(connection, location));
        }
    }

    @Test
    void takesAServerThatIsCalledLikeTheBucketWithPathStyle() throws Exception {
        try (S3Connection connection = open(NO_ADDRESS, "http://backups.minio.example:9000", true)) {
            assertEquals(
                    "s3://backups/a",
                    new S3Dumps(connection, S3Location.parse("backups"))
                            .source("a")
                            .uri());
        }
    }

    private void assertCannotBeListed(DnsResolver names, int port, String because) throws Exception {
        try (S3Connection connection = open(names, "http://localhost:" + port, false)) {
            S3Dumps dumps = new S3Dumps(connection, s3.location);
            BackupException e = assertThrows(BackupException.class, dumps::list);
            assertEquals(s3.location + " could not be listed, because " + because + ".", e.getMessage());
        }
    }

    private String cure() {
        return ", or set path style, so that localhost is contacted and not " + host;
    }

    private static int port() {
        return S3TestBed.server().endpoint().getPort();
    }

    private static S3Connection open(DnsResolver names, String endpoint, boolean pathStyle) throws BackupException {
        return S3Connection.open(
                new S3Settings(null, endpoint, pathStyle, null, null, null, null, null),
                StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        S3TestBed.server().accessKey(), S3TestBed.server().secretKey())),
                ApacheHttpClient.builder().dnsResolver(names),
                S3TestBed.HASTY_CALLS,
                HttpRoute.DIRECT);
    }
}
