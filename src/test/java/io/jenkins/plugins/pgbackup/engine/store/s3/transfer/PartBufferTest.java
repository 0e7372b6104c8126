package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3TestBed;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartBufferTest {

    private static final int SLICES = 2 + PartBuffer.SLICES_OF_BLOCK;
    private static final int CAPACITY = SLICES * PartBuffer.SLICE_BYTES + 7;

    private final PartBuffer part = new PartBuffer(CAPACITY);

    @ParameterizedTest
    @ValueSource(
            ints = {
                1000,
                PartBuffer.SLICE_BYTES - 1,
                PartBuffer.SLICE_BYTES,
                PartBuffer.SLICE_BYTES + 1,
                CAPACITY,
                10 * CAPACITY
            })
    void takesBytesUntilItIsFull(int step) {
        byte[] bytes = S3TestBed.bytes(CAPACITY + 5);
        int taken = 0;
        while (!part.isFull()) {
            taken += part.append(bytes, taken, Math.min(step, bytes.length - taken));
        }
        assertEquals(CAPACITY, taken);
        assertEquals(0, part.append(bytes, taken, 5));
        assertArrayEquals(Arrays.copyOf(bytes, CAPACITY), contents());
    }

    @Test
    void takesMemoryOnlyForWhatItHolds() {
        PartBuffer large = new PartBuffer(1L << 30);
        byte[] bytes = new byte[10];
        long taken = bytesAllocatedBy(() -> large.append(bytes, 0, bytes.length));
        assertThat(taken, is(lessThan(2L * PartBuffer.SLICE_BYTES)));
        assertEquals(1, large.slices());
    }

    @Test
    void usesItsMemoryAgain() {
        byte[] bytes = S3TestBed.bytes(CAPACITY);
        long first = bytesAllocatedBy(() -> part.append(bytes, 0, CAPACITY));
        assertThat(first, is(greaterThanOrEqualTo((long) CAPACITY)));
        part.clear();
        assertEquals(0, part.size());
        assertEquals(0, part.slices());
        byte[] others = S3TestBed.bytes(CAPACITY - 1);
        long again = bytesAllocatedBy(() -> part.append(others, 0, others.length));
        assertThat(again, is(lessThan((long) PartBuffer.SLICE_BYTES)));
        assertArrayEquals(others, contents());
    }

    /** What this thread takes from the heap. */
    private static long bytesAllocatedBy(Runnable step) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        step.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /** The check value of CRC-32 in every catalogue of checksums, and the one of nothing. */
    @Test
    void computesChecksumsAsS3Does() {
        assertEquals("AAAAAA==", part.crc32());
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        part.append(digits, 0, digits.length);
        assertEquals("y/Q5Jg==", part.crc32());
        assertTrue(Crc32.isText(part.crc32()));
        assertFalse(Crc32.isText("y/Q5J"));
        assertFalse(Crc32.isText("y/Q5JgAA"));
        assertFalse(Crc32.isText("<script>"));
        assertTrue(Crc32.ofParts(List.of("y/Q5Jg==", "AAAAAA==")).matches(".{6}==-2"));
    }

    @Test
    void sendsWhatItHoldsAsItIsAskedFor() {
        byte[] bytes = S3TestBed.bytes(CAPACITY);
        part.append(bytes, 0, CAPACITY);
        PartBody body = new PartBody(part);
        assertEquals(CAPACITY, body.contentLength());
        Received received = new Received(body);
        received.subscription.request(1);
        assertEquals(1, received.slices.size());
        assertEquals(PartBuffer.SLICE_BYTES, body.bytesTaken());
        assertFalse(body.isTaken());
        received.subscription.request(2);
        received.subscription.request(Long.MAX_VALUE);
        received.subscription.request(Long.MAX_VALUE);
        assertEquals(SLICES + 1, received.slices.size());
        assertEquals(1, received.completed);
        assertTrue(body.isTaken());
    }

    @Test
    void sendsToSomeoneWhoAsksFromWithin() {
        part.append(S3TestBed.bytes(CAPACITY), 0, CAPACITY);
        Received received = new Received(new PartBody(part));
        received.greedy = true;
        received.subscription.request(1);
        assertEquals(SLICES + 1, received.slices.size());
        assertEquals(1, received.completed);
    }

    @Test
    void sendsNothing() {
        Received received = new Received(new PartBody(part));
        received.subscription.request(1);
        assertEquals(1, received.completed);
    }

    @Test
    void sendsNothingMoreOnceItIsStopped() {
        part.append(S3TestBed.bytes(CAPACITY), 0, CAPACITY);
        PartBody body = new PartBody(part);
        Received received = new Received(body);
        received.subscription.request(1);
        body.stop();
        received.subscription.request(9);
        assertEquals(1, received.slices.size());
        assertEquals(0, received.completed);
    }

    @Test
    void refusesToSendLessThanNothing() {
        Received received = new Received(new PartBody(part));
        received.subscription.request(0);
        assertEquals(1, received.failed);
    }

    private byte[] contents() {
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        for (int i = 0; i < part.slices(); i++) {
            byte[] slice = new byte[part.slice(i).remaining()];
            part.slice(i).get(slice);
            contents.writeBytes(slice);
        }
        return contents.toByteArray();
    }

    private static final class Received implements Subscriber<ByteBuffer> {

        final List<ByteBuffer> slices = new ArrayList<>();
        Subscription subscription;
        boolean greedy;
        int completed;
        int failed;

        Received(PartBody body) {
            body.subscribe(this);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public void onNext(ByteBuffer slice) {
            slices.add(slice);
            if (greedy) {
                subscription.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            failed++;
        }

        @Override
        public void onComplete() {
            completed++;
        }
    }
}
