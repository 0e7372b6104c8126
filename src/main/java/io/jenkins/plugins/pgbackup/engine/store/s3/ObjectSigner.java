package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.ReadSigner;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.SignedRead;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Signs the reading of one object while it is open, and nothing else: the request may come from an agent that is not to be
 * trusted.
 */
final class ObjectSigner implements ReadSigner, AutoCloseable {

    /** A signature is used at once; this leaves room for clocks that differ. S3 looks only when the request arrives. */
    private static final Duration VALIDITY = Duration.ofMinutes(15);

    private final StoredObject object;
    private final String versionId;
    private volatile boolean closed;

    /** @param versionId the object's version, or {@code null} where the store keeps none */
    ObjectSigner(StoredObject object, String versionId) {
        this.object = object;
        this.versionId = versionId;
    }

    @Override
    public SignedRead sign() throws BackupException, InterruptedException {
        if (closed) {
            throw new BackupException("The reading of " + object.uri() + " has ended: it is not signed any more.");
        }
        GetObjectRequest read = GetObjectRequest.builder()
                .bucket(object.location().bucket())
                .key(object.location().key(object.fileName()))
                .versionId(versionId)
                .build();
        return object.connection()
                .call(
                        S3Action.READ_BACK,
                        object.location().bucket(),
                        object.uri(),
                        () -> new SignedRead(URI.create(object.connection()
                                .presigner()
                                .presignGetObject(presign ->
                                        presign.signatureDuration(VALIDITY).getObjectRequest(read))
                                .url()
                                .toString())));
    }

    /** Signs nothing any more. */
    @Override
    public void close() {
        closed = true;
    }
}
