package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpProxy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Error;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Failure;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.StoreFeature;
import java.util.List;
import java.util.Optional;
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

    /** The second half of a sentence about a request that told the store nothing that it may not know. */
    static String because(S3Action action, String host, SdkException e) {
        return because(action, host, List.of(), Optional.empty(), e);
    }

    /** Whether S3 answered with that status of HTTP. */
    static boolean isStatus(int status, SdkException e) {
        return e instanceof S3Exception answered && answered.statusCode() == status;
    }

    /** Whether S3 answered with that code. */
    static boolean isCode(String code, SdkException e) {
        return e instanceof S3Exception answered && errorOf(answered).code().equals(code);
    }

    /** Whether S3 refused what a request used of a feature. */
    static boolean isRefusal(StoreFeature feature, SdkException e) {
        return e instanceof S3Exception answered && feature.isRefused(errorOf(answered));
    }

    /** The same for HEAD. */
    static boolean isRefusalOfHead(StoreFeature feature, SdkException e) {
        return e instanceof S3Exception answered && feature.isRefusedWithoutWords(errorOf(answered));
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

    /**
     * The second half of a sentence, after "because", without the full stop.
     *
     * @param host of the request
     * @param wishes which settings the request told the store
     * @param proxy of the request
     */
    static String because(
            S3Action action, String host, List<String> wishes, Optional<HttpProxy> proxy, SdkException e) {
        if (e instanceof CredentialsException none) {
            return none.because();
        }
        if (e instanceof AwsServiceException answered) {
            return S3Failure.because(errorOf(answered), action.permissions(), wishes, proxy);
        }
        if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
            return S3Failure.because(new TimeoutException(), host, proxy);
        }
        return S3Failure.because(e, host, proxy);
    }
}
