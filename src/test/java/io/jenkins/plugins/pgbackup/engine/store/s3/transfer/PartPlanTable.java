package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How dumps of some sizes are cut, as {@code docs/scale.md} and {@code bench/run} show it. {@link PartPlanTest} holds the same
 * numbers.
 */
final class PartPlanTable {

    /**
     * Beside those for the parts: is the name free, start, commit, look at the object, write the manifest.
     * {@code ManyAgentsTest} counts them.
     */
    private static final int OTHER_REQUESTS = 5;

    private static final List<Dump> DUMPS = List.of(
            new Dump("1 GB", 1_000_000_000L),
            new Dump("10 GB", 10_000_000_000L),
            new Dump("100 GB", 100_000_000_000L),
            new Dump("500 GB", 500_000_000_000L),
            new Dump("1 TB", 1_000_000_000_000L),
            new Dump("5 TiB", 5L << 40),
            new Dump("20 TiB", 20L << 40),
            new Dump("48.8 TiB", PartPlan.MAX_OBJECT_BYTES),
            new Dump("not known", -1));

    private PartPlanTable() {}

    /** @param expectedBytes negative where nothing is known */
    private record Dump(String name, long expectedBytes) {}

    /** Prints it. */
    public static void main(String[] arguments) throws BackupException {
        System.out.println(String.join("\n", lines()));
    }

    /** As Markdown. */
    static List<String> lines() throws BackupException {
        List<String> lines = new ArrayList<>();
        lines.add(
                "| Expected size | Part | Parts | Requests | Sent at once | In memory | It may become | In memory then |");
        lines.add("|---|---|---|---|---|---|---|---|");
        for (Dump dump : DUMPS) {
            lines.add(line(dump));
        }
        return lines;
    }

    /** How many requests S3 gets for a dump of so many parts, where nothing goes wrong. */
    static int requests(int parts) {
        return parts + OTHER_REQUESTS;
    }

    private static String line(Dump dump) throws BackupException {
        PartPlan plan = PartPlan.forDump(dump.expectedBytes());
        int parts = dump.expectedBytes() < 0 ? PartPlan.MAX_PARTS : plan.parts(dump.expectedBytes());
        String upTo = dump.expectedBytes() < 0 ? "up to " : "";
        return String.format(
                Locale.ROOT,
                "| %s | %,d MiB | %s%,d | %s%,d | %d | %d × %,d MiB | %,d GiB | %s |",
                dump.name(),
                plan.partSizeBytes() / PartPlan.MIB,
                upTo,
                parts,
                upTo,
                requests(parts),
                plan.inFlight(),
                plan.buffers(),
                plan.partSizeBytes() / PartPlan.MIB,
                plan.maxBytes() / PartPlan.GIB,
                plan.grows()
                        ? String.format(
                                Locale.ROOT, "%d × %,d MiB", plan.lateBuffers(), plan.latePartBytes() / PartPlan.MIB)
                        : "the same");
    }
}
