package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.jenkins.plugins.pgbackup.engine.store.s3.MultipartUpload;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3TestBed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Buffers that are filled, sent and filled again. */
class PartsInFlightTest {

    @Test
    void fillsItsBuffersInTurnHoweverFastTheyAreSent() throws Exception {
        try (S3TestBed s3 = new S3TestBed()) {
            MultipartUpload upload = s3.store.open("shop.dump", -1);
            PartPlan plan = PartPlan.ofEqualParts(S3TestBed.PART_BYTES);
            PartsInFlight parts = new PartsInFlight(
                    plan, new PartSender(S3TestBed.signer(upload), S3TestBed.HASTY, HttpRoute.DIRECT));
            List<PartBuffer> filled = new ArrayList<>();
            byte[] bytes = S3TestBed.bytes(S3TestBed.PART_BYTES);
            for (int number = 1; number <= plan.buffers() + 1; number++) {
                PartBuffer part = parts.takeBuffer();
                filled.add(part);
                part.append(bytes, 0, bytes.length);
                parts.send(number, part);
                parts.awaitAll();
            }
            parts.stop();

            assertEquals(plan.buffers(), new HashSet<>(filled).size());
            assertSame(filled.get(0), filled.get(plan.buffers()));
        }
    }
}
