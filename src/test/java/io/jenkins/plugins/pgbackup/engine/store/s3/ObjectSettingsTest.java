package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.CommitReport;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Request;
import io.jenkins.plugins.pgbackup.fixture.S3MockServer;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Encryption, storage class and tags, with a server that knows them. Of an object made of parts it forgets the
 * encryption and takes tags as they are encoded; there the request itself is looked at.
 */
class ObjectSettingsTest {

    private static final String KMS_KEY = "2d1d7d4f-1a2b-4c3d-9e8f-0123456789ab";
    private static final byte[] DUMP = S3TestBed.bytes(9 << 20);
    private static final S3Location LOCATION = new S3Location("backups", "nightly");

    private static S3MockServer server;

    private FaultProxy proxy;

    @BeforeAll
    static void start() {
        server = S3MockServer.startWithKmsKeys("arn:aws:kms:eu-central-1:123456789012:key/" + KMS_KEY);
        server.createBucket("backups");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() throws IOException {
        proxy = new FaultProxy(server.endpoint());
    }

    @AfterEach
    void disconnect() throws IOException {
        proxy.close();
    }

    @Test
    void asksForNothingThatIsNotSet() throws Exception {
        HeadObjectResponse head = backUp("plain.dump", settings(null, null, null, Map.of()));
        assertEquals("application/octet-stream", head.contentType());
        assertNull(head.storageClassAsString());
        assertNull(header("x-amz-storage-class"));
        assertNull(header("x-amz-server-side-encryption"));
        assertNull(header("x-amz-tagging"));
    }

    @Test
    void encryptsWithTheKeyOfS3() throws Exception {
        backUp("aes.dump", settings(null, "AES256", null, Map.of()));
        assertEquals("AES256", header("x-amz-server-side-encryption"));
        assertNull(header("x-amz-server-side-encryption-aws-kms-key-id"));
    }

    @Test
    void encryptsWithAKeyOfKms() throws Exception {
        backUp("kms.dump", settings(null, "aws:kms", KMS_KEY, Map.of()));
        assertEquals("aws:kms", header("x-amz-server-side-encryption"));
        assertEquals(KMS_KEY, header("x-amz-server-side-encryption-aws-kms-key-id"));
    }

    @Test
    void keepsTheStorageClass() throws Exception {
        HeadObjectResponse head = backUp("class.dump", settings("STANDARD_IA", null, null, Map.of()));
        assertEquals("STANDARD_IA", head.storageClassAsString());
    }

    @Test
    void tagsTheDump() throws Exception {
        Map<String, String> tags = Map.of("team", "backup", "purpose", "nightly");
        S3Settings settings = settings(null, null, null, tags);
        backUp("tags.dump", settings);
        assertEquals(tags, tagsOf("tags.dump", settings));
    }

    @Test
    void encodesTags() throws Exception {
        Map<String, String> tags = Map.of("team", "Größe A+B", "cost center", "x=y/z:@_.-");
        backUp("encoded.dump", settings(null, null, null, tags));
        Map<String, String> sent = new TreeMap<>();
        for (String tag : header("x-amz-tagging").split("&")) {
            String[] sides = tag.split("=");
            sent.put(decoded(sides[0]), decoded(sides[1]));
        }
        assertEquals(tags, sent);
    }

    @Test
    void sendsPartsOfTheSize() throws Exception {
        backUp("five.dump", settings(null, null, null, Map.of()));
        assertEquals(List.of(5 << 20, 4 << 20), partSizes());
    }

    @Test
    void sendsAsLargePartsAsItChoosesWhereNoSizeIsSet() throws Exception {
        backUp("chosen.dump", new S3Settings(null, proxy.endpoint(), true, null, null, null, null, null));
        assertEquals(List.of(DUMP.length), partSizes());
    }

    @Test
    void keepsTheTextBesideADumpAsTheDumpButInTheDefaultStorageClass() throws Exception {
        S3Settings settings = settings("GLACIER", "aws:kms", KMS_KEY, Map.of("team", "backup"));
        try (S3Connection connection = open(settings)) {
            store(connection).writeBeside("shop.dump.json", "{}".getBytes(StandardCharsets.UTF_8));
            HeadObjectResponse head = head(connection, "shop.dump.json");
            assertNull(head.storageClassAsString());
            assertEquals("aws:kms", head.serverSideEncryptionAsString());
            assertEquals(KMS_KEY, head.ssekmsKeyId());
            assertEquals("application/json", head.contentType());
        }
        assertEquals(Map.of("team", "backup"), tagsOf("shop.dump.json", settings));
    }

    @Test
    void saysThatTheStoreDoesNotKnowTheKmsKey() throws Exception {
        try (S3Connection connection = open(settings(null, "aws:kms", "another", Map.of()))) {
            BackupException e =
                    assertThrows(BackupException.class, () -> store(connection).open("e.dump", 1));
            assertTrue(
                    e.getMessage().contains("the KMS key cannot be used (400 KMS.NotFoundException"), e.getMessage());
        }
        assertEquals(List.of(), server.unfinishedUploads("backups"));
    }

    /** Backs up, and returns what the store says of the dump. */
    private HeadObjectResponse backUp(String name, S3Settings settings) throws Exception {
        try (S3Connection connection = open(settings)) {
            MultipartUpload upload = store(connection).open(name, DUMP.length);
            Receipt receipt = S3TestBed.send(upload, DUMP);
            CommitReport atRest = upload.commit(S3TestBed.written(receipt));
            assertTrue(receipt.parts().stream().allMatch(StoredPart::checksumKnown));
            assertTrue(atRest.sizeCompared() && atRest.checksumCompared(), atRest.toString());
            assertArrayEquals(DUMP, server.object("backups", "nightly/" + name));
            return head(connection, name);
        }
    }

    private List<Integer> partSizes() {
        return IntStream.rangeClosed(1, 3)
                .boxed()
                .flatMap(number -> proxy.requests().stream().filter(request -> request.isPart(number)))
                .map(part -> part.body().length)
                .toList();
    }

    /** A header of the request that began the upload. */
    private String header(String name) {
        Request create =
                proxy.requests().stream().filter(Request::isCreate).findFirst().orElseThrow();
        return create.head()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse(null);
    }

    private Map<String, String> tagsOf(String name, S3Settings settings) throws BackupException {
        try (S3Connection connection = open(settings)) {
            Map<String, String> tags = new TreeMap<>();
            connection
                    .client()
                    .getObjectTagging(get -> get.bucket("backups").key("nightly/" + name))
                    .tagSet()
                    .forEach(tag -> tags.put(tag.key(), tag.value()));
            return tags;
        }
    }

    private static HeadObjectResponse head(S3Connection connection, String name) {
        return connection.client().headObject(head -> head.bucket("backups").key("nightly/" + name));
    }

    private static S3Store store(S3Connection connection) {
        return new S3Store(connection, LOCATION, S3TestBed.HERE, S3TestBed.HASTY, HttpRoute.DIRECT);
    }

    private S3Settings settings(String storageClass, String sse, String kmsKeyId, Map<String, String> tags) {
        return new S3Settings(null, proxy.endpoint(), true, storageClass, sse, kmsKeyId, tags, 5);
    }

    private static S3Connection open(S3Settings settings) throws BackupException {
        return S3Connection.open(
                settings,
                StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "key")),
                ApacheHttpClient.builder(),
                S3TestBed.HASTY_CALLS,
                HttpRoute.DIRECT);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
