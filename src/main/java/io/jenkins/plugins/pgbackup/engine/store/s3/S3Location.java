package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.Locale;

/**
 * A place in S3: a bucket, and the prefix that stands in for a directory.
 *
 * @param bucket a name as <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html">the
 *     rules for general purpose buckets</a> allow it, or an access point's alias
 * @param prefix without a slash at either end; empty for the top of the bucket
 */
public record S3Location(String bucket, String prefix) {

    private static final String SCHEME = "s3://";

    /** @throws InvalidInputException if the bucket or the prefix breaks a rule of S3 */
    public S3Location {
        BucketRules.check(bucket);
        if (!prefix.isEmpty()) {
            KeyRules.checkPrefix(prefix);
        }
    }

    /**
     * Reads what people write as a destination: {@code bucket}, {@code bucket/prefix} or {@code s3://bucket/prefix},
     * with or without a slash at the end. Nothing is decoded: a {@code %20} is three characters of a key.
     *
     * @throws InvalidInputException if it is none of these
     */
    public static S3Location parse(String destination) {
        String path = withoutScheme(destination);
        int slash = path.indexOf('/');
        if (slash < 0) {
            return new S3Location(path, "");
        }
        boolean slashAtEnd = path.endsWith("/") && path.length() > slash + 2;
        String prefix = path.substring(slash + 1, path.length() - (slashAtEnd ? 1 : 0));
        return new S3Location(path.substring(0, slash), prefix);
    }

    /** Whether a destination or the address of a dump is written as one of S3: begins with {@code s3://}. */
    public static boolean isUri(String text) {
        return text.toLowerCase(Locale.ROOT).startsWith(SCHEME);
    }

    /**
     * The key of a file.
     *
     * @throws InvalidInputException if the name or the whole key breaks a rule of S3
     */
    public String key(String fileName) {
        KeyRules.checkFileName(fileName);
        String key = beginningOfKeys() + fileName;
        KeyRules.checkLength(key);
        return key;
    }

    /** Says where a file of that name is, as the AWS command line writes it: with nothing encoded. */
    public String uri(String fileName) {
        return SCHEME + bucket + '/' + key(fileName);
    }

    /** What every key at this place begins with: empty, or the prefix and a slash. */
    String beginningOfKeys() {
        return prefix.isEmpty() ? "" : prefix + '/';
    }

    /** As the AWS command line writes it. */
    @Override
    public String toString() {
        return SCHEME + bucket + '/' + beginningOfKeys();
    }

    private static String withoutScheme(String destination) {
        if (isUri(destination)) {
            return destination.substring(SCHEME.length());
        }
        if (destination.contains("://")) {
            // Not repeated: it may be a database's URL with its password, or a presigned URL.
            throw new InvalidInputException(
                    "The S3 destination is a URL of another kind: write bucket, bucket/prefix or s3://bucket/prefix.");
        }
        return destination;
    }
}
