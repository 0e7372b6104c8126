package io.jenkins.plugins.pgbackup.driver;

import hudson.Extension;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.credentials.AwsCredentials;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Connection;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Location;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Store;
import java.io.IOException;

/** Keeps dumps in a bucket of S3, or of a store that speaks its language. */
@Extension(ordinal = 1)
public final class S3Driver extends BackupDriver {

    @Override
    public String getName() {
        return "s3";
    }

    @Override
    public String getDisplayName() {
        return Messages.S3Driver_displayName();
    }

    @Override
    public void checkDestination(String destination) {
        S3Location.parse(destination);
    }

    @Override
    public OpenDriver open(DriverContext context) throws IOException, InterruptedException {
        S3Location location = S3Location.parse(context.settings().getDestination());
        S3Settings settings = context.settings().getS3().toSettings();
        S3Connection connection = S3Connection.open(
                settings,
                AwsCredentials.resolve(context.settings().getAwsCredentialsId(), context.build()),
                ControllerHttp.client());
        return new Bucket(connection, new S3Store(connection, location, context.machine()));
    }

    private record Bucket(S3Connection connection, Store store) implements OpenDriver {

        @Override
        public void close() {
            connection.close();
        }
    }
}
