package io.jenkins.plugins.pgbackup;

import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.BasicSessionCredentials;
import com.cloudbees.jenkins.plugins.awscredentials.BaseAmazonWebServicesCredentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.util.Secret;
import org.jvnet.hudson.test.TestExtension;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** AWS credentials that give a session, as those with a role do. */
public final class SessionCredentials extends BaseAmazonWebServicesCredentials {

    private static final long serialVersionUID = 1L;

    private final String accessKey;
    private final Secret secretKey;
    private final Secret token;

    SessionCredentials(String id, String accessKey, String secretKey, String token) {
        super(CredentialsScope.GLOBAL, id, null);
        this.accessKey = accessKey;
        this.secretKey = Secret.fromString(secretKey);
        this.token = Secret.fromString(token);
    }

    @Override
    public String getDisplayName() {
        return "a session";
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return AwsSessionCredentials.create(accessKey, secretKey.getPlainText(), token.getPlainText());
    }

    @Override
    public AwsCredentials resolveCredentials(String mfaToken) {
        return resolveCredentials();
    }

    @Override
    public AWSCredentials getCredentials() {
        return new BasicSessionCredentials(accessKey, secretKey.getPlainText(), token.getPlainText());
    }

    @Override
    public AWSCredentials getCredentials(String mfaToken) {
        return getCredentials();
    }

    @Override
    public void refresh() {
        // It does not expire.
    }

    /** So that the store takes it. */
    @TestExtension
    public static final class DescriptorImpl extends BaseStandardCredentialsDescriptor {
        @Override
        public String getDisplayName() {
            return "AWS session";
        }
    }
}
