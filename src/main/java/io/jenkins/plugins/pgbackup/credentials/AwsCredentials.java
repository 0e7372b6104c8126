package io.jenkins.plugins.pgbackup.credentials;

import com.cloudbees.jenkins.plugins.awscredentials.AmazonWebServicesCredentials;
import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.model.Item;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.s3.DefaultCredentials;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The keys of AWS, on the controller and nowhere else. */
public final class AwsCredentials {

    /** What can hold a key pair or a role. */
    static final CredentialsMatcher MATCHER = CredentialsMatchers.anyOf(
            CredentialsMatchers.instanceOf(AmazonWebServicesCredentials.class),
            CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class));

    private AwsCredentials() {}

    /** What the controller finds by itself: its environment, profile or instance role. They are of no build's own. */
    public static AwsCredentialsProvider ofController() {
        return new DefaultCredentials();
    }

    /**
     * Looks a credential up as the build may, and notes its use on it.
     *
     * @throws BackupException if there is none of that name that fits
     */
    public static AwsCredentialsProvider resolve(String id, Run<?, ?> build) throws BackupException {
        StandardCredentials found =
                CredentialsProvider.findCredentialById(id, StandardCredentials.class, build, List.of());
        if (found == null) {
            throw new BackupException(Messages.AwsCredentials_notFound(id));
        }
        CredentialsProvider.track(build, found);
        return of(id, found);
    }

    /**
     * Looks a credential up as the builds of a job may.
     *
     * @param item the job, or {@code null} outside of any, where there is none
     * @throws BackupException as {@link #resolve(String, Run)}
     */
    public static AwsCredentialsProvider resolve(String id, Item item) throws BackupException {
        StandardCredentials found = item == null ? null : CredentialsDropdown.AWS.find(item, id);
        if (found == null) {
            throw new BackupException(Messages.AwsCredentials_notFound(id));
        }
        return of(id, found);
    }

    private static AwsCredentialsProvider of(String id, StandardCredentials found) throws BackupException {
        if (found instanceof AmazonWebServicesCredentials keys) {
            return new RefreshedCredentials(id, keys);
        }
        if (found instanceof StandardUsernamePasswordCredentials pair) {
            return StaticCredentialsProvider.create(AwsBasicCredentials.create(
                    pair.getUsername(), pair.getPassword().getPlainText()));
        }
        throw new BackupException(
                Messages.AwsCredentials_wrongKind(id, found.getDescriptor().getDisplayName()));
    }
}
