package io.jenkins.plugins.pgbackup.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import java.util.Optional;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/** What the credential store adds to a database's URL: the password, and the user's name where the URL has none. */
public final class DatabaseCredentials {

    /** What can hold a database's password. */
    static final CredentialsMatcher MATCHER = CredentialsMatchers.anyOf(
            CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class),
            CredentialsMatchers.instanceOf(StringCredentials.class));

    private DatabaseCredentials() {}

    /**
     * Looks a credential up as the build may, and notes its use on it.
     *
     * @param id or {@code null} for none: the URL then says all there is to say
     * @return the URL with the credential's password in place of its own
     * @throws BackupException if there is none of that name that fits, or it contradicts the URL
     */
    public static PostgresUrl resolve(String id, PostgresUrl url, Run<?, ?> build) throws BackupException {
        if (id == null) {
            return url;
        }
        StandardCredentials found = CredentialsProvider.findCredentialById(
                id, StandardCredentials.class, build, DatabaseDomainRequirements.of(url));
        if (found == null) {
            throw new BackupException(Messages.DatabaseCredentials_notFound(id));
        }
        CredentialsProvider.track(build, found);
        if (found instanceof StandardUsernamePasswordCredentials login) {
            return withUser(url, login.getUsername(), id)
                    .withPassword(login.getPassword().getPlainText());
        }
        if (found instanceof StringCredentials text) {
            return url.withPassword(text.getSecret().getPlainText());
        }
        throw new BackupException(
                Messages.DatabaseCredentials_wrongKind(id, found.getDescriptor().getDisplayName()));
    }

    private static PostgresUrl withUser(PostgresUrl url, String user, String id) throws BackupException {
        Optional<String> given = url.user();
        if (given.isEmpty()) {
            return user.isEmpty() ? url : url.withUser(user);
        }
        if (!given.get().equals(user)) {
            throw new BackupException(Messages.DatabaseCredentials_otherUser(id));
        }
        return url;
    }
}
