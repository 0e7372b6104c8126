package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.arrayContainingInAnyOrder;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalBackupTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli local";
    private static final String URL = CLUSTER.url(DATABASE);

    @TempDir
    private Path directory;

    @BeforeAll
    static void createDatabase() {
        SmallDatabase.create(CLUSTER, DATABASE);
    }

    @AfterAll
    static void dropDatabase() {
        CLUSTER.dropDatabase(DATABASE);
    }

    @Test
    void saysWhereItBacksUpToAndWhatCameOfIt() throws IOException {
        String file = directory + "/dump.sql";

        CommandOutcome outcome =
                PgbackupInProcess.run("--driver", "local", file, URL).mustBeGood();

        List<String> lines = outcome.out().lines().toList();
        assertEquals("Backing database up locally to " + file, lines.get(0));
        assertThat(
                lines.get(1),
                matchesPattern("\\Q" + file + "\\E, [\\d.]+ KiB in [\\d.]+ s, sha256 [0-9a-f]{64}, "
                        + "proven: plain dump with its completion mark; at rest: size compared"));
        assertEquals(2, lines.size());
        assertThat(
                outcome.err(),
                startsWith("Dumping database cli local on 127.0.0.1:" + CLUSTER.port() + ", PostgreSQL "));
        assertThat(Files.readString(directory.resolve("dump.sql")), containsString("CREATE TABLE public.fruit"));
    }

    @Test
    void takesTheUrlFirst() {
        PgbackupInProcess.run(URL, "-d", "local", directory + "/dump.sql").mustBeGood();

        assertThat(directory.toFile().list(), is(arrayContainingInAnyOrder("dump.sql", "dump.sql.json")));
    }

    @Test
    void namesTheFileAfterDatabaseAndTime() {
        CommandOutcome outcome =
                PgbackupInProcess.run("-d", "local", directory + "/new/", URL).mustBeGood();

        String name = "cli_local-\\d{8}T\\d{6}Z\\.dump(\\.zst)?";
        assertThat(
                List.of(directory.resolve("new").toFile().list()),
                containsInAnyOrder(matchesPattern(name), matchesPattern(name + "\\.json")));
        assertThat(
                outcome.out().lines().findFirst().orElseThrow(),
                matchesPattern("Backing database up locally to \\Q" + directory + "\\E/new/" + name));
    }

    @Test
    void namesTheFileByATemplate() {
        PgbackupInProcess.run(
                        "-d",
                        "local",
                        directory + "/",
                        URL,
                        "--file-name",
                        "nightly-${database}",
                        "--format",
                        "plain",
                        "--compression",
                        "none")
                .mustBeGood();

        assertThat(
                directory.toFile().list(),
                is(arrayContainingInAnyOrder("nightly-cli_local.sql", "nightly-cli_local.sql.json")));
    }

    @ParameterizedTest
    @CsvSource({
        "a.sql, plain, none",
        "a.sql.gz, plain, gzip:1",
        "a.SQL.ZST, plain, zstd:3",
        "a.dump, custom, ",
        "a.tar, tar, none",
        "a, custom, ",
    })
    void followsTheSuffix(String name, String format, String compression) throws IOException {
        PgbackupInProcess.run("-d", "local", directory + "/" + name, URL).mustBeGood();

        Manifest manifest = manifest(name);
        assertEquals(format, manifest.format());
        if (compression != null) {
            assertEquals(compression, manifest.compression());
        }
        assertTrue(manifest.proof().proven());
    }

    @Test
    void refusesASuffixThatContradictsTheFormat() {
        CommandOutcome outcome = PgbackupInProcess.run("-d", "local", directory + "/a.tar", URL, "--format", "plain")
                .mustEndWith(2);

        assertThat(outcome.err(), startsWith("Error: The file name \"a.tar\" is that of a tar dump"));
        assertThat(directory.toFile().list(), is(emptyArray()));
    }

    @Test
    void printsTheManifestAsJson() throws IOException {
        CommandOutcome outcome = PgbackupInProcess.run("-d", "local", directory + "/a.dump", URL, "--json")
                .mustBeGood();

        Manifest manifest = Manifest.parse("stdout", outcome.out().getBytes(StandardCharsets.UTF_8));
        assertEquals(manifest("a.dump"), manifest);
        assertEquals("a.dump", manifest.fileName());
        assertEquals(DATABASE, manifest.database());
        assertThat(manifest.origin().tool(), startsWith("pgbackup "));
        assertThat(outcome.err(), startsWith("Backing database up locally to "));
    }

    @Test
    void printsNothingWhenQuiet() {
        CommandOutcome outcome = PgbackupInProcess.run("-d", "local", directory + "/a.dump", URL, "-q")
                .mustBeGood();

        assertThat(outcome.out() + outcome.err(), is(emptyString()));
    }

    @Test
    void printsTheErrorAloneWhenQuiet() {
        CommandOutcome outcome = PgbackupInProcess.run("-d", "local", directory + "/a", URL + "_not", "-q")
                .mustEndWith(1);

        assertThat(outcome.out(), is(emptyString()));
        assertEquals(1, outcome.err().lines().count());
        assertThat(outcome.err(), startsWith("Error: psql was refused because there is no database cli local_not"));
    }

    @Test
    void saysWhatIsNotProven() {
        CommandOutcome outcome = PgbackupInProcess.run("-d", "local", directory + "/a.dump", URL, "--verify", "none")
                .mustBeGood();

        assertThat(outcome.out(), containsString("NOT PROVEN: verification was turned off"));
    }

    @Test
    void readsTheDumpBackAndSaysSo() throws IOException {
        CommandOutcome outcome = PgbackupInProcess.run("-d", "local", directory + "/a.dump", URL, "--verify", "reread")
                .mustBeGood();

        assertThat(outcome.err(), containsString("Reading the dump back from where it is stored."));
        assertThat(outcome.out(), endsWith("; at rest: read back and digested\n"));
        assertTrue(manifest("a.dump").reread());
    }

    @Test
    void replacesAnOlderDumpWithItsManifest() throws IOException {
        PgbackupInProcess.run("-d", "local", directory + "/a.dump", URL).mustBeGood();
        Manifest older = manifest("a.dump");

        PgbackupInProcess.run(
                        "-d",
                        "local",
                        directory + "/a.dump",
                        URL,
                        "--table",
                        "no*",
                        "--format",
                        "custom",
                        "--schema-only")
                .mustEndWith(1);
        assertEquals(older, manifest("a.dump"));
        PgbackupInProcess.run("verify", directory + "/a.dump").mustBeGood();

        PgbackupInProcess.run("-d", "local", directory + "/a.dump", URL, "--schema-only")
                .mustBeGood();
        assertTrue(manifest("a.dump").sizeBytes() < older.sizeBytes());
        PgbackupInProcess.run("verify", directory + "/a.dump").mustBeGood();
    }

    @Test
    void explainsADirectoryThatCannotBeMade() throws IOException {
        Files.writeString(directory.resolve("file"), "");

        CommandOutcome outcome = PgbackupInProcess.run("-d", "local", directory + "/file/x.dump", URL)
                .mustEndWith(1);

        assertThat(outcome.err(), allOf(startsWith("Error: "), containsString("choose another destination")));
        assertEquals(1, outcome.err().lines().count());
    }

    private Manifest manifest(String dump) throws IOException {
        return Manifest.parse(dump, Files.readAllBytes(directory.resolve(dump + ".json")));
    }
}
