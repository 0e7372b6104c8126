package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3LocationTest {

    @ParameterizedTest
    @CsvSource({
        "backups,                   backups, ''",
        "backups/,                  backups, ''",
        "backups/nightly,           backups, nightly",
        "backups/nightly/,          backups, nightly",
        "backups/a b/é/c,           backups, a b/é/c",
        "s3://backups,              backups, ''",
        "s3://backups/,             backups, ''",
        "S3://backups/a/b/,         backups, a/b",
        "s3://my.backups-1/a%20b,   my.backups-1, a%20b",
        "shop-123-s3alias/a,        shop-123-s3alias, a",
    })
    void readsADestination(String destination, String bucket, String prefix) {
        assertEquals(new S3Location(bucket, prefix), S3Location.parse(destination));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                           | names no bucket",
                "s3://                        | names no bucket",
                "/backups                     | names no bucket",
                "s3:///backups                | names no bucket",
                "ab                           | \"ab\" is not a bucket: bucket names have 3 to 63",
                "Backups                      | \"Backups\" is not a bucket",
                "my_backups                   | \"my_backups\" is not a bucket",
                "-backups                     | \"-backups\" is not a bucket",
                "backups-                     | \"backups-\" is not a bucket",
                ".backups                     | \".backups\" is not a bucket",
                "my..backups                  | no two dots",
                "192.168.1.1                  | is not a bucket but an IP address",
                "xn--backups                  | S3 reserves names",
                "sthree-backups               | S3 reserves names",
                "amzn-s3-demo-bucket          | S3 reserves names",
                "backups--ol-s3               | S3 reserves names",
                "backups.mrap                 | S3 reserves names",
                "backups--table-s3            | S3 reserves names",
                "backups--euc1-az1--x-s3      | is a directory bucket",
                "arn:aws:s3:::backups         | is an ARN",
                "s3:/backups                  | What stands first in the S3 destination is not a bucket",
                "my backups                   | What stands first in the S3 destination is not a bucket",
                "AKIA:secret@backups/x        | What stands first in the S3 destination is not a bucket",
                "postgres://bob:secret@db/shop| is a URL of another kind",
                "https://b.s3.amazonaws.com/x?X-Amz-Signature=secret| is a URL of another kind",
                "backups//                    | has an empty segment",
                "backups//a                   | has an empty segment",
                "backups/a//b                 | has an empty segment",
                "backups/a//                  | has an empty segment",
                "backups/..                   | has a segment \"..\"",
                "backups/a/../b               | has a segment \"..\"",
                "backups/./a                  | has a segment \".\"",
            })
    void refusesADestination(String destination, String sentence) {
        String message = assertThrows(InvalidInputException.class, () -> S3Location.parse(destination))
                .getMessage();
        assertTrue(message.contains(sentence), message);
        assertFalse(message.contains("secret"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000b", "a\u007fb", "a\u0085b", "a\ud800b", "a\uffffb"})
    void refusesWhatCannotBeWritten(String text) {
        assertThrows(InvalidInputException.class, () -> S3Location.parse("backups/" + text));
        assertThrows(
                InvalidInputException.class, () -> S3Location.parse("backups").key(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/a", "a/"})
    void refusesAFileName(String name) {
        assertThrows(
                InvalidInputException.class, () -> S3Location.parse("backups/a").key(name));
    }

    @Test
    void refusesABucketNameThatIsTooLong() {
        assertEquals("a".repeat(63), S3Location.parse("a".repeat(63)).bucket());
        assertThrows(InvalidInputException.class, () -> S3Location.parse("a".repeat(64)));
    }

    @Test
    void refusesKeysThatAreTooLong() {
        S3Location location = S3Location.parse("backups/nightly");
        assertEquals(1024, location.key("a".repeat(1016)).length());
        String message = assertThrows(InvalidInputException.class, () -> location.key("é".repeat(509)))
                .getMessage();
        assertEquals("Prefix and file name have 1026 bytes together, and S3 takes 1024: shorten one of them.", message);
        assertThrows(InvalidInputException.class, () -> S3Location.parse("backups/" + "a".repeat(1024)));
    }

    @Test
    void writesKeysAndUris() {
        S3Location top = S3Location.parse("backups");
        S3Location nightly = S3Location.parse("backups/nightly/");
        assertEquals("shop é.dump", top.key("shop é.dump"));
        assertEquals("nightly/shop é.dump", nightly.key("shop é.dump"));
        assertEquals("s3://backups/nightly/shop é.dump", nightly.uri("shop é.dump"));
        assertEquals("s3://backups/", top.toString());
        assertEquals("s3://backups/nightly/", nightly.toString());
        assertEquals(nightly, S3Location.parse(nightly.toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "s3://backups/shop.dump,     s3://backups/,     shop.dump",
        "s3://backups/a/b/shop.dump, s3://backups/a/b/, shop.dump",
        "S3://backups/a/s h.dump,    s3://backups/a/,   s h.dump",
    })
    void readsTheUriOfAnObject(String uri, String location, String fileName) {
        S3Uri object = S3Uri.parse(uri);
        assertEquals(location, object.location().toString());
        assertEquals(fileName, object.fileName());
        assertEquals(object, S3Uri.parse(object.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop.dump",
                "backups/shop.dump",
                "s3://",
                "s3://backups",
                "s3://backups/",
                "s3://backups/a/",
                "s3:///shop.dump",
                "s3://backups//shop.dump",
                "s3://backups/a/..",
                "https://backups/shop.dump",
            })
    void refusesWhatIsNotTheUriOfAnObject(String uri) {
        assertThrows(InvalidInputException.class, () -> S3Uri.parse(uri));
    }
}
