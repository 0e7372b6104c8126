package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.engine.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Connection;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** S3 with the credentials and the settings that this user has, connected to when the first command needs it. */
final class S3Access implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    private final S3Settings settings;
    private final Optional<String> profile;
    private AwsCredentialsProvider credentials;
    private S3Connection connection;

    /** @param profile of AWS's configuration files, or {@code null} where none was named */
    S3Access(S3Settings settings, String profile) {
        this.settings = settings;
        this.profile = Optional.ofNullable(profile);
    }

    /** Whether somebody has said anything about S3 on the command line. */
    boolean isConfigured() {
        return profile.isPresent() || !settings.equals(S3Settings.DEFAULTS);
    }

    /** @throws BackupException where no region is set and none can be found */
    S3Connection connection() throws BackupException {
        if (connection == null) {
            AwsConfiguration configuration = AwsConfiguration.read(System.getenv(), profile);
            credentials = profile.<AwsCredentialsProvider>map(ProfileCredentialsProvider::create)
                    .orElseGet(() -> DefaultCredentialsProvider.builder().build());
            S3Settings complete = configuration.complete(settings);
            connection = S3Connection.open(complete, credentials, http(complete));
        }
        return connection;
    }

    private static ApacheHttpClient.Builder http(S3Settings settings) {
        ApacheHttpClient.Builder http =
                ApacheHttpClient.builder().connectionTimeout(CONNECT_TIMEOUT).socketTimeout(READ_TIMEOUT);
        if (settings.endpointUri()
                .map(URI::getScheme)
                .filter("http"::equalsIgnoreCase)
                .isPresent()) {
            // No TLS will be spoken then; the client would get ready for it first, with every certificate it trusts.
            http.socketFactory(PlainConnectionSocketFactory.getSocketFactory());
        }
        return http;
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
