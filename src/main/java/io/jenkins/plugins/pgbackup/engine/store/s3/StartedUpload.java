package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A multipart upload that exists in a bucket.
 *
 * @param id as S3 gave it
 */
record StartedUpload(S3Location location, String fileName, String id) {

    /**
     * The second because the first may fail, or miss a part that was still on its way ("AbortMultipartUpload" of the
     * Amazon S3 API Reference: "it might be necessary to abort a given multipart upload multiple times"); the third
     * because both may.
     */
    private static final int ABORTS = 3;

    /** Reads what {@link #leftover} wrote. */
    static StartedUpload of(Map<String, String> leftover) {
        return new StartedUpload(
                new S3Location(leftover.get("bucket"), leftover.get("prefix")),
                leftover.get("fileName"),
                leftover.get("uploadId"));
    }

    /** Everything that identifies it, given the credentials. */
    Map<String, String> leftover(S3Settings settings) {
        Map<String, String> leftover = new TreeMap<>(settings.access());
        leftover.putAll(
                Map.of("bucket", location.bucket(), "prefix", location.prefix(), "fileName", fileName, "uploadId", id));
        return leftover;
    }

    String bucket() {
        return location.bucket();
    }

    String key() {
        return location.key(fileName);
    }

    String uri() {
        return location.uri(fileName);
    }

    /**
     * Removes the upload with its parts. That it is gone already is no failure.
     *
     * @return whether there was one
     * @throws BackupException with the command that removes it
     */
    boolean abort(S3Connection connection) throws BackupException, InterruptedException {
        boolean aborted = false;
        SdkException failure = null;
        for (int i = 0; i < ABORTS; i++) {
            try {
                S3Connection.attempt(() -> connection
                        .client()
                        .abortMultipartUpload(abort -> abort.bucket(bucket())
                                .key(key())
                                .uploadId(id)
                                .overrideConfiguration(connection.hurriedly())));
                aborted = true;
            } catch (SdkException e) {
                if (SdkFailure.isStatus(404, e)) {
                    return aborted;
                }
                failure = e;
            }
        }
        if (!aborted) {
            throw new BackupException(
                    connection
                                    .failure(S3Action.ABORT, bucket(), "The unfinished upload of " + uri(), failure)
                                    .getMessage()
                            + " Its parts are listed nowhere but cost money: remove them with "
                            + abortCommand(connection.configuration()),
                    failure);
        }
        return true;
    }

    String abortCommand(S3Settings settings) {
        return AwsCommand.in(settings, "aws s3api abort-multipart-upload")
                .option("bucket", bucket())
                .option("key", key())
                .option("upload-id", id)
                .toString();
    }
}
