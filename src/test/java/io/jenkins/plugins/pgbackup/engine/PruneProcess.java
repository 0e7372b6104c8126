package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.RetentionRules;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Connection;
import io.jenkins.plugins.pgbackup.fixture.OddS3Server;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link Prune} in a JVM of its own, which a test can kill or give little memory. */
final class PruneProcess {

    static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");
    static final RetentionRules RULES = new RetentionRules(5, 0, 0, 0, 0, null, 0, null);
    static final PruneScope SCOPE = new PruneScope(null, null, null, "a1b2c3", "nightly", false);

    private PruneProcess() {}

    /** A directory, or the endpoint of an {@link OddS3Server}; and whether it is a dry run. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].startsWith("http://")) {
            try (S3Connection connection = PrunePlace.OnS3.connect(arguments[0], "any", "key")) {
                prune(PrunePlace.OnS3.dumps(connection, OddS3Server.BUCKET), Boolean.parseBoolean(arguments[1]));
            }
        } else {
            prune(new LocalDumps(Path.of(arguments[0])), Boolean.parseBoolean(arguments[1]));
        }
    }

    private static void prune(WritableDumps dumps, boolean dryRun) throws IOException, InterruptedException {
        WritableDumps announced = new ChangedDumps(dumps) {
            private boolean begun;

            @Override
            public void replace(String fileName, byte[] content) throws IOException {
                if (!begun) {
                    System.out.println("begins");
                }
                begun = true;
                super.replace(fileName, content);
            }
        };
        PruneReport report = new Prune(
                        announced, Prune.Pins.NONE, new RecordingListener(), Clock.fixed(NOW, ZoneOffset.UTC))
                .run(new PruneRequest(RULES, SCOPE, Optional.empty(), dryRun));
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        System.out.println("removed " + report.removed().size() + " kept "
                + report.kept().size() + " heap MiB " + peak / (1 << 20));
    }

    /** Starts one whose standard output is a file. */
    static Process start(Path output, String place, boolean dryRun, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                PruneProcess.class.getName(),
                place,
                String.valueOf(dryRun)));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** Waits until it has begun to remove. */
    static void awaitBegin(Path output, Process process) throws IOException, InterruptedException {
        Instant limit = Instant.now().plus(Duration.ofMinutes(1));
        while (!Files.readString(output).contains("begins")) {
            if (!process.isAlive() || Instant.now().isAfter(limit)) {
                throw new IllegalStateException("It did not begin: " + Files.readString(output));
            }
            Thread.sleep(1);
        }
    }
}
