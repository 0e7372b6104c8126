package io.jenkins.plugins.pgbackup.cli.console;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jenkins.plugins.pgbackup.cli.Await;
import io.jenkins.plugins.pgbackup.cli.Buckets;
import io.jenkins.plugins.pgbackup.cli.CommandOutcome;
import io.jenkins.plugins.pgbackup.cli.PgbackupProcess;
import io.jenkins.plugins.pgbackup.cli.SlowDatabase;
import io.jenkins.plugins.pgbackup.cli.TableLock;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A signal in the middle of a dump leaves nothing. */
class ShutdownHookTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_slow";

    private static final long SOME_BYTES = 1024 * 1024;

    @TempDir
    private Path directory;

    @BeforeAll
    static void createDatabase() {
        SlowDatabase.create(CLUSTER, DATABASE);
    }

    @AfterAll
    static void dropDatabase() {
        SlowDatabase.drop(CLUSTER, DATABASE);
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void leavesNoFile(String signal, int exitCode) throws Exception {
        Path backups = Files.createDirectory(directory.resolve("backups"));
        Files.writeString(backups.resolve("a.sql"), "older");

        try (PgbackupProcess pgbackup = start(Map.of(), "local", backups + "/a.sql")) {
            Await.until("bytes have arrived", () -> size(backups) > SOME_BYTES);
            mustEndBy(signal, exitCode, pgbackup);
        }

        assertEquals(List.of("a.sql"), List.of(backups.toFile().list()));
        assertEquals("older", Files.readString(backups.resolve("a.sql")));
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void leavesNoUpload(String signal, int exitCode) throws Exception {
        String bucket = Buckets.create();

        try (PgbackupProcess pgbackup = start(Buckets.environment(), Buckets.with("s3", bucket))) {
            Await.until(
                    "a part has arrived",
                    () -> Buckets.SERVER.files(bucket).stream().anyMatch(file -> file.endsWith(".sql-1")));
            mustEndBy(signal, exitCode, pgbackup);
        }

        assertEquals(List.of(), Buckets.SERVER.objects(bucket));
        assertEquals(List.of(), Buckets.SERVER.unfinishedUploads(bucket));
        assertEquals(List.of(), Buckets.SERVER.files(bucket));
    }

    @Test
    void stopsWaitingForALock() throws Exception {
        String file = directory.resolve("a.sql").toString();

        try (TableLock lock = TableLock.on(CLUSTER, DATABASE, "slow");
                PgbackupProcess pgbackup = start(Map.of(), "local", file)) {
            lock.awaitWaiting();
            mustEndBy("TERM", 143, pgbackup);
        }

        assertFalse(Files.exists(Path.of(file)));
    }

    @Test
    void stopsWaitingForAServer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                PgbackupProcess pgbackup = PgbackupProcess.start(
                        directory,
                        Map.of(),
                        "-d",
                        "local",
                        "a.dump",
                        "postgres://127.0.0.1:" + silent.getLocalPort() + "/a")) {
            silent.accept();
            List<ProcessHandle> programs = pgbackup.handle().descendants().toList();

            pgbackup.signal("TERM");
            CommandOutcome outcome = pgbackup.outcome().mustEndWith(143);

            assertEquals("Stopped.\n", outcome.err());
            mustBeGone(programs);
        }
    }

    private PgbackupProcess start(Map<String, String> environment, String... driver) throws IOException {
        return PgbackupProcess.start(
                directory,
                environment,
                Stream.concat(
                                Stream.of(
                                        SlowDatabase.url(CLUSTER, DATABASE),
                                        "--format=plain",
                                        "--compression=none",
                                        "--extra-option=--enable-row-security",
                                        "--driver"),
                                Stream.of(driver))
                        .toArray(String[]::new));
    }

    private void mustEndBy(String signal, int exitCode, PgbackupProcess pgbackup) throws Exception {
        List<ProcessHandle> programs = pgbackup.handle().descendants().toList();

        pgbackup.signal(signal);
        CommandOutcome outcome = pgbackup.outcome().mustEndWith(exitCode);

        assertThat(outcome.out(), startsWith("Backing database up "));
        assertEquals(1, outcome.out().lines().count());
        assertEquals(
                "Stopped.",
                outcome.err().lines().reduce((first, second) -> second).orElseThrow());
        mustBeGone(programs);
        Await.until("the server's process is gone", () -> CLUSTER.backends("pgbackup") == 0);
    }

    private void mustBeGone(List<ProcessHandle> programs) {
        assertFalse(programs.isEmpty());
        assertFalse(programs.stream().anyMatch(ProcessHandle::isAlive), "a program is left");
        assertThat(PgbackupProcess.temporary(directory).toFile().list(), is(emptyArray()));
    }

    private static long size(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
