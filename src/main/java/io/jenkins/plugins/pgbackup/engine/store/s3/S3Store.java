package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartPlan;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartRetryPolicy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartSigner;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartTarget;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.RemotePartSigner;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.StoreFeature;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;

/**
 * Keeps dumps in a bucket. The bytes go there from the machine that has them, with a signature for each part from here.
 */
public final class S3Store implements Store {

    private final S3Connection connection;
    private final S3Location location;
    private final Machine machine;
    private final S3Settings settings;
    private final PartRetryPolicy retryPolicy;
    private final HttpRoute route;

    /**
     * @param connection stays the caller's, who closes it after the last commit or withdrawal
     * @param machine from which the parts will be sent
     */
    public S3Store(S3Connection connection, S3Location location, Machine machine) {
        this(connection, location, machine, PartRetryPolicy.DEFAULT, connection.route());
    }

    /**
     * @param connection stays the caller's, who closes it after the last commit or withdrawal
     * @param machine from which the parts will be sent
     * @param retryPolicy of that machine with the store
     * @param route of that machine to the store, but for what its own JVM says of it
     */
    public S3Store(
            S3Connection connection,
            S3Location location,
            Machine machine,
            PartRetryPolicy retryPolicy,
            HttpRoute route) {
        this.connection = connection;
        this.location = location;
        this.machine = machine;
        this.settings = connection.configuration();
        settings.checkEndpoint(location.bucket());
        this.retryPolicy = retryPolicy;
        this.route = route;
    }

    @Override
    public String driver() {
        return "s3";
    }

    @Override
    public String announce(String fileName) {
        return "to " + location.bucket() + " in S3 as " + location.key(fileName);
    }

    @Override
    public String uri(String fileName) {
        return location.uri(fileName);
    }

    @Override
    public String readCommand(String fileName) {
        return AwsCommand.in(settings, "aws s3 cp")
                .word(uri(fileName))
                .word("-")
                .toString();
    }

    @Override
    public void requireReadable() {
        settings.requireReadable();
    }

    @Override
    public MultipartUpload open(String fileName, long expectedBytes) throws BackupException, InterruptedException {
        PartPlan plan = settings.partSize() == null
                ? PartPlan.forDump(expectedBytes)
                : PartPlan.forDump(expectedBytes, settings.partSize());
        new StoredObject(connection, location, fileName).requireAbsent();
        UploadSigner signer = start(fileName, plan);
        try {
            PartSigner exported = new RemotePartSigner(machine.exportLineService(RemotePartSigner.lineService(signer)));
            return new MultipartUpload(connection, signer, new PartTarget(plan, exported, retryPolicy, route), machine);
        } catch (RuntimeException e) {
            signer.upload().abort(connection);
            throw new BackupException(
                    uri(fileName) + " could not be opened for writing, because " + machine.name()
                            + " is out of reach: reconnect it and start again.",
                    e);
        }
    }

    @Override
    public void writeBeside(String fileName, byte[] text) throws BackupException, InterruptedException {
        new StoredObject(connection, location, fileName).write(S3Action.WRITE, text);
    }

    /** How the store was reached in which an upload was left behind. */
    public static S3Settings settings(Map<String, String> leftover) {
        return S3Settings.ofAccess(leftover);
    }

    /**
     * Removes an upload that its starter can no longer remove. That it is gone already is no failure, and a dump
     * that was committed is not touched.
     *
     * @param connection to the store of {@link #settings(Map)}
     * @param leftover from {@link MultipartUpload#leftover()}
     * @return what was removed, for the middle of a sentence
     * @throws BackupException with the command that removes it
     */
    public static Optional<String> withdraw(S3Connection connection, Map<String, String> leftover)
            throws BackupException, InterruptedException {
        StartedUpload upload = StartedUpload.of(leftover);
        return upload.abort(connection) ? Optional.of("the unfinished upload of " + upload.uri()) : Optional.empty();
    }

    private UploadSigner start(String fileName, PartPlan plan) throws BackupException, InterruptedException {
        try {
            StartedUpload upload = S3Connection.attempt(() -> create(fileName, ChecksumAlgorithm.CRC32));
            return new UploadSigner(connection, upload, plan, true);
        } catch (SdkException e) {
            if (!SdkFailure.isRefusal(StoreFeature.CHECKSUMS, e)) {
                throw connection.failure(S3Action.START, location.bucket(), uri(fileName), e);
            }
        }
        // If it is not the checksums, the same comes again.
        StartedUpload upload =
                connection.call(S3Action.START, location.bucket(), uri(fileName), () -> create(fileName, null));
        return new UploadSigner(connection, upload, plan, false);
    }

    private StartedUpload create(String fileName, ChecksumAlgorithm checksums) {
        CreateMultipartUploadRequest request = CreateMultipartUploadRequest.builder()
                .bucket(location.bucket())
                .key(location.key(fileName))
                .contentType("application/octet-stream")
                .checksumAlgorithm(checksums)
                .storageClass(settings.storageClass())
                .serverSideEncryption(settings.sse())
                .ssekmsKeyId(settings.kmsKeyId())
                .tagging(settings.tagging())
                .build();
        String id = connection.client().createMultipartUpload(request).uploadId();
        return new StartedUpload(location, fileName, id);
    }
}
