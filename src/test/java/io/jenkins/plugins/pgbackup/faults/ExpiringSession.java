package io.jenkins.plugins.pgbackup.faults;

import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.BasicSessionCredentials;
import com.cloudbees.jenkins.plugins.awscredentials.BaseAmazonWebServicesCredentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.util.Secret;
import java.time.Instant;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** AWS credentials that give sessions, of which the first one ends when a test wants it to. */
final class ExpiringSession extends BaseAmazonWebServicesCredentials {

    private static final long serialVersionUID = 1L;

    /** What signs a request of the first session, in its URL or its head. */
    static final String FIRST = "FirstSessionToken";

    private static final String SECOND = "SecondSessionToken";

    /** A session is said to end soon, as it does where it was given out long ago. */
    private static final long LASTS_SECONDS = 30;

    private final String accessKey;
    private final Secret secretKey;
    private volatile boolean expired;

    ExpiringSession(String id, String accessKey, String secretKey) {
        super(CredentialsScope.GLOBAL, id, null);
        this.accessKey = accessKey;
        this.secretKey = Secret.fromString(secretKey);
    }

    /** From now on each request gets another session. */
    void expire() {
        expired = true;
    }

    @Override
    public String getDisplayName() {
        return "sessions";
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return AwsSessionCredentials.builder()
                .accessKeyId(accessKey)
                .secretAccessKey(secretKey.getPlainText())
                .sessionToken(token())
                .expirationTime(Instant.now().plusSeconds(LASTS_SECONDS))
                .build();
    }

    @Override
    public AwsCredentials resolveCredentials(String mfaToken) {
        return resolveCredentials();
    }

    @Override
    public AWSCredentials getCredentials() {
        return new BasicSessionCredentials(accessKey, secretKey.getPlainText(), token());
    }

    @Override
    public AWSCredentials getCredentials(String mfaToken) {
        return getCredentials();
    }

    @Override
    public void refresh() {
        // Each question is answered anew.
    }

    private String token() {
        return expired ? SECOND : FIRST;
    }
}
