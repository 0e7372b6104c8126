package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The dumps of one place in S3. */
public final class S3Dumps implements StoredDumps {

    private final S3Connection connection;
    private final S3Location location;

    /** @param connection stays the caller's, who closes it after the last reading */
    public S3Dumps(S3Connection connection, S3Location location) {
        this.connection = connection;
        this.location = location;
    }

    @Override
    public List<StoredFile> list() throws IOException {
        String beginning = location.beginningOfKeys();
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(location.bucket())
                .prefix(beginning)
                .delimiter("/")
                // Keys of others may hold characters that XML cannot; the SDK decodes them.
                .encodingType(EncodingType.URL)
                .build();
        try {
            return connection.call(
                    S3Action.LIST,
                    location.toString(),
                    () -> connection.client().listObjectsV2Paginator(request).contents().stream()
                            // An object named like the prefix is what some tools make of a directory.
                            .filter(object -> !object.key().equals(beginning))
                            .map(object -> fileOf(object, beginning))
                            .toList());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public InputStream open(String fileName) throws IOException {
        try {
            return ObjectStream.open(new StoredObject(connection, location, fileName));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public String uri(String fileName) {
        return location.uri(fileName);
    }

    private static StoredFile fileOf(S3Object object, String beginning) {
        return new StoredFile(object.key().substring(beginning.length()), object.size(), object.lastModified());
    }

    static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return (InterruptedIOException) new InterruptedIOException().initCause(e);
    }
}
