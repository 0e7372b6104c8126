package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.Crc32;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.StoreFeature;
import java.util.Optional;
import java.util.zip.CRC32;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The name of one object, and what is known of it in the bucket. */
record StoredObject(S3Connection connection, S3Location location, String fileName) {

    String uri() {
        return location.uri(fileName);
    }

    /** What the store says of it, with its checksum where it keeps one; empty if there is no such object. */
    Optional<HeadObjectResponse> head() throws BackupException, InterruptedException {
        try {
            return Optional.of(head(ChecksumMode.ENABLED));
        } catch (SdkException e) {
            if (!SdkFailure.isRefusalOfHead(StoreFeature.CHECKSUMS, e)) {
                return absent(e);
            }
        }
        try {
            return Optional.of(head(null));
        } catch (SdkException e) {
            return absent(e);
        }
    }

    private HeadObjectResponse head(ChecksumMode checksums) throws InterruptedException {
        HeadObjectRequest request = HeadObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key(fileName))
                .checksumMode(checksums)
                .build();
        return S3Connection.attempt(() -> connection.client().headObject(request));
    }

    /** @throws BackupException if the failure says anything else than that there is no such object */
    private Optional<HeadObjectResponse> absent(SdkException failure) throws BackupException, InterruptedException {
        if (SdkFailure.isStatus(404, failure)) {
            return Optional.empty();
        }
        explain(failure);
        throw connection.failure(S3Action.FIND, location.bucket(), uri(), failure);
    }

    /** @throws BackupException if there is an object of that name */
    void requireAbsent() throws BackupException, InterruptedException {
        Optional<HeadObjectResponse> found = head();
        if (found.isPresent() && found.get().eTag() == null) {
            // A web page, for example: those are found under every name.
            throw new BackupException(uri() + " could not be looked for, because the server does not answer as S3 does:"
                    + " check the endpoint.");
        }
        if (found.isPresent()) {
            throw exists();
        }
    }

    BackupException exists() {
        return new BackupException(uri()
                + " exists already and was left as it is: choose another file name or prefix, or remove it first.");
    }

    /** Stores a small text, whole or not at all, in place of what has that name. */
    void write(S3Action action, byte[] text) throws BackupException, InterruptedException {
        CRC32 crc = new CRC32();
        crc.update(text);
        try {
            S3Connection.attempt(() -> put(text, Crc32.text(crc)));
            return;
        } catch (SdkException e) {
            if (!SdkFailure.isRefusal(StoreFeature.CHECKSUMS, e)) {
                throw connection.failure(action, location.bucket(), uri(), e);
            }
        }
        // As with the parts.
        connection.call(action, location.bucket(), uri(), () -> put(text, null));
    }

    private PutObjectResponse put(byte[] text, String crc32) {
        S3Settings settings = connection.configuration();
        // Without the storage class: such a text is read when dumps are listed, which the archive classes do not allow.
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key(fileName))
                .contentType(fileName.endsWith(".json") ? "application/json" : "text/plain; charset=utf-8")
                .checksumCRC32(crc32)
                .serverSideEncryption(settings.sse())
                .ssekmsKeyId(settings.kmsKeyId())
                .tagging(settings.tagging())
                .build();
        return connection.client().putObject(request, RequestBody.fromBytes(text));
    }

    void delete() throws BackupException, InterruptedException {
        connection.call(
                S3Action.DELETE,
                location.bucket(),
                uri(),
                () -> connection
                        .client()
                        .deleteObject(delete -> delete.bucket(location.bucket()).key(location.key(fileName))));
    }

    /**
     * Has the reason put into words by a request that is answered with a body, which HEAD is not: bad keys, an old
     * token and a missing permission all look like 403 there.
     */
    private void explain(SdkException failure) throws BackupException, InterruptedException {
        if (failure instanceof S3Exception answered && answered.statusCode() < 500) {
            connection.call(
                    S3Action.FIND,
                    location.bucket(),
                    uri(),
                    () -> connection
                            .client()
                            .listObjectsV2(list -> list.bucket(location.bucket())
                                    .prefix(location.key(fileName))
                                    .maxKeys(1)));
        }
    }
}
