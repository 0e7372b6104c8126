package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.store.CommitReport;
import io.jenkins.plugins.pgbackup.engine.store.DumpTarget;
import io.jenkins.plugins.pgbackup.engine.store.ExpectedContent;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.engine.store.ReadBack;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import io.jenkins.plugins.pgbackup.engine.store.StoredContent;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.ObjectSource;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartPlan;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartTarget;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.StoreFeature;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * A dump on its way into a bucket, where it appears when {@code CompleteMultipartUpload} has put its parts together.
 */
final class MultipartUpload implements PendingBackup {

    private final S3Connection connection;
    private final UploadSigner signer;
    private final StartedUpload upload;
    private final PartPlan plan;
    private final StoredObject object;
    private final PartTarget target;
    private final Machine machine;

    private boolean ended;

    /** What the store was requested to complete, without a clear answer so far. */
    private WholeObject inDoubt;

    /** What it did put together, while that is not yet known to be what was sent. */
    private Assembled assembled;

    /** @param machine from which the parts are sent, and which reads the object back */
    MultipartUpload(S3Connection connection, UploadSigner signer, PartTarget target, Machine machine) {
        this.connection = connection;
        this.signer = signer;
        this.upload = signer.upload();
        this.plan = signer.plan();
        this.object = new StoredObject(connection, upload.location(), upload.fileName());
        this.target = target;
        this.machine = machine;
    }

    @Override
    public DumpTarget target() {
        return target;
    }

    @Override
    public Map<String, String> leftover() {
        return upload.leftover(connection.configuration());
    }

    @Override
    public long partSize() {
        return plan.partSizeBytes();
    }

    @Override
    public CommitReport commit(ExpectedContent written) throws IOException, InterruptedException {
        if (ended) {
            throw new IllegalStateException("the upload has ended");
        }
        signer.close();
        Receipt receipt = written.receipt();
        check(receipt);
        WholeObject whole = WholeObject.of(receipt);
        inDoubt = whole;
        Assembled made = assemble(receipt, whole);
        assembled = made;
        CommitReport atRest = compare(whole, made, written.reread());
        if (written.reread()) {
            requireSame(written, readBack(written, made));
        }
        inDoubt = null;
        ended = true;
        return atRest;
    }

    @Override
    public void withdraw() throws IOException, InterruptedException {
        if (ended) {
            return;
        }
        signer.close();
        if (assembled == null) {
            upload.abort(connection);
        }
        if (inDoubt != null) {
            // It may have been put together after we gave up waiting for the answer, or is not what it should be.
            Optional<HeadObjectResponse> head = object.head();
            if (head.isPresent() && (isOurs(head.get()) || inDoubt.is(head.get()))) {
                remove();
            }
        }
        ended = true;
    }

    /** The receipt comes from the machine that has the bytes, which is not to be trusted: its parts must be the plan's. */
    private void check(Receipt receipt) throws BackupException {
        List<StoredPart> parts = receipt.parts();
        boolean fits = plan.allowsParts(parts.size(), receipt.sizeBytes());
        for (int i = 0; fits && i < parts.size(); i++) {
            fits = parts.get(i).number() == i + 1;
        }
        if (!fits) {
            throw new BackupException("The parts that were sent of " + upload.uri()
                    + " are not those of a dump of their size: start the backup again.");
        }
    }

    private Assembled assemble(Receipt receipt, WholeObject whole) throws BackupException, InterruptedException {
        try {
            return complete(receipt, true);
        } catch (SdkException e) {
            if (!SdkFailure.isRefusal(StoreFeature.CONDITIONAL_WRITES, e)) {
                return settle(whole, e);
            }
        }
        // A store without conditional writes: then looking is all that can be done.
        object.requireAbsent();
        try {
            return complete(receipt, false);
        } catch (SdkException e) {
            return settle(whole, e);
        }
    }

    private Assembled complete(Receipt receipt, boolean onlyIfAbsent) throws InterruptedException {
        List<CompletedPart> parts =
                receipt.parts().stream().map(MultipartUpload::completed).toList();
        CompleteMultipartUploadResponse answer = S3Connection.attempt(() -> connection
                .client()
                .completeMultipartUpload(complete -> complete.bucket(upload.bucket())
                        .key(upload.key())
                        .uploadId(upload.id())
                        .ifNoneMatch(onlyIfAbsent ? "*" : null)
                        .multipartUpload(all -> all.parts(parts))
                        .overrideConfiguration(connection.untilAssembled())));
        return new Assembled(answer.eTag(), answer.versionId());
    }

