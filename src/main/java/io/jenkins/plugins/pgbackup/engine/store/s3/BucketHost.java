package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Error;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Failure;
import java.net.URI;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The host that serves the objects of a bucket.
 *
 * @param name as the request has it
 * @param endpoint the host of the endpoint, where the bucket's name stands before it; else {@code null}
 */
record BucketHost(String name, String endpoint) {

    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

    /** From "Virtual hosting of general purpose buckets" of the Amazon S3 User Guide, as the AWS SDK follows it. */
    static BucketHost of(S3Settings settings, String region, String bucket) {
        if (settings.endpointUri().isEmpty()) {
            return new BucketHost("s3." + region + ".amazonaws.com", null);
        }
        URI endpoint = settings.endpointUri().get();
        String host = endpoint.getHost();
        boolean inPath = settings.pathStyle()
                || IP_ADDRESS.matcher(host).matches()
                || bucket.indexOf('.') >= 0 && settings.scheme().equals("https");
        return inPath ? new BucketHost(host, null) : new BucketHost(bucket + '.' + host, host);
    }

    /** What else helps if the server does not go by that name: the end of a sentence, or nothing. */
    String advice() {
        return endpoint == null ? "" : ", or set path style, so that " + endpoint + " is contacted and not " + name;
    }

    /** The same if that may be what failed. */
    String orElse(SdkException failure) {
        S3Error error = failure instanceof S3Exception answered ? SdkFailure.errorOf(answered) : null;
        return !(failure instanceof CredentialsException) && S3Failure.mayBeTheHostName(error, failure) ? advice() : "";
    }
}
