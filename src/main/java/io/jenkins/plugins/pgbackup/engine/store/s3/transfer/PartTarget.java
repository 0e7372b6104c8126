package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.DumpTarget;

/**
 * A multipart upload, seen from the machine that has the bytes: it knows how to cut them and where to get a
 * signature, but no key, bucket or upload id.
 *
 * @param route to the store, but for what that machine says of it itself
 */
public record PartTarget(PartPlan plan, PartSigner signer, PartRetryPolicy retryPolicy, HttpRoute route)
        implements DumpTarget {

    private static final long serialVersionUID = 1L;

    /** @throws BackupException if this machine has not the memory for parts of that size */
    @Override
    public DumpSink open() throws BackupException {
        PartPlan possible = plan.within(Runtime.getRuntime().maxMemory());
        return new PartUploader(possible, new PartSender(signer, retryPolicy, route));
    }

    /** Without the signer, which may be far away. */
    @Override
    public String toString() {
        return "PartTarget[plan=" + plan + "]";
    }
}