    /** A checksum that the store did not answer with is one that it did not keep, and would refuse. */
    private static CompletedPart completed(StoredPart part) {
        return CompletedPart.builder()
                .partNumber(part.number())
                .eTag(part.etag())
                .checksumCRC32(part.checksumKnown() ? part.crc32() : null)
                .build();
    }

    /**
     * After a failure the store alone knows whether it put the parts together: the answer may have been lost, and a
     * second request be refused because the first one did it (404 NoSuchUpload, 412 PreconditionFailed).
     */
    private Assembled settle(WholeObject whole, SdkException failure) throws BackupException, InterruptedException {
        Optional<HeadObjectResponse> head;
        try {
            head = object.head();
        } catch (BackupException e) {
            e.addSuppressed(failure);
            throw new BackupException(
                    "It is not known whether " + upload.uri() + " was committed: " + e.getMessage(), failure);
        }
        if (head.isPresent() && whole.is(head.get())) {
            return new Assembled(head.get().eTag(), head.get().versionId());
        }
        if (head.isPresent()) {
            inDoubt = null;
            throw object.exists();
        }
        throw connection.failure(S3Action.COMMIT, upload.bucket(), upload.uri(), failure);
    }

    private CommitReport compare(WholeObject whole, Assembled made, boolean reread)
            throws BackupException, InterruptedException {
        Optional<HeadObjectResponse> found;
        try {
            found = object.head();
        } catch (BackupException e) {
            // It is committed; only the comparison could not be made.
            return new CommitReport(upload.uri(), made.versionId(), false, false, reread);
        }
        if (found.isEmpty()) {
            throw new BackupException(upload.uri()
                    + " was committed but is not there:"
                    + " look for a rule or a job that removes objects from the bucket.");
        }
        HeadObjectResponse head = found.get();
        boolean comparable = whole.isComparable(head);
        if (whole.sizeIs(head) && (!comparable || whole.checksumIs(head))) {
            return new CommitReport(upload.uri(), made.versionId(), true, comparable, reread);
        }
        inDoubt = null;
        if (!isOurs(head)) {
            throw replaced();
        }
        object.delete();
        throw new BackupException("The store keeps something else as " + upload.uri()
                + " than what was sent, so it was removed again: check the store, then start the backup again.");
    }

    private StoredContent readBack(ExpectedContent written, Assembled made) throws IOException, InterruptedException {
        try (ObjectSigner signer = new ObjectSigner(object, made.versionId(), S3Action.READ_BACK)) {
            ObjectSource source = new ObjectSource(
                    upload.uri(),
                    written.receipt().sizeBytes(),
                    S3Action.READ_BACK,
                    "",
                    signer,
                    target.retryPolicy(),
                    target.route());
            return machine.call(new ReadBack(source.exportedTo(machine)));
        } catch (BackupException e) {
            throw isReplaced() ? replaced() : e;
        } catch (IOException | RuntimeException e) {
            throw new BackupException(
                    upload.uri() + " could not be read back, because " + machine.name()
                            + " is out of reach: reconnect it and start again.",
                    e);
        }
    }

    private void requireSame(ExpectedContent written, StoredContent found)
            throws BackupException, InterruptedException {
        if (written.is(found)) {
            return;
        }
        if (isReplaced()) {
            throw replaced();
        }
        throw new BackupException("What the store gives back as " + upload.uri() + " is not the dump that was sent: it "
                + written.differenceTo(found)
                + ". It is removed again: check the store and the way to it, then start the backup again.");
    }

    /** Removes what was committed without being good. */
    private void remove() throws BackupException, InterruptedException {
        try {
            object.delete();
        } catch (BackupException e) {
            throw new BackupException(
                    e.getMessage() + " Do not rely on it: remove it with "
                            + AwsCommand.in(connection.configuration(), "aws s3 rm")
                                    .word(upload.uri()),
                    e);
        }
    }

    private boolean isOurs(HeadObjectResponse head) {
        return assembled != null && head.eTag().equals(assembled.etag());
    }

    private boolean isReplaced() throws InterruptedException {
        try {
            return object.head().filter(head -> !isOurs(head)).isPresent();
        } catch (BackupException e) {
            // It is not known; what was read back is known to be wrong.
            return false;
        }
    }

    private BackupException replaced() {
        return new BackupException(upload.uri()
                + " was replaced by another object right after it was committed: give each writer its own prefix.");
    }

    /** The object as the store announced it. */
    private record Assembled(String etag, String versionId) {}
}
