package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.BackupException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Prints how dumps of some sizes are cut, for {@code bench/run}. {@link PartPlanTest} holds the same numbers. */
final class PartPlanTable {

    /**
     * Beside those for the parts: is the name free, start, commit, look at the object, write the manifest.
     * {@code ManyAgentsTest} counts them.
     */
    private static final int OTHER_REQUESTS = 5;

    private PartPlanTable() {}

    public static void main(String[] arguments) throws BackupException {
        Map<String, Long> dumps = new LinkedHashMap<>();
        dumps.put("1 GB", 1_000_000_000L);
        dumps.put("10 GB", 10_000_000_000L);
        dumps.put("100 GB", 100_000_000_000L);
        dumps.put("1 TB", 1_000_000_000_000L);
        dumps.put("5 TiB", 5L << 40);
        dumps.put("48.8 TiB", PartPlan.MAX_OBJECT_BYTES);
        System.out.println("| dump | part | parts | sent at once | buffers | memory at most | requests |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (Map.Entry<String, Long> dump : dumps.entrySet()) {
            PartPlan plan = PartPlan.forDump(dump.getValue());
            int parts = plan.parts(dump.getValue());
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d MiB | %,d | %d | %d | %,d MiB | %,d |%n",
                    dump.getKey(),
                    plan.partSizeBytes() / PartPlan.MIB,
                    parts,
                    plan.inFlight(),
                    plan.buffers(),
                    plan.bufferBytes() / PartPlan.MIB,
                    parts + OTHER_REQUESTS);
        }
    }
}
