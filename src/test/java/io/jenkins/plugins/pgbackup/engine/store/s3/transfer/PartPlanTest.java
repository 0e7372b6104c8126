package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartPlanTest {

    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    /** Sizes in GB and TiB as people name them, and where the plan changes. */
    @ParameterizedTest
    @CsvSource({
        // expected bytes,  part MiB, parts, requests, in flight, memory MiB, up to GiB, memory then MiB
        "              0,        16,     1,        6,         3,         48,      265,          256",
        "              1,        16,     1,        6,         3,         48,      265,          256",
        "     1000000000,        16,    60,       65,         3,         48,      265,          256",
        "    10000000000,        16,   597,      602,         3,         48,      265,          256",
        "   100000000000,        16,  5961,     5966,         3,         48,      265,          256",
        "   125829120000,        16,  7500,     7505,         3,         48,      265,          256",
        "   125829120001,        17,  7059,     7064,         2,         34,      282,          272",
        "   500000000000,        64,  7451,     7456,         2,        128,     1062,         1024",
        "  1000000000000,       128,  7451,     7456,         2,        256,     2125,         2048",
        "  1099511627776,       140,  7490,     7495,         2,        280,     2324,         2240",
        "  5000000000000,       636,  7498,     7503,         2,       1272,    10558,        10176",
        "  5497558138880,       700,  7490,     7495,         2,       1400,    11152,        10240",
        " 21990232555520,      2797,  7498,     7503,         2,       5594,    29583,        10240",
        " 40265318400000,      5120,  7500,     7505,         2,      10240,    50000,        10240",
        " 40265318400001,      5120,  7501,     7506,         2,      10240,    50000,        10240",
        " 53687091200000,      5120, 10000,    10005,         2,      10240,    50000,        10240",
    })
    void choosesPartsForADump(
            long expected,
            long partMib,
            int parts,
            int requests,
            int inFlight,
            long memoryMib,
            long upToGib,
            long memoryThenMib)
            throws Exception {
        PartPlan plan = PartPlan.forDump(expected);
        assertEquals(partMib * MIB, plan.partSizeBytes());
        assertEquals(parts, plan.parts(expected));
        assertEquals(requests, PartPlanTable.requests(parts));
        assertEquals(inFlight, plan.inFlight());
        assertEquals(memoryMib * MIB, plan.bufferBytes());
        assertEquals(upToGib, plan.maxBytes() / GIB);
        assertEquals(memoryThenMib * MIB, lateBufferBytes(plan));
    }

    @Test
    void hasRoomForADumpThatIsAThirdLargerThanExpectedWithoutMoreMemory() throws Exception {
        for (long expected = 1; expected < 30L << 40; expected = expected * 3 / 2 + 1) {
            PartPlan plan = PartPlan.forDump(expected);
            PartPlan equal = PartPlan.ofEqualParts(plan.partSizeBytes());
            assertTrue(equal.maxBytes() >= expected / 3 * 4, String.valueOf(expected));
        }
    }

    @Test
    void hasEqualPartsForADumpThatIsAFifthLargerThanExpected() throws Exception {
        for (long expected = 1; expected < 30L << 40; expected = expected * 3 / 2 + 1) {
            PartPlan plan = PartPlan.forDump(expected);
            assertTrue(plan.parts(expected / 5 * 6) <= plan.equalParts(), String.valueOf(expected));
        }
    }

    @Test
    void hasRoomForTwiceTheExpectedWhereThereIsMemory() throws Exception {
        for (long expected = 1; expected < 4L << 40; expected = expected * 3 / 2 + 1) {
            assertTrue(PartPlan.forDump(expected).maxBytes() >= 2 * expected, String.valueOf(expected));
        }
    }

    @Test
    void keepsSmallPartsWithinTheBuffers() {
        for (long part = 5 * MIB; part <= PartPlan.BUFFER_BYTES / 2; part += MIB / 2) {
            PartPlan plan = PartPlan.ofEqualParts(part);
            assertTrue(plan.bufferBytes() <= PartPlan.BUFFER_BYTES, plan.toString());
            assertTrue(plan.inFlight() >= 2 && plan.inFlight() <= plan.buffers(), plan.toString());
        }
        assertEquals(2, PartPlan.ofEqualParts(PartPlan.BUFFER_BYTES / 2 + MIB).buffers());
    }

    @Test
    void takes1062GibWhereNothingIsKnown() throws Exception {
        PartPlan plan = PartPlan.forDump(-1);
        assertEquals(64 * MIB, plan.partSizeBytes());
        assertEquals(128 * MIB, plan.bufferBytes());
        assertEquals(1062 * GIB + 512 * MIB, plan.maxBytes());
        assertEquals(1 * GIB, lateBufferBytes(plan));
        assertEquals(625 * GIB, plan.within(256 * MIB).maxBytes());
    }

    @Test
    void refusesADumpThatS3CannotKeep() {
        assertEquals(53_687_091_200_000L, PartPlan.MAX_OBJECT_BYTES);
        assertThrows(BackupException.class, () -> PartPlan.forDump(PartPlan.MAX_OBJECT_BYTES + 1));
        assertThrows(BackupException.class, () -> PartPlan.forDump(Long.MAX_VALUE));
        assertThrows(BackupException.class, () -> PartPlan.forDump(Long.MAX_VALUE, 5120));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, 0, 5 * MIB - 1, 5 * GIB + 1})
    void refusesPartsThatS3DoesNotTake(long size) {
        assertThrows(IllegalArgumentException.class, () -> PartPlan.ofEqualParts(size));
        assertThrows(IllegalArgumentException.class, () -> new PartPlan(5 * MIB, 9_000, size));
    }

    @Test
    void takesPartsOfAGivenSize() throws Exception {
        PartPlan plan = PartPlan.forDump(625 * GIB, 64);
        assertEquals(PartPlan.ofEqualParts(64 * MIB), plan);
        assertFalse(plan.grows());
        assertEquals(plan.bufferBytes(), lateBufferBytes(plan));
        assertEquals(PartPlan.ofEqualParts(5 * MIB), PartPlan.forDump(-1, 5));
        assertEquals(PartPlan.ofEqualParts(5 * GIB), PartPlan.forDump(PartPlan.MAX_OBJECT_BYTES, 5120));
    }

    @ParameterizedTest
    @CsvSource({"625, 64, 625, 86", "1024, 16, 156, 140", "40000, 5, 48, 5120"})
    void refusesPartsOfAGivenSizeThatAreTooFew(long gib, int partMib, long holds, int enough) throws Exception {
        BackupException e = assertThrows(BackupException.class, () -> PartPlan.forDump(gib * GIB + 1, partMib));
        assertEquals(
                "The dump is expected to have up to " + (gib + 1) + " GiB, and 10000 parts of " + partMib + " MiB hold "
                        + holds + " GiB: set partSize to " + enough + ", or leave it out.",
                e.getMessage());
        PartPlan.forDump(gib * GIB + 1, enough);
    }

    @Test
    void countsParts() {
        PartPlan equal = PartPlan.ofEqualParts(5 * MIB);
        assertEquals(1, equal.parts(0));
        assertEquals(1, equal.parts(5 * MIB));
        assertEquals(2, equal.parts(5 * MIB + 1));
        assertEquals(10_000, equal.parts(equal.maxBytes()));
        assertThrows(IllegalArgumentException.class, () -> equal.parts(equal.maxBytes() + 1));
        assertThrows(IllegalArgumentException.class, () -> equal.parts(-1));
        PartPlan growing = new PartPlan(16 * MIB, 9_000, 128 * MIB);
        assertEquals(9_000, growing.parts(144_000 * MIB));
        assertEquals(9_001, growing.parts(144_000 * MIB + 1));
        assertEquals(9_001, growing.parts(144_128 * MIB));
        assertEquals(10_000, growing.parts(272_000 * MIB));
        assertThrows(IllegalArgumentException.class, () -> growing.parts(272_000 * MIB + 1));
    }

    @Test
    void knowsWhichPartsCanBelongToIt() {
        PartPlan plan = PartPlan.ofEqualParts(5 * MIB);
        assertTrue(plan.allows(1, 0));
        assertTrue(plan.allows(1, 5 * MIB));
        assertTrue(plan.allows(10_000, 1));
        assertFalse(plan.allows(0, 1));
        assertFalse(plan.allows(10_001, 1));
        assertFalse(plan.allows(1, 5 * MIB + 1));
        assertFalse(plan.allows(10_000, 5 * MIB + 1));
        assertFalse(plan.allows(1, -1));
        assertFalse(plan.allows(2, 0));
        PartPlan growing = new PartPlan(16 * MIB, 9_000, 128 * MIB);
        assertFalse(growing.allows(9_000, 16 * MIB + 1));
        assertTrue(growing.allows(9_001, 128 * MIB));
        assertFalse(growing.allows(9_001, 128 * MIB + 1));
    }

    @Test
    void knowsInHowManyPartsADumpCanHaveCome() {
        PartPlan plan = new PartPlan(16 * MIB, 9_000, 128 * MIB);
        assertTrue(plan.allowsParts(1, 0));
        assertFalse(plan.allowsParts(0, 0));
        assertFalse(plan.allowsParts(2, 16 * MIB));
        assertTrue(plan.allowsParts(9_000, 144_000 * MIB));
        assertFalse(plan.allowsParts(9_001, 144_000 * MIB));
        assertFalse(plan.allowsParts(9_000, 144_256 * MIB));
        assertTrue(plan.allowsParts(9_002, 144_256 * MIB), "as large as can be");
        assertTrue(plan.allowsParts(9_016, 144_256 * MIB), "as large as the others");
        assertFalse(plan.allowsParts(9_017, 144_256 * MIB));
        assertTrue(plan.allowsParts(10_000, 272_000 * MIB));
        assertFalse(plan.allowsParts(10_001, 272_000 * MIB));
        assertFalse(plan.allowsParts(10_000, 272_000 * MIB + 1));
        assertFalse(plan.allowsParts(1, -1));
        assertFalse(plan.allowsParts(1, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource({
        // part, late part, dump is larger than GiB, where, what helps
        "16, 16, 156, 10000 parts of 16 MiB, 'set partSize to 32, or make it smaller by compression.'",
        "16, 128, 265, 9000 parts of 16 MiB and 1000 of 128 MiB, 'set partSize to 55, or make it smaller by compression.'",
        "4000, 4000, 39062, 10000 parts of 4000 MiB, 'set partSize to 5120, or make it smaller by compression.'",
        "5120, 5120, 50000, 10000 parts of 5120 MiB, 'make it smaller by compression, or back schemas or tables up separately.'",
    })
    void saysWhatHelpsADumpThatOutgrowsIt(long partMib, long lateMib, long gib, String parts, String helps)
            throws Exception {
        PartPlan plan = new PartPlan(partMib * MIB, 9_000, lateMib * MIB);
        plan.requireRoomAfter(9_999);
        BackupException e = assertThrows(BackupException.class, () -> plan.requireRoomAfter(10_000));
        assertEquals(
                "The dump is larger than the " + gib + " GiB that fit into " + parts + ": " + helps, e.getMessage());
    }

    @Test
    void refusesPartsThatDoNotFitIntoMemory() throws Exception {
        PartPlan large = PartPlan.forDump(1L << 42);
        assertEquals(560, large.partSizeBytes() / MIB);
        large.within(2000 * MIB);
        BackupException e = assertThrows(BackupException.class, () -> large.within(1000 * MIB));
        assertEquals(
                "The dump is to be stored in parts of 560 MiB, of which two are kept in memory, and Java has 1000 MiB"
                        + " here: start it with -Xmx1808m, or set a smaller partSize.",
                e.getMessage());
        large.within(1808 * MIB);
        assertEquals(PartPlan.ofEqualParts(64 * MIB), PartPlan.forDump(-1).within(64 * MIB));
    }

    @ParameterizedTest
    @CsvSource({
        // part, heap, late part in MiB
        "16, 64, 16",
        "16, 70, 17",
        "16, 256, 64",
        "16, 511, 127",
        "16, 512, 128",
        "16, 100000, 128",
        "64, 1024, 256",
        "64, 2048, 512",
        "1024, 4096, 1024",
        "1024, 8192, 2048",
        "1024, 100000, 5120",
    })
    void growsWithinHalfOfTheHeap(long partMib, long heapMib, long lateMib) throws Exception {
        long late = Math.min(8 * partMib * MIB, PartPlan.MAX_PART_BYTES);
        PartPlan plan = new PartPlan(partMib * MIB, 9_000, late).within(heapMib * MIB);
        assertEquals(lateMib * MIB, plan.latePartBytes());
        assertEquals(lateMib > partMib, plan.grows());
        assertTrue(!plan.grows() || lateBufferBytes(plan) <= heapMib * MIB / 2, plan.toString());
    }

    /** How much memory the parts take at most once they are larger, in bytes. */
    private static long lateBufferBytes(PartPlan plan) {
        return plan.grows() ? plan.lateBuffers() * plan.latePartBytes() : plan.bufferBytes();
    }
}
