package io.jenkins.plugins.pgbackup.credentials;

import com.cloudbees.jenkins.plugins.awscredentials.AmazonWebServicesCredentials;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.ExplainedCredentials;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A credential of the store that is fetched again before what it gave can expire: with a role, every answer is a session of
 * its own, which lasts 15 minutes at least (AWS STS, AssumeRole, DurationSeconds). One that says when it ends may be older
 * than that when it is given.
 */
final class RefreshedCredentials implements AwsCredentialsProvider {

    private static final Duration GOOD_FOR = Duration.ofMinutes(10);

    /** Before its end, as the clocks of two machines differ. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final String id;
    private final AmazonWebServicesCredentials store;
    private AwsCredentials current;
    private long renewAt;

    RefreshedCredentials(String id, AmazonWebServicesCredentials store) {
        this.id = id;
        this.store = store;
    }

    @Override
    public synchronized AwsCredentials resolveCredentials() {
        if (current == null || System.nanoTime() - renewAt > 0) {
            current = request();
            if (current == null) {
                // No exception of the SDK's, which would be answered with a sentence about S3.
                throw new InvalidInputException(Messages.AwsCredentials_empty(id));
            }
            renewAt = System.nanoTime() + goodFor(current).toNanos();
        }
        return current;
    }

    private AwsCredentials request() {
        try {
            return store.resolveCredentials();
        } catch (SdkException | IllegalStateException | IllegalArgumentException e) {
            throw (InvalidInputException)
                    new InvalidInputException(Messages.AwsCredentials_refused(id, ExplainedCredentials.reason(e)))
                            .initCause(e);
        }
    }

    private static Duration goodFor(AwsCredentials credentials) {
        return credentials
                .expirationTime()
                .map(end -> Duration.between(Instant.now(), end).minus(MARGIN))
                .filter(left -> left.compareTo(GOOD_FOR) < 0)
                .orElse(GOOD_FOR);
    }
}
