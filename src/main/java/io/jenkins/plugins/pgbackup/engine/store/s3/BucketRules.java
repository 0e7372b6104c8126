package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a bucket may be called, from "General purpose bucket naming rules" of the Amazon S3 User Guide.
 *
 * <p>Names that AWS took before March 2018 and that some servers still take (capitals, underscores) are refused: they
 * cannot stand in a host name, so requests for them would fail later and with less to go by.
 */
final class BucketRules {

    private static final String RULE = "bucket names have 3 to 63 lowercase letters, digits, dots and hyphens,"
            + " with a letter or digit at both ends";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

    private static final List<String> RESERVED_BEGINNINGS = List.of("xn--", "sthree-", "amzn-s3-demo-");

    // "-s3alias" is reserved as well, for the aliases of access points; but those stand wherever a bucket's name does.
    private static final List<String> RESERVED_ENDINGS = List.of("--ol-s3", ".mrap", "--table-s3");

    /** Written without anything that could be a key, a password or a signature, so it can be repeated to people. */
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    private BucketRules() {}

    static void check(String bucket) {
        if (bucket.isEmpty()) {
            throw new InvalidInputException(
                    "The S3 destination names no bucket: write bucket, bucket/prefix or s3://bucket/prefix.");
        }
        if (bucket.startsWith("arn:")) {
            throw new InvalidInputException(
                    "The S3 destination is an ARN: write the bucket's name, or the access point's alias.");
        }
        if (!NAME.matcher(bucket).matches()) {
            throw new InvalidInputException(named(bucket) + " is not a bucket: " + RULE + ".");
        }
        if (bucket.contains("..")) {
            throw new InvalidInputException(
                    named(bucket) + " is not a bucket: no two dots follow one another in a name.");
        }
        if (IP_ADDRESS.matcher(bucket).matches()) {
            throw new InvalidInputException(
                    named(bucket) + " is not a bucket but an IP address: a server's address goes into the endpoint.");
        }
        if (bucket.endsWith("--x-s3")) {
            throw new InvalidInputException(named(bucket)
                    + " is a directory bucket (S3 Express One Zone): backups need a general purpose bucket.");
        }
        if (RESERVED_BEGINNINGS.stream().anyMatch(bucket::startsWith)
                || RESERVED_ENDINGS.stream().anyMatch(bucket::endsWith)) {
            throw new InvalidInputException(
                    named(bucket) + " is not a bucket: S3 reserves names that begin or end like this.");
        }
    }

    private static String named(String bucket) {
        return HARMLESS.matcher(bucket).matches() ? '"' + bucket + '"' : "What stands first in the S3 destination";
    }
}
