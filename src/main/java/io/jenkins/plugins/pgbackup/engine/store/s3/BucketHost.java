package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Error;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Failure;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The host that is asked for the objects of a bucket.
 *
 * @param name as the request has it
 * @param endpoint the host of the endpoint, where the bucket's name stands before it; else {@code null}
 */
record BucketHost(String name, String endpoint) {

    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

    /** What a server answers that takes the first segment of the key for the bucket. */
    private static final Set<String> OF_OTHER_BUCKETS = Set.of(
            "",
            "InvalidBucketName",
            "InvalidRequest",
            "InvalidURI",
            "MethodNotAllowed",
            "NoSuchBucket",
            "SignatureDoesNotMatch");

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

    /** What else helps where the server does not go by that name: the end of a sentence, or nothing. */
    String orElse(SdkException failure) {
        return endpoint != null && mayBeTheName(failure)
                ? ", or set path style, so that " + endpoint + " is asked and not " + name
                : "";
    }

    private static boolean mayBeTheName(SdkException failure) {
        if (failure instanceof S3Exception answered) {
            S3Error error = SdkFailure.errorOf(answered);
            return error.status() >= 400 && error.status() < 500 && OF_OTHER_BUCKETS.contains(error.code());
        }
        return !(failure instanceof CredentialsException)
                && (S3Failure.has(failure, UnknownHostException.class)
                        || S3Failure.has(failure, ConnectException.class)
                        || S3Failure.has(failure, SSLException.class));
    }
}
