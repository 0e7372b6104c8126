package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;

/** Sentences about failures that the AWS SDK has words of its own for. */
class SdkFailureTest {

    @Test
    void hasWordsForARoleThatCannotBeAssumed() {
        AwsServiceException sts = AwsServiceException.builder()
                .statusCode(403)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .serviceName("Sts")
                        .errorCode("AccessDenied")
                        .errorMessage("User bob is not authorized to perform: sts:AssumeRole")
                        .build())
                .build();
        AwsCredentialsProvider refused = () -> {
            throw sts;
        };
        CredentialsException e =
                assertThrows(CredentialsException.class, new ExplainedCredentials(refused)::resolveCredentials);
        assertEquals(
                "the AWS credentials could not be had, as AWS STS refused them (403 AccessDenied: User bob is not authorized to"
                        + " perform: sts:AssumeRole): check the role and what may assume it",
                SdkFailure.because(S3Action.WRITE, "minio", e));
    }

    @Test
    void hasWordsForATimeLimitOfTheSdk() {
        assertEquals(
                "minio did not answer in time: check the network between this machine and S3",
                SdkFailure.because(S3Action.READ, "minio", ApiCallAttemptTimeoutException.create(5)));
    }
}
