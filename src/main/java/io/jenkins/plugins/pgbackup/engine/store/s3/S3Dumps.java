package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.ObjectSource;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartRetryPolicy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The dumps of one place in S3. */
public final class S3Dumps implements WritableDumps {

    /** Ten requests: enough to find the places of dumps, and soon over in a bucket with other things. */
    private static final int MOST_KEYS_BELOW = 10_000;

    /** Some eight seconds of a store that does not answer, for a person may wait. */
    private static final PartRetryPolicy RETRY_POLICY =
            PartRetryPolicy.DEFAULT.with(6, PartRetryPolicy.DEFAULT.firstPause(), PartRetryPolicy.DEFAULT.stallLimit());

    private final S3Connection connection;
    private final S3Location location;
    private final PartRetryPolicy retryPolicy;
    private final HttpRoute route;

    /** @param connection stays the caller's, who closes it after the last reading */
    public S3Dumps(S3Connection connection, S3Location location) {
        this(connection, location, RETRY_POLICY, connection.route());
    }

    /**
     * @param connection stays the caller's, who closes it after the last reading
     * @param retryPolicy with the store of the machine that reads
     * @param route of that machine to the store, but for what its own JVM says of it
     */
    public S3Dumps(S3Connection connection, S3Location location, PartRetryPolicy retryPolicy, HttpRoute route) {
        this.connection = connection;
        this.location = location;
        this.retryPolicy = retryPolicy;
        this.route = route;
        connection.configuration().checkEndpoint(location.bucket());
    }

    @Override
    public List<StoredFile> list() throws IOException {
        String beginning = location.beginningOfKeys();
        return keys("/", Integer.MAX_VALUE, object -> fileOf(object, beginning)).stream()
                // An object named like the prefix is what some tools make of a directory.
                .filter(file -> !file.name().isEmpty())
                .toList();
    }

    @Override
    public SortedSet<String> placesBelow(Predicate<String> isWanted) throws IOException {
        SortedSet<String> places = new TreeSet<>();
        int beginning = location.beginningOfKeys().length();
        for (String key : keys(null, MOST_KEYS_BELOW, S3Object::key)) {
            int slash = key.lastIndexOf('/');
            if (slash > beginning && isWanted.test(key.substring(slash + 1))) {
                places.add("s3://" + location.bucket() + '/' + key.substring(0, slash + 1));
            }
        }
        return places;
    }

    /**
     * @param delimiter {@code null} for whatever is below, {@code /} for what is directly there
     * @param most how many at least are looked at before the rest is left out
     * @param kept what of an object stays in memory
     */
    private <T> List<T> keys(String delimiter, int most, Function<S3Object, T> kept) throws IOException {
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(location.bucket())
                .prefix(location.beginningOfKeys())
                .delimiter(delimiter)
                // Keys of others may hold characters that XML cannot; the SDK decodes them.
                .encodingType(EncodingType.URL)
                .build();
        try {
            return connection.call(S3Action.LIST, location.bucket(), location.toString(), () -> {
                List<T> keys = new ArrayList<>();
                for (ListObjectsV2Response page : connection.client().listObjectsV2Paginator(request)) {
                    requireListing(page);
                    page.contents().forEach(object -> keys.add(kept.apply(object)));
                    if (keys.size() >= most) {
                        break;
                    }
                }
                return keys;
            });
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** A server that does not go by the bucket's host name answers with its buckets, which looks like a bucket without objects. */
    private static void requireListing(ListObjectsV2Response page) {
        if (page.name() == null && page.isTruncated() == null) {
            throw S3Exception.builder()
                    .statusCode(404)
                    .awsErrorDetails(
                            AwsErrorDetails.builder().errorCode("NoSuchBucket").build())
                    .build();
        }
    }

    @Override
    public DumpSource source(String fileName) {
        StoredObject object = new StoredObject(connection, location, fileName);
        return new ObjectSource(
                object.uri(),
                -1,
                S3Action.READ,
                connection.host(location.bucket()).advice(),
                new ObjectSigner(object, null, S3Action.READ),
                retryPolicy,
                route);
    }

    @Override
    public void replace(String fileName, byte[] content) throws IOException {
        try {
            new StoredObject(connection, location, fileName).write(S3Action.MARK, content);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public Deletion delete(List<String> fileNames) throws IOException {
        try {
            return new ObjectDeletion(connection, location).delete(fileNames);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static StoredFile fileOf(S3Object object, String beginning) {
        return new StoredFile(object.key().substring(beginning.length()), object.size(), object.lastModified());
    }

    private static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return (InterruptedIOException) new InterruptedIOException().initCause(e);
    }
}
