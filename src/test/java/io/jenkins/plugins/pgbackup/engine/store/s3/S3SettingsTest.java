package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Error;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Failure;
import java.net.URI;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3SettingsTest {

    @ParameterizedTest
    @CsvSource({"http://minio, true", "HTTP://minio:443, true", "https://minio:80, false", ", false"})
    void knowsWhatCanBeReadOnTheWay(String endpoint, boolean unencrypted) {
        assertEquals(unencrypted, withEndpoint(endpoint).isUnencrypted());
    }

    @Test
    void namesTheSettingsThatAStoreMayRefuse() {
        S3Error error = new S3Error(400, "InvalidArgument", "Invalid Argument", "");
        assertEquals(
                "S3 refused it (400 InvalidArgument: Invalid Argument): check region and endpoint",
                S3Failure.because(error, "s3:PutObject", S3Settings.DEFAULTS.ofEachObject(), Optional.empty()));
        S3Settings settings = new S3Settings(null, null, false, "COLD", "AES256", null, Map.of("team", "shop"), null);
        assertEquals(
                "S3 refused it (400 InvalidArgument: Invalid Argument): check that it knows what is set as encryption and"
                        + " storage class and tags, then region and endpoint",
                S3Failure.because(error, "s3:PutObject", settings.ofEachObject(), Optional.empty()));
    }

    @Test
    void leavesEverythingToAws() {
        assertEquals(S3Settings.DEFAULTS, new S3Settings("", " ", false, "", "\t", "", Map.of(), null));
        assertNull(S3Settings.DEFAULTS.region());
        assertEquals(Optional.empty(), S3Settings.DEFAULTS.endpointUri());
        assertEquals(Map.of(), S3Settings.DEFAULTS.tags());
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu-central-1", "us-gov-west-1", "auto", "garage", "RegionOne"})
    void takesARegion(String region) {
        assertEquals(region, new S3Settings(" " + region, null, false, null, null, null, null, null).region());
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu central", "eu-central-1.evil.example", "-a", "a/", "é"})
    void refusesARegion(String region) {
        assertRefused("region", () -> new S3Settings(region, null, false, null, null, null, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://minio.example",
                "HTTP://127.0.0.1:9000/",
                "https://[::1]:9000",
                "https://a-b.c.example:65535"
            })
    void takesAnEndpoint(String endpoint) {
        assertEquals(Optional.of(URI.create(endpoint)), withEndpoint(endpoint).endpointUri());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "minio.example             | begins with neither",
                "minio.example:9000        | begins with neither",
                "ftp://minio.example       | begins with neither",
                "https://                  | is not a URL",
                "https:minio               | has no host",
                "https://my_minio:9000     | has no host that a URL can have",
                "https://secret@minio      | has a user name in it",
                "https://k:secret@my_minio | has a user name in it",
                "https://minio:0           | port is not between",
                "https://minio:65536       | port is not between",
                "https://minio/backups     | has something after the host",
                "https://minio?secret      | has something after the host",
                "https://minio#secret      | has something after the host",
                "https://mi nio/secret     | is not a URL",
            })
    void refusesAnEndpoint(String endpoint, String sentence) {
        assertRefused(sentence, () -> withEndpoint(endpoint));
    }

    @Test
    void takesStorageClassesOfOtherStores() {
        assertEquals(
                "LUKE_WARM-2", new S3Settings(null, null, false, "LUKE_WARM-2", null, null, null, null).storageClass());
        assertRefused("storage class", () -> new S3Settings(null, null, false, "COLD STORE", null, null, null, null));
    }

    @Test
    void takesEncryption() {
        new S3Settings(null, null, false, null, "AES256", null, null, null);
        new S3Settings(null, null, false, null, "aws:kms", null, null, null);
        new S3Settings(null, null, false, null, "aws:kms", "alias/backups", null, null);
        new S3Settings(
                null, null, false, null, "aws:kms", "arn:aws:kms:eu-central-1:123456789012:key/2d1d", null, null);
        assertRefused("neither AES256 nor aws:kms", () -> encrypted("aes256", null));
        assertRefused("set sse to aws:kms", () -> encrypted("AES256", "alias/backups"));
        assertRefused("set sse to aws:kms", () -> encrypted(null, "alias/backups"));
        assertRefused("The KMS key is not one", () -> encrypted("aws:kms", "my key"));
    }

    @Test
    void takesTags() {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("z", "ä B_.:/=+-@1");
        tags.put("k".repeat(128), "v".repeat(256));
        tags.put("empty", "");
        S3Settings settings = tagged(tags);
        tags.clear();
        assertEquals(
                List.of("z", "k".repeat(128), "empty"),
                List.copyOf(settings.tags().keySet()));
        assertThrows(UnsupportedOperationException.class, () -> settings.tags().clear());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GLACIER", "DEEP_ARCHIVE", "glacier"})
    void refusesArchivesWhereDumpsAreReadBack(String storageClass) {
        assertRefused(
                "storage class " + storageClass + " cannot be read back before they are restored: choose another one,",
                () -> keptAs(storageClass).requireReadable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "STANDARD_IA", "GLACIER_IR", "INTELLIGENT_TIERING"})
    void takesWhatCanBeReadAtOnce(String storageClass) {
        assertDoesNotThrow(() -> keptAs(storageClass).requireReadable());
    }

    private static S3Settings keptAs(String storageClass) {
        return new S3Settings(null, null, false, storageClass, null, null, null, null);
    }

    @Test
    void refusesTags() {
        assertRefused(
                "There are 11 S3 tags",
                () -> tagged(
                        IntStream.range(0, 11).boxed().collect(Collectors.toMap(String::valueOf, String::valueOf))));
        assertRefused("no name or no value", () -> tagged(Map.of("", "secret")));
        assertRefused("no name or no value", () -> tagged(new HashMap<>(Collections.singletonMap("a", null))));
        assertRefused("begins with aws:", () -> tagged(Map.of("AWS:a", "secret")));
        assertRefused("too long", () -> tagged(Map.of("k".repeat(129), "secret")));
        assertRefused("too long", () -> tagged(Map.of("a", "v".repeat(257))));
        assertRefused("a character that S3 does not take", () -> tagged(Map.of("a", "secret\n")));
        assertRefused("a character that S3 does not take", () -> tagged(Map.of("a&b", "secret")));
    }

    @Test
    void takesASizeOfParts() {
        assertEquals(5, inParts("5").partSize());
        assertEquals(5120, inParts(" 5120\n").partSize());
        assertEquals(S3Settings.DEFAULTS, inParts(" "));
    }

    private static S3Settings inParts(String size) {
        return new S3Settings(null, null, false, null, null, null, null, S3Settings.parsePartSize(size));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "5121", "0", "-16", "2147483648", "16 MiB", "16M", "8.5", "secret"})
    void refusesASizeOfParts(String size) {
        assertRefused(
                "The size of the parts (partSize) is not a whole number of MiB from 5 to 5120: write one, or leave it out.",
                () -> inParts(size));
    }

    private static S3Settings withEndpoint(String endpoint) {
        return new S3Settings(null, endpoint, true, null, null, null, null, null);
    }

    private static S3Settings encrypted(String sse, String kmsKeyId) {
        return new S3Settings(null, null, false, null, sse, kmsKeyId, null, null);
    }

    private static S3Settings tagged(Map<String, String> tags) {
        return new S3Settings(null, null, false, null, null, null, tags, null);
    }

    private static void assertRefused(String sentence, org.junit.jupiter.api.function.Executable settings) {
        String message = assertThrows(InvalidInputException.class, settings).getMessage();
        assertTrue(message.contains(sentence), message);
        assertFalse(message.contains("secret"), message);
    }
}
