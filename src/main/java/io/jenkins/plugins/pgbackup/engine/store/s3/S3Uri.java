package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;

/**
 * One object in S3.
 *
 * @param fileName the last segment of its key
 */
public record S3Uri(S3Location location, String fileName) {

    /** @throws InvalidInputException if the name or the whole key breaks a rule of S3 */
    public S3Uri {
        location.key(fileName);
    }

    /**
     * Reads {@code s3://bucket/name} or {@code s3://bucket/prefix/name}.
     *
     * @throws InvalidInputException if it is neither
     */
    public static S3Uri parse(String uri) {
        int bucketEnd = S3Location.isUri(uri) ? uri.indexOf('/', "s3://".length()) : -1;
        int nameStart = uri.lastIndexOf('/') + 1;
        if (bucketEnd < 0 || nameStart == uri.length()) {
            throw new InvalidInputException(
                    "This is not the address of an object in S3: write s3://bucket/prefix/name.");
        }
        return new S3Uri(S3Location.parse(uri.substring(0, nameStart)), uri.substring(nameStart));
    }

    /** As the AWS command line writes it: with nothing encoded. */
    @Override
    public String toString() {
        return location.uri(fileName);
    }
}
