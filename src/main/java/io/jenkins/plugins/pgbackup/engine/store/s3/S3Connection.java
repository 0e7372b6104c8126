package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpProxy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Speaks to S3 with the AWS credentials, and signs with them: lives only on the side that has them. */
public final class S3Connection implements AutoCloseable {

    /** Watches the time limits of all connections' calls: of its own, each client would hold five threads for that. */
    private static final ScheduledExecutorService TIMERS = timers();

    private final S3Settings settings;
    private final String region;
    private final SdkRetryPolicy limits;
    private final HttpRoute route;
    private final S3Client client;
    private final S3Presigner presigner;

    private S3Connection(
            S3Settings settings,
            String region,
            SdkRetryPolicy limits,
            HttpRoute route,
            AwsCredentialsProvider provider,
            SdkHttpClient.Builder<?> http) {
        this.settings = settings;
        this.region = region;
        this.limits = limits;
        this.route = route;
        AwsCredentialsProvider credentials = new ExplainedCredentials(provider);
        S3Configuration service = S3Configuration.builder()
                .pathStyleAccessEnabled(settings.pathStyle())
                // Only small bodies go this way, and many servers that are not AWS do not know the encoding.
                .chunkedEncodingEnabled(false)
                .build();
        S3ClientBuilder clients = S3Client.builder()
                .region(Region.of(region))
                .credentialsProvider(credentials)
                .httpClientBuilder(http)
                .serviceConfiguration(service)
                .overrideConfiguration(calls -> calls.apiCallAttemptTimeout(limits.answer())
                        .apiCallTimeout(limits.whole(limits.answer()))
                        .scheduledExecutorService(TIMERS)
                        .retryStrategy(retries(limits)));
        S3Presigner.Builder presigners = S3Presigner.builder()
                .region(Region.of(region))
                .credentialsProvider(credentials)
                .serviceConfiguration(service);
        settings.endpointUri().ifPresent(endpoint -> {
            // Where it is not AWS, checksums that were not requested break uploads (aws-sdk-java-v2, discussion 5802).
            clients.endpointOverride(endpoint)
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
            presigners.endpointOverride(endpoint);
        });
        this.client = clients.build();
        this.presigner = presigners.s3Client(client).build();
    }

    /**
     * Prepares for calls to S3; none is made yet.
     *
     * @param credentials resolved again for every call and every signature; a provider that fetches them should remember
     *     them
     * @param http makes the HTTP client, which is closed with the connection; its own time limits for connecting and
     *     reading stay
     * @throws BackupException if no region is set and none can be found
     */
    public static S3Connection open(
            S3Settings settings, AwsCredentialsProvider credentials, SdkHttpClient.Builder<?> http)
            throws BackupException {
        return open(settings, credentials, http, SdkRetryPolicy.DEFAULT, HttpRoute.DIRECT);
    }

    /**
     * As {@link #open(S3Settings, AwsCredentialsProvider, SdkHttpClient.Builder)}, with other limits for its calls.
     *
     * @param route that the HTTP client takes
     */
    public static S3Connection open(
            S3Settings settings,
            AwsCredentialsProvider credentials,
            SdkHttpClient.Builder<?> http,
            SdkRetryPolicy limits,
            HttpRoute route)
            throws BackupException {
        return new S3Connection(settings, regionOf(settings), limits, route, credentials, http);
    }

    /** Forgets the connections; the credentials' provider stays open. */
    @Override
    public void close() {
        presigner.close();
        client.close();
    }

    HttpRoute route() {
        return route;
    }

    S3Settings configuration() {
        return settings;
    }

    public S3Client client() {
        return client;
    }

    S3Presigner presigner() {
        return presigner;
    }

    /** Limits for {@code CompleteMultipartUpload}. */
    Consumer<AwsRequestOverrideConfiguration.Builder> untilAssembled() {
        return call -> call.apiCallAttemptTimeout(limits.assembly()).apiCallTimeout(limits.whole(limits.assembly()));
    }

    /** Limits for {@code AbortMultipartUpload}. */
    Consumer<AwsRequestOverrideConfiguration.Builder> hurriedly() {
        return call -> call.apiCallAttemptTimeout(limits.abort().dividedBy(2)).apiCallTimeout(limits.abort());
    }

    /**
     * Calls S3 and says in a sentence what went wrong.
     *
     * @param bucket of the request
     * @param what it is about, for the beginning of that sentence
     */
    <T> T call(S3Action action, String bucket, String what, Supplier<T> call)
            throws BackupException, InterruptedException {
        try {
            return attempt(call);
        } catch (SdkException e) {
            throw failure(action, bucket, what, e);
        } catch (InvalidInputException e) {
            // Of the credentials' provider, with a sentence of its own. A remote caller is told no other than ours.
            throw new BackupException(e.getMessage(), e);
        }
    }

    /**
     * Calls S3 for a caller who knows what the failure may mean.
     *
     * @throws SdkException whatever failed: what the SDK throws that is none of its exceptions is wrapped in one
     */
    static <T> T attempt(Supplier<T> call) throws InterruptedException {
        try {
            return call.get();
        } catch (AbortedException e) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (SdkException | InvalidInputException e) {
            throw e;
        } catch (RuntimeException e) {
            throw SdkClientException.create("the request could not be made", e);
        }
    }

    BucketHost host(String bucket) {
        return BucketHost.of(settings, region, bucket);
    }

    BackupException failure(S3Action action, String bucket, String what, SdkException e) {
        return new BackupException(
                what + " could not be " + action.done() + ", because " + because(action, bucket, e) + ".", e);
    }

    /** The second half of that sentence, without the full stop. */
    String because(S3Action action, String bucket, SdkException e) {
        BucketHost host = host(bucket);
        List<String> wishes = action.makesObject() ? settings.ofEachObject() : List.of();
        Optional<HttpProxy> proxy = route.proxyFor(URI.create(settings.scheme() + "://" + host.name()));
        return SdkFailure.because(action, host.name(), wishes, proxy, e) + host.orElse(e);
    }

    private static ScheduledExecutorService timers() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "pgBackup S3 time limits");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        return timers;
    }

    private static StandardRetryStrategy retries(SdkRetryPolicy limits) {
        BackoffStrategy pauses =
                BackoffStrategy.exponentialDelayHalfJitter(limits.firstPause(), SdkRetryPolicy.LONGEST_PAUSE);
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(limits.tries())
                .backoffStrategy(pauses)
                .throttlingBackoffStrategy(pauses)
                // It would stop retrying because of what other backups met.
                .circuitBreakerEnabled(false)
                .build();
    }

    private static String regionOf(S3Settings settings) throws BackupException {
        if (settings.region() != null) {
            return settings.region();
        }
        boolean aws = settings.endpointUri().isEmpty();
        // Where it is not AWS the metadata of an EC2 instance says nothing about it, and a request for them costss
        // seconds.
        AwsRegionProvider known = aws
                ? new DefaultAwsRegionProviderChain()
                : new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider());
        try {
            return known.getRegion().id();
        } catch (SdkClientException e) {
            if (aws) {
                throw new BackupException("No AWS region is known: set the region of the bucket.", e);
            }
            return Region.US_EAST_1.id();
        }
    }
}
