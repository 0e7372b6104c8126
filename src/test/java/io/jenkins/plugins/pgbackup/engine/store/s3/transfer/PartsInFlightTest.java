package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import com.sun.management.ThreadMXBean;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3TestBed;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Buffers that are filled, sent and filled again. */
class PartsInFlightTest {

    /** Each part is stored before the next one is filled, and still the memory is that of a store that is slower. */
    @Test
    void takesAsMuchMemoryHoweverFastThePartsAreSent() throws Exception {
        try (S3TestBed s3 = new S3TestBed()) {
            PendingBackup upload = s3.store.open("shop.dump", -1);
            PartPlan plan = PartPlan.ofEqualParts(S3TestBed.PART_BYTES);
            PartsInFlight parts = new PartsInFlight(
                    plan, new PartSender(S3TestBed.signer(upload), S3TestBed.HASTY, HttpRoute.DIRECT));
            byte[] bytes = S3TestBed.bytes(S3TestBed.PART_BYTES);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            for (int number = 1; number <= 2 * plan.buffers(); number++) {
                PartBuffer part = parts.takeBuffer();
                long before = threads.getCurrentThreadAllocatedBytes();
                part.append(bytes, 0, bytes.length);
                long taken = threads.getCurrentThreadAllocatedBytes() - before;
                if (number <= plan.buffers()) {
                    assertThat("part " + number, taken, is(greaterThanOrEqualTo((long) bytes.length)));
                } else {
                    assertThat("part " + number, taken, is(lessThan((long) PartBuffer.SLICE_BYTES)));
                }
                parts.send(number, part);
                parts.awaitAll();
            }
            parts.stop();
        }
    }
}
