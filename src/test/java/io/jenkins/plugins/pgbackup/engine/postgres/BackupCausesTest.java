package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers of their own say when a dump fails, and what is made of it; {@link RealProgramsTest} has the rest. */
class BackupCausesTest {

    private static final String DATABASE = "causes";

    @TempDir
    private Path directory;

    @Test
    void saysThatThereIsNoRoomForLocks() throws Exception {
        try (PostgresCluster small = PostgresCluster.create()) {
            small.createDatabase(DATABASE);
            small.psql(DATABASE, "select format('create table t%s ()', n) from generate_series(1, 3000) n \\gexec");
            small.psql(
                    "postgres",
                    "alter system set max_locks_per_transaction = 10; alter system set max_connections = 5;"
                            + " alter system set superuser_reserved_connections = 0; alter system set max_wal_senders = 0");
            small.stop();
            small.start();

            assertThat(
                    explain(small, dump(small, "--file=/dev/null")),
                    startsWith("pg_dump needs a lock for each table, and the server has no room for so many:"
                            + " raise max_locks_per_transaction there"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        truncate t          | pg_dump was stopped by the standby server, which had to go on with recovery:
        delete from t; vacuum t | pg_dump was stopped by the standby server, because recovery had to remove rows
        """)
    void saysThatAStandbyHadToGoOn(String statement, String sentence) throws Exception {
        try (PostgresCluster primary = PostgresCluster.create();
                PostgresCluster standby = primary.createStandby()) {
            primary.createDatabase(DATABASE);
            // Far more than the sockets and the FIFO on the way hold (Linux lets a socket grow to 32 MiB and more), so
            // that the
            // server is not done with it.
            primary.psql(
                    DATABASE,
                    "create table t as select repeat('x', 1000) from generate_series(1, 100000); vacuum freeze t");
            awaitReplayed(primary, standby);
            Path fifo = directory.resolve("fifo");
            assertEquals(
                    0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
            ProcessBuilder pgDump = dump(standby, "--no-sync", "--file=" + fifo);
            Process dumping =
                    pgDump.redirectError(directory.resolve("err").toFile()).start();
            try (InputStream dump = new BufferedInputStream(new FileInputStream(fifo.toFile()))) {
                dump.readNBytes(20_000);
                primary.psql(DATABASE, statement);
                String written = written(primary);
                // A server that waits for its client to read does not see that it was cancelled.
                while (!isReplayed(standby, written)) {
                    dump.readNBytes(1_000_000);
                }
                dump.transferTo(OutputStream.nullOutputStream());
            }

            assertThat(explain(standby, dumping), startsWith(sentence));
            assertThat(
                    explain(standby, dump(standby, "--serializable-deferrable", "--file=/dev/null")),
                    startsWith("pg_dump requests something that a standby server does not do: dump from the primary"));
        }
    }

    private static void awaitReplayed(PostgresCluster primary, PostgresCluster standby) throws InterruptedException {
        String written = written(primary);
        while (!isReplayed(standby, written)) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static String written(PostgresCluster primary) {
        return primary.psql("postgres", "select pg_current_wal_lsn()");
    }

    private static boolean isReplayed(PostgresCluster standby, String written) {
        return standby.psql("postgres", "select pg_last_wal_replay_lsn() >= '" + written + "'")
                .equals("t");
    }

    private static ProcessBuilder dump(PostgresCluster cluster, String... options) {
        ProcessBuilder pgDump = cluster.client("pg_dump", DATABASE, options);
        pgDump.environment().put("LC_ALL", "C");
        return pgDump;
    }

    private String explain(PostgresCluster cluster, ProcessBuilder pgDump) throws IOException, InterruptedException {
        return explain(
                cluster, pgDump.redirectError(directory.resolve("err").toFile()).start());
    }

    private String explain(PostgresCluster cluster, Process pgDump) throws IOException, InterruptedException {
        int exitCode = pgDump.waitFor();
        assertNotEquals(0, exitCode);
        return ProgramFailure.explain(
                Operation.BACKUP,
                "pg_dump",
                exitCode,
                Files.readAllLines(directory.resolve("err")),
                PostgresUrl.parse(cluster.urlWithoutPassword(DATABASE)),
                "this machine");
    }
}
