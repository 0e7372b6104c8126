package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.SampleDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back is what was there: every format, both drivers, compressed inside, around and not at all. */
class RoundTripTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String SOURCE = "cli source";
    private static final String COPY = "cli copy";

    @TempDir
    private Path directory;

    @BeforeAll
    static void createSource() {
        SampleDatabase.create(CLUSTER, SOURCE);
    }

    @AfterAll
    static void dropSource() {
        CLUSTER.dropDatabase(SOURCE);
    }

    @BeforeEach
    void createCopy() {
        CLUSTER.createDatabase(COPY);
    }

    @AfterEach
    void dropCopy() {
        CLUSTER.dropDatabase(COPY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.sql.gz", "a.tar.zst"})
    void comesBackFromAFile(String name) {
        String file = directory.resolve(name).toString();
        PgbackupInProcess.run("-d", "local", file, CLUSTER.url(SOURCE)).mustBeGood();

        CommandOutcome outcome =
                PgbackupInProcess.run("restore", file, CLUSTER.url(COPY)).mustBeGood();

        assertThat(outcome.out(), containsString("Restored " + file + " to postgresql://127.0.0.1:"));
        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
    }

    @ParameterizedTest
    @CsvSource({"custom, gzip:1, a.dump", "plain, zstd:1, a.sql.zst", "tar, none, a.tar"})
    void comesBackFromS3(String format, String compression, String name) {
        String bucket = Buckets.create();
        Buckets.run(
                        "-d",
                        "s3",
                        bucket,
                        CLUSTER.url(SOURCE),
                        "--file-name",
                        "a",
                        "--format",
                        format,
                        "--compression",
                        compression)
                .mustBeGood();

        Buckets.run("restore", "s3://" + bucket + "/" + name, CLUSTER.url(COPY)).mustBeGood();

        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
    }
}
