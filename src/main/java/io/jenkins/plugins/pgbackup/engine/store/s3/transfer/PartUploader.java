package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;

/** Cuts the bytes into parts, and fills the next one while others are sent. For one thread. */
final class PartUploader extends DumpSink {

    private final PartPlan plan;
    private final PartSender sender;
    private final PartsInFlight inFlight;

    private PartBuffer filling;
    private int parts;
    private long sizeBytes;
    private boolean ended;

    PartUploader(PartPlan plan, PartSender sender) {
        this.plan = plan;
        this.sender = sender;
        this.inFlight = new PartsInFlight(plan, sender);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        checkOpen();
        inFlight.checkFailure();
        try {
            int written = 0;
            while (written < length) {
                if (filling == null) {
                    filling = nextBuffer();
                }
                written += filling.append(bytes, offset + written, length - written);
                if (filling.isFull()) {
                    sendFilled();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException().initCause(e);
        }
        sizeBytes += length;
    }

    @Override
    public Receipt finish() throws IOException, InterruptedException {
        checkOpen();
        if (filling == null && parts == 0) {
            // S3 completes no upload without a part.
            filling = nextBuffer();
        }
        if (filling != null) {
            sendFilled();
        }
        List<StoredPart> stored = inFlight.awaitAll();
        close();
        return new Receipt(sizeBytes, stored);
    }

    @Override
    public void close() throws IOException {
        ended = true;
        inFlight.stop();
        sender.close();
    }

    private PartBuffer nextBuffer() throws BackupException, InterruptedException {
        plan.requireRoomAfter(parts);
        if (parts == plan.equalParts() && plan.grows()) {
            inFlight.growBuffers();
        }
        return inFlight.takeBuffer();
    }

    private void sendFilled() throws BackupException {
        PartBuffer part = filling;
        filling = null;
        parts++;
        inFlight.send(parts, part);
    }

    private void checkOpen() throws IOException {
        if (ended) {
            throw new IOException("the upload has ended");
        }
    }
}
