package io.jenkins.plugins.pgbackup.credentials;

import com.cloudbees.jenkins.plugins.awscredentials.AmazonWebServicesCredentials;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.InvalidInputException;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * A credential of the store that is asked again before what it gave can expire: with a role, every answer is a session of
 * its own, which lasts 15 minutes at least (AWS STS, AssumeRole, DurationSeconds).
 */
final class RenewedCredentials implements AwsCredentialsProvider {

    private static final Duration GOOD_FOR = Duration.ofMinutes(10);

    private final String id;
    private final AmazonWebServicesCredentials store;
    private AwsCredentials current;
    private long renewAt;

    RenewedCredentials(String id, AmazonWebServicesCredentials store) {
        this.id = id;
        this.store = store;
    }

    @Override
    public synchronized AwsCredentials resolveCredentials() {
        if (current == null || System.nanoTime() - renewAt > 0) {
            current = store.resolveCredentials();
            if (current == null) {
                // No exception of the SDK's, which would be answered with a sentence about S3.
                throw new InvalidInputException(Messages.AwsCredentials_empty(id));
            }
            renewAt = System.nanoTime() + GOOD_FOR.toNanos();
        }
        return current;
    }
}
