package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LineService;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import java.time.Duration;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Signs the reading of one object while it is open, and nothing else, whatever the request is: it may come from an agent that
 * is not to be trusted.
 *
 * @see io.jenkins.plugins.pgbackup.engine.store.s3.transfer.ObjectSource#signer
 */
final class ObjectSigner implements LineService {

    /** A signature is used at once; this leaves room for clocks that differ. S3 looks only when the request arrives. */
    private static final Duration VALIDITY = Duration.ofMinutes(15);

    private final StoredObject object;
    private final String versionId;
    private final S3Action action;
    private volatile boolean closed;

    /**
     * @param versionId the object's version, or {@code null} for the newest
     * @param action what it is read for
     */
    ObjectSigner(StoredObject object, String versionId, S3Action action) {
        this.object = object;
        this.versionId = versionId;
        this.action = action;
    }

    @Override
    public String call(String question) throws BackupException, InterruptedException {
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
                        action,
                        object.location().bucket(),
                        object.uri(),
                        () -> object.connection()
                                .presigner()
                                .presignGetObject(presign ->
                                        presign.signatureDuration(VALIDITY).getObjectRequest(read))
                                .url()
                                .toString());
    }

    /** Signs nothing any more. */
    @Override
    public void close() {
        closed = true;
    }
}
