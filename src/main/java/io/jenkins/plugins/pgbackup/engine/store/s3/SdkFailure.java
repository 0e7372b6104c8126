package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.BackupException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Makes a sentence of what the AWS SDK throws; {@link S3Failure} has the second half. */
final class SdkFailure {

    private SdkFailure() {}

    static BackupException sentence(S3Action action, String what, String host, SdkException e) {
        return sentence(action, what, host, List.of(), e);
    }

    /** @param wishes which settings the request told the store */
    static BackupException sentence(S3Action action, String what, String host, List<String> wishes, SdkException e) {
        return new BackupException(
                what + " could not be " + action.done() + ", because " + because(action, host, wishes, e) + ".", e);
    }

    /** Whether S3 answered with that status of HTTP. */
    static boolean isStatus(int status, SdkException e) {
        return e instanceof S3Exception answered && answered.statusCode() == status;
    }

    /** What S3 answered. */
    static S3Error errorOf(AwsServiceException e) {
        AwsErrorDetails details = e.awsErrorDetails();
        if (details == null) {
            return new S3Error(e.statusCode(), "", "", "");
        }
        String region = details.sdkHttpResponse() == null
                ? ""
                : details.sdkHttpResponse()
                        .firstMatchingHeader("x-amz-bucket-region")
                        .orElse("");
        return new S3Error(e.statusCode(), details.errorCode(), details.errorMessage(), region);
    }

    private static String because(S3Action action, String host, List<String> wishes, SdkException e) {
        if (e instanceof S3Exception s3) {
            return S3Failure.because(errorOf(s3), action.permissions(), wishes);
        }
        if (e instanceof AwsServiceException other) {
            return "the AWS credentials could not be had (" + errorOf(other)
                    + "): check the role and what may assume it";
        }
        if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
            return S3Failure.because(new TimeoutException(), host);
        }
        if (isAboutCredentials(e)) {
            return "no AWS credentials were found: choose some, or give this machine a role or a profile";
        }
        return S3Failure.because(e, host);
    }

    /** The SDK has no type for it. */
    private static boolean isAboutCredentials(SdkException e) {
        return String.valueOf(e.getMessage()).contains("credentials");
    }
}
