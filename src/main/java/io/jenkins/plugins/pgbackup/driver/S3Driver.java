package io.jenkins.plugins.pgbackup.driver;

import hudson.model.Item;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.credentials.AwsCredentials;
import io.jenkins.plugins.pgbackup.engine.DumpDeletion;
import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Connection;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Dumps;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Location;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Store;
import io.jenkins.plugins.pgbackup.engine.store.s3.SdkRetryPolicy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartRetryPolicy;
import io.jenkins.plugins.pgbackup.settings.PgBackupConfiguration;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jenkins.util.SystemProperties;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Keeps dumps in a bucket of S3, or of a store that speaks its language.
 *
 * @param awsCredentialsId or {@code null} for those of the controller itself
 */
public record S3Driver(S3Location location, S3Settings settings, String awsCredentialsId) implements BackupDriver {

    private static final String TRIES = S3Driver.class.getName() + ".tries";
    private static final String ANSWER_SECONDS = S3Driver.class.getName() + ".answerSeconds";

    /** For tests: how long the first pause is, in milliseconds. */
    private static final String PAUSE_MILLIS = S3Driver.class.getName() + ".pauseMillis";

    private static final String LOCATION = "location";

    private static final Duration ANSWER_SOON = Duration.ofSeconds(5);

    @Override
    public Map<String, String> address(Manifest made) {
        Map<String, String> address = new TreeMap<>(settings.access());
        address.put(LOCATION, location.toString());
        return address;
    }

    static boolean delete(RecordedPlace place, String fileName, String sha256) throws IOException {
        S3Settings settings = S3Settings.ofAccess(place.address());
        try (S3Connection connection =
                connect(settings, place.awsCredentialsId(), id -> AwsCredentials.resolve(id, place.job()), limits())) {
            S3Dumps dumps =
                    new S3Dumps(connection, S3Location.parse(place.address().get(LOCATION)));
            return new DumpDeletion(dumps, Clock.systemUTC()).delete(fileName, sha256);
        }
    }

    @Override
    public DriverName name() {
        return DriverName.S3;
    }

    @Override
    public void check(DumpOptions options) {
        PgBackupConfiguration.get().check(settings, awsCredentialsId);
    }

    @Override
    public OpenDriver open(DriverContext context) throws IOException, InterruptedException {
        S3Connection connection =
                connect(settings, awsCredentialsId, id -> AwsCredentials.resolve(id, context.build()), limits());
        if (settings.isUnencrypted()) {
            context.listener().getLogger().println(Messages.S3Driver_http());
        }
        HttpRoute route = ControllerHttp.ofAgent(context.environment(), settings.scheme());
        return new Bucket(
                connection, location, new S3Store(connection, location, context.machine(), retryPolicy(), route));
    }

    /** Opens the place for a restore. */
    OpenPlace read(DriverContext context) throws IOException {
        S3Connection connection =
                connect(settings, awsCredentialsId, id -> AwsCredentials.resolve(id, context.build()), limits());
        if (settings.isUnencrypted()) {
            context.listener().getLogger().println(Messages.S3Driver_http());
        }
        HttpRoute route = ControllerHttp.ofAgent(context.environment(), settings.scheme());
        return new OpenPlace(
                new S3Dumps(connection, location),
                new S3Dumps(connection, location, retryPolicy(), route),
                connection::close);
    }

    /**
     * Lists the newest dumps, for a person who waits.
     *
     * @param item the job whose credentials are used
     */
    List<Catalog.Entry> newest(Item item, int most) throws IOException {
        SdkRetryPolicy soon = SdkRetryPolicy.DEFAULT.with(2, pause(SdkRetryPolicy.DEFAULT.firstPause()), ANSWER_SOON);
        try (S3Connection connection =
                connect(settings, awsCredentialsId, id -> AwsCredentials.resolve(id, item), soon)) {
            return new Catalog(new S3Dumps(connection, location)).newestFirst(most);
        }
    }

    /** For stores that answer slower, or fail longer, than AWS does: how often and how long the agent tries a part. */
    private static PartRetryPolicy retryPolicy() {
        PartRetryPolicy usual = PartRetryPolicy.DEFAULT;
        return usual.with(tries(usual.tries()), pause(usual.firstPause()), answerTime(usual.stallLimit()));
    }

    private static SdkRetryPolicy limits() {
        SdkRetryPolicy usual = SdkRetryPolicy.DEFAULT;
        return usual.with(tries(usual.tries()), pause(usual.firstPause()), answerTime(usual.answer()));
    }

    private static int tries(int usual) {
        return SystemProperties.getInteger(TRIES, usual);
    }

    private static Duration pause(Duration usual) {
        return Duration.ofMillis(SystemProperties.getLong(PAUSE_MILLIS, usual.toMillis()));
    }

    private static Duration answerTime(Duration usual) {
        return Duration.ofSeconds(SystemProperties.getLong(ANSWER_SECONDS, usual.toSeconds()));
    }

    static Optional<String> withdraw(AbandonedDump dump) throws IOException, InterruptedException {
        try (S3Connection connection = connect(
                S3Store.settings(dump.leftover()),
                dump.awsCredentialsId(),
                id -> AwsCredentials.resolve(id, dump.build()),
                limits())) {
            return S3Store.withdraw(connection, dump.leftover());
        }
    }

    /** Looks up a credential of the store by its name. */
    private interface CredentialsLookup {
        AwsCredentialsProvider of(String id) throws IOException;
    }

    private static S3Connection connect(
            S3Settings settings, String awsCredentialsId, CredentialsLookup lookup, SdkRetryPolicy limits)
            throws IOException {
        // An upload that was left behind is noted with settings that may have been allowed then.
        PgBackupConfiguration.get().check(settings, awsCredentialsId);
        AwsCredentialsProvider credentials =
                awsCredentialsId == null ? AwsCredentials.ofController() : lookup.of(awsCredentialsId);
        return S3Connection.open(
                settings,
                credentials,
                ControllerHttp.client(settings.scheme()),
                limits,
                ControllerHttp.route(settings.scheme()));
    }

    private record Bucket(S3Connection connection, S3Location location, Store store) implements OpenDriver {

        @Override
        public WritableDumps dumpsBeside(Manifest made) {
            return new S3Dumps(connection, location);
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
