package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Sends a few parts at once, each in a thread of its own, from a fixed set of buffers: another one where the parts become
 * larger.
 *
 * <p>All that the threads share is guarded by {@code this}. The one that fills buffers waits there for a free one or
 * for the last part, and is woken by each part that ends, well or not.
 */
final class PartsInFlight {

    private final PartPlan plan;
    private final PartSender sender;
    private final ExecutorService threads;
    private final Deque<PartBuffer> freeBuffers = new ArrayDeque<>();
    private final SortedMap<Integer, StoredPart> stored = new TreeMap<>();
    private List<PartBuffer> buffers;
    private int unsent;
    private BackupException failure;

    PartsInFlight(PartPlan plan, PartSender sender) {
        this.plan = plan;
        this.sender = sender;
        this.threads = Executors.newFixedThreadPool(plan.inFlight(), task -> {
            Thread thread = new Thread(task, "pgBackup part upload");
            thread.setDaemon(true);
            return thread;
        });
        useBuffers(plan.buffers(), plan.partSizeBytes());
    }

    private synchronized void useBuffers(int count, long capacity) {
        buffers = Stream.generate(() -> new PartBuffer(capacity)).limit(count).toList();
        freeBuffers.addAll(buffers);
    }

    /**
     * Waits until all parts are stored, and goes on with larger ones, for which the buffers so far give their memory back.
     *
     * @throws BackupException if a part could not be stored
     */
    synchronized void growBuffers() throws BackupException, InterruptedException {
        awaitAll();
        discardBuffers();
        useBuffers(plan.lateBuffers(), plan.latePartBytes());
    }

    private synchronized void discardBuffers() {
        freeBuffers.clear();
        buffers.forEach(PartBuffer::discard);
    }

    /**
     * Waits for a buffer to fill.
     *
     * @throws BackupException if a part could not be stored
     */
    synchronized PartBuffer takeBuffer() throws BackupException, InterruptedException {
        while (freeBuffers.isEmpty() && failure == null) {
            wait();
        }
        checkFailure();
        return freeBuffers.pop();
    }

    /** Takes a buffer that was filled. */
    synchronized void send(int number, PartBuffer part) throws BackupException {
        checkFailure();
        unsent++;
        threads.execute(() -> sendNow(number, part));
    }

    /**
     * Waits until all parts are stored, and returns them in order.
     *
     * @throws BackupException if one could not be stored
     */
    synchronized List<StoredPart> awaitAll() throws BackupException, InterruptedException {
        while (unsent > 0 && failure == null) {
            wait();
        }
        checkFailure();
        return List.copyOf(stored.values());
    }

    /** @throws BackupException if a part could not be stored */
    synchronized void checkFailure() throws BackupException {
        if (failure != null) {
            throw new BackupException(failure.getMessage(), failure);
        }
    }

    /** Interrupts what is being sent and waits until all of it has ended, however often it is interrupted itself. */
    void stop() {
        threads.shutdownNow();
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, TimeUnit.DAYS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        // The HTTP client lives on for a while, and remembers what it sent last.
        discardBuffers();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendNow(int number, PartBuffer part) {
        try {
            sent(sender.send(number, part), part);
        } catch (BackupException e) {
            failed(e);
        } catch (InterruptedException e) {
            failed(new BackupException("The upload was stopped.", e));
        } catch (RuntimeException | Error e) {
            // Whatever it is, no thread must wait for this part for ever.
            failed(new BackupException(
                    "Part " + number + " of the dump could not be stored, because " + S3Failure.because(e, "S3") + ".",
                    e));
        }
    }

    private synchronized void sent(StoredPart part, PartBuffer buffer) {
        stored.put(part.number(), part);
        buffer.clear();
        // Behind the others: what a dump takes depends on its size alone, not on how fast its parts go.
        freeBuffers.add(buffer);
        unsent--;
        notifyAll();
    }

    private synchronized void failed(BackupException e) {
        if (failure == null) {
            failure = e;
        }
        notifyAll();
    }
}
