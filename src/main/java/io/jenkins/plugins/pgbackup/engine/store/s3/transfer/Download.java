package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.store.StoredContent;
import java.io.IOException;

/**
 * Reads one object back to its last byte, on the machine that sent it and for its digest alone. A connection that broke is
 * followed by another one that goes on from there, signed anew.
 *
 * @param sizeBytes how many bytes are expected
 * @param route to the store, but for what that machine says of it itself
 */
public record Download(ReadSigner signer, long sizeBytes, PartRetryPolicy patience, HttpRoute route)
        implements Task<StoredContent> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<StoredContent> resultType() {
        return StoredContent.class;
    }

    /** @throws BackupException where it cannot be read, however often it is tried */
    @Override
    public StoredContent run() throws BackupException, InterruptedException {
        ObjectReader reader = new ObjectReader(patience, route);
        StoredContent.Tally tally = new StoredContent.Tally();
        int tries = 0;
        int denials = 0;
        while (true) {
            long before = tally.sizeBytes();
            ObjectReader.Outcome outcome = reader.read(sign(), tally, sizeBytes);
            if (outcome.found() != null) {
                return outcome.found();
            }
            if (tally.sizeBytes() > before) {
                tries = 0;
                denials = 0;
            }
            if (sizeBytes > 0 && tally.sizeBytes() == sizeBytes) {
                // It broke behind the last byte.
                return tally.end();
            }
            tries++;
            denials += outcome.retry() == Retry.ONCE ? 1 : 0;
            if (outcome.retry() == Retry.NEVER || denials > 1 || tries >= patience.tries()) {
                throw new BackupException(
                        "The dump could not be read back"
                                + (tally.sizeBytes() > 0 ? " past byte " + tally.sizeBytes() : "")
                                + (tries > 1 ? " in " + tries + " tries" : "") + ", because " + outcome.because() + ".",
                        outcome.cause());
            }
            patience.pauseAfter(tries);
        }
    }

    private SignedRead sign() throws BackupException, InterruptedException {
        try {
            return signer.sign();
        } catch (BackupException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (e.getCause() instanceof InterruptedException) {
                // What a remote signer makes of the interruption of a call that declares none.
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            throw new BackupException(
                    "The reading of the dump could not be signed, because the side that holds the AWS credentials does"
                            + " not answer: check the connection to it.",
                    e);
        }
    }

    /** Without the signer, which may be far away. */
    @Override
    public String toString() {
        return "Download[sizeBytes=" + sizeBytes + "]";
    }
}
