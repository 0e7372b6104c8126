package io.jenkins.plugins.pgbackup.cli.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.s3.DefaultCredentials;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Connection;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.engine.store.s3.SdkRetryPolicy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** S3 with the credentials and the settings that this user has, connected to when the first command needs it. */
public final class S3Access implements AutoCloseable {

    private final S3Settings settings;
    private final Optional<String> profile;
    private AwsCredentialsProvider credentials;
    private S3Connection connection;

    /** @param profile of AWS's configuration files, or {@code null} if none was named */
    S3Access(S3Settings settings, String profile) {
        this.settings = settings;
        this.profile = Optional.ofNullable(profile);
    }

    /** Whether the command line has any option of S3. */
    public boolean isConfigured() {
        return profile.isPresent() || !settings.equals(S3Settings.DEFAULTS);
    }

    /** @throws BackupException if no region is set and none can be found */
    public S3Connection connection() throws BackupException {
        if (connection == null) {
            AwsConfiguration configuration = AwsConfiguration.read(System.getenv(), profile);
            S3Settings complete = configuration.complete(settings);
            AwsHttp.use(configuration.route("https"));
            credentials = profile.<AwsCredentialsProvider>map(ProfileCredentialsProvider::create)
                    .orElseGet(DefaultCredentials::new);
            HttpRoute route = configuration.route(complete.scheme());
            connection = S3Connection.open(
                    complete, credentials, AwsHttp.client(route, complete.scheme()), SdkRetryPolicy.DEFAULT, route);
        }
        return connection;
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
        if (credentials instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
