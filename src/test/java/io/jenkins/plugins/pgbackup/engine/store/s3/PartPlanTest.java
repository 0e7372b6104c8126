package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.BackupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartPlanTest {

    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    /** Sizes in GB and GiB as people name them; parts, memory and requests as they follow. */
    @ParameterizedTest
    @CsvSource({
        // expected bytes,  part MiB, parts, in flight, memory MiB
        "              0,         8,     1,         4,         40",
        "              1,         8,     1,         4,         40",
        "     1000000000,         8,   120,         4,         40",
        "    10000000000,         8,  1193,         4,         40",
        "    62914560000,         8,  7500,         4,         40",
        "    62914560001,         9,  6667,         4,         45",
        "   100000000000,        13,  7336,         4,         52",
        "   107374182400,        14,  7315,         4,         56",
        "  1000000000000,       128,  7451,         2,        256",
        "  1099511627776,       140,  7490,         2,        280",
        "  5000000000000,       636,  7498,         2,       1272",
        "  5497558138880,       700,  7490,         2,       1400",
        " 40265318400000,      5120,  7500,         2,      10240",
        " 40265318400001,      5120,  7501,         2,      10240",
        " 53687091200000,      5120, 10000,         2,      10240",
    })
    void choosesPartsForADump(long expected, long partMib, int parts, int inFlight, long memoryMib) throws Exception {
        PartPlan plan = PartPlan.forDump(expected);
        assertEquals(partMib * MIB, plan.partSizeBytes());
        assertEquals(parts, plan.parts(expected));
        assertEquals(inFlight, plan.inFlight());
        assertEquals(memoryMib * MIB, plan.bufferBytes());
    }

    @Test
    void hasRoomForADumpThatIsAThirdLargerThanExpected() throws Exception {
        for (long expected = 1; expected < 30L << 40; expected = expected * 3 / 2 + 1) {
            assertTrue(PartPlan.forDump(expected).maxBytes() >= expected / 3 * 4, String.valueOf(expected));
        }
    }

    @Test
    void keepsSmallPartsWithin64Mib() {
        for (long part = 5 * MIB; part <= 32 * MIB; part += MIB / 2) {
            PartPlan plan = new PartPlan(part);
            assertTrue(plan.bufferBytes() <= 64 * MIB, plan.toString());
            assertTrue(plan.inFlight() >= 2 && plan.inFlight() <= plan.buffers(), plan.toString());
        }
        assertEquals(2, new PartPlan(33 * MIB).buffers());
    }

    @Test
    void takes625GibWhereNothingIsKnown() throws Exception {
        PartPlan plan = PartPlan.forDump(-1);
        assertEquals(64 * MIB, plan.partSizeBytes());
        assertEquals(625 * GIB, plan.maxBytes());
        assertEquals(128 * MIB, plan.bufferBytes());
    }

    @Test
    void refusesADumpThatS3CannotKeep() {
        assertEquals(53_687_091_200_000L, PartPlan.MAX_OBJECT_BYTES);
        assertThrows(BackupException.class, () -> PartPlan.forDump(PartPlan.MAX_OBJECT_BYTES + 1));
        assertThrows(BackupException.class, () -> PartPlan.forDump(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, 0, 5 * MIB - 1, 5 * GIB + 1})
    void refusesPartsThatS3DoesNotTake(long size) {
        assertThrows(IllegalArgumentException.class, () -> new PartPlan(size));
    }

    @Test
    void countsParts() {
        PartPlan plan = new PartPlan(5 * MIB);
        assertEquals(1, plan.parts(0));
        assertEquals(1, plan.parts(5 * MIB));
        assertEquals(2, plan.parts(5 * MIB + 1));
        assertEquals(10_000, plan.parts(plan.maxBytes()));
        assertThrows(IllegalArgumentException.class, () -> plan.parts(plan.maxBytes() + 1));
        assertThrows(IllegalArgumentException.class, () -> plan.parts(-1));
    }

    @Test
    void knowsWhichPartsCanBelongToIt() {
        PartPlan plan = new PartPlan(5 * MIB);
        assertTrue(plan.allows(1, 0));
        assertTrue(plan.allows(1, 5 * MIB));
        assertTrue(plan.allows(10_000, 1));
        assertFalse(plan.allows(0, 1));
        assertFalse(plan.allows(10_001, 1));
        assertFalse(plan.allows(1, 5 * MIB + 1));
        assertFalse(plan.allows(1, -1));
        assertFalse(plan.allows(2, 0));
    }

    @Test
    void saysWhatHelpsADumpThatOutgrowsIt() throws Exception {
        PartPlan plan = new PartPlan(8 * MIB);
        plan.requireRoomAfter(9_999);
        BackupException e = assertThrows(BackupException.class, () -> plan.requireRoomAfter(10_000));
        assertEquals(
                "The dump is larger than the 78 GiB that fit into 10000 parts of 8 MiB, which its expected size led to:"
                        + " state a larger expected size, or make the dump smaller by compression.",
                e.getMessage());
    }

    @Test
    void refusesPartsThatDoNotFitIntoMemory() throws Exception {
        PartPlan large = PartPlan.forDump(1L << 42);
        assertEquals(560, large.partSizeBytes() / MIB);
        large.requireMemory(2000 * MIB);
        BackupException e = assertThrows(BackupException.class, () -> large.requireMemory(1000 * MIB));
        assertEquals(
                "A dump of the expected size is stored in parts of 560 MiB, of which two are kept in memory, and Java has"
                        + " 1000 MiB here: start it with -Xmx1808m.",
                e.getMessage());
        PartPlan.forDump(-1).requireMemory(64 * MIB);
    }
}
