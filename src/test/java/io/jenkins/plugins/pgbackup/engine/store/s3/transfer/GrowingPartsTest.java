package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Test;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3TestBed;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A dump that outgrows the equal parts; here that are two instead of nine thousand. */
@Timeout(120)
class GrowingPartsTest extends S3Test {

    private static final int MIB = 1 << 20;
    private static final int EQUAL = 2;
    private static final PartPlan PLAN = new PartPlan(5 * MIB, EQUAL, 8 * MIB);
    private static final String NAME = "shop.dump";

    @ParameterizedTest
    @CsvSource({
        // MiB, parts in MiB
        "10, 5 5",
        "11, 5 5 1",
        "18, 5 5 8",
        "45, 5 5 8 8 8 8 3",
    })
    void sendsLargerPartsWhereTheDumpGoesOn(int size, String sizes) throws Exception {
        byte[] dump = S3TestBed.bytes(size * MIB);
        PendingBackup upload = s3.open(NAME, PLAN);
        Receipt receipt = S3TestBed.send(upload, dump);
        upload.commit(S3TestBed.written(receipt));
        assertEquals(sizes, partSizes(receipt));
        assertArrayEquals(dump, S3TestBed.server().object(s3.bucket, s3.location.key(NAME)));
    }

    @Test
    void staysWithEqualPartsWhereTheMachineHasNoMemoryForOthers() throws Exception {
        byte[] dump = S3TestBed.bytes(27 * MIB);
        PendingBackup upload = s3.open(NAME, PLAN);
        PartTarget there =
                new PartTarget(PLAN.within(5 * MIB), S3TestBed.signer(upload), S3TestBed.HASTY, HttpRoute.DIRECT);
        Receipt receipt;
        try (DumpSink sink = there.open()) {
            sink.write(dump);
            receipt = sink.finish();
        }
        upload.commit(S3TestBed.written(receipt));
        assertEquals("5 5 5 5 5 2", partSizes(receipt));
        assertArrayEquals(dump, S3TestBed.server().object(s3.bucket, s3.location.key(NAME)));
    }

    @Test
    void keepsTwoOfTheLargerOnesInMemory() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        PartSigner signer = S3TestBed.signer(s3.open(NAME, PLAN));
        PartSigner hanging = (number, size, crc32) -> {
            if (number > EQUAL) {
                never.await();
            }
            return signer.sign(number, size, crc32);
        };
        byte[] mebibyte = new byte[MIB];
        AtomicLong taken = new AtomicLong();
        try (DumpSink sink = new PartTarget(PLAN, hanging, S3TestBed.HASTY, HttpRoute.DIRECT).open()) {
            Thread writer = new Thread(() -> fill(sink, mebibyte, taken));
            writer.start();
            long expected = EQUAL * PLAN.partSizeBytes() + PLAN.lateBuffers() * PLAN.latePartBytes();
            while (taken.get() < expected) {
                Thread.sleep(10);
            }
            // Time in which it could take more.
            writer.join(300);
            assertTrue(writer.isAlive());
            writer.interrupt();
            writer.join();
            assertEquals(expected, taken.get());
        }
    }

    private static void fill(DumpSink sink, byte[] mebibyte, AtomicLong taken) {
        try {
            while (true) {
                sink.write(mebibyte);
                taken.addAndGet(mebibyte.length);
            }
        } catch (InterruptedIOException e) {
            // It waited for a buffer.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What the server was sent, in MiB. */
    private String partSizes(Receipt receipt) {
        assertEquals(
                IntStream.rangeClosed(1, receipt.parts().size()).boxed().toList(),
                receipt.parts().stream().map(StoredPart::number).toList());
        List<String> sizes = receipt.parts().stream()
                .flatMap(part -> s3.proxy.requests().stream().filter(request -> request.isPart(part.number())))
                .map(request -> String.valueOf(request.body().length / MIB))
                .toList();
        return String.join(" ", sizes);
    }
}
