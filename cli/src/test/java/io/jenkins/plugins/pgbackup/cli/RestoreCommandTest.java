package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which databases a dump may be restored to; {@link RoundTripTest} looks at what arrives there. */
class RestoreCommandTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String SOURCE = "cli_fruit";
    private static final String COPY = "cli_fruit_copy";
    private static final String URL = CLUSTER.url(COPY);

    @TempDir
    private static Path directory;

    @BeforeAll
    static void backUp() {
        SmallDatabase.create(CLUSTER, SOURCE);
        for (String name : new String[] {"a.dump", "a.sql", "a.tar"}) {
            PgbackupInProcess.run("-d", "local", dump(name), CLUSTER.url(SOURCE))
                    .mustBeGood();
        }
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
    @ValueSource(strings = {"a.dump", "a.sql", "a.tar"})
    void refusesADatabaseWithTables(String name) {
        CLUSTER.psql(COPY, "CREATE TABLE there_already (id int)");

        CommandOutcome outcome =
                PgbackupInProcess.run("restore", dump(name), URL).mustEndWith(1);

        assertThat(outcome.err(), containsString("has 1 tables and views already"));
        assertThat(
                outcome.err(),
                containsString("say --replace to put the dump in its place, --clean to replace what the dump holds"));
        assertEquals("0", CLUSTER.psql(COPY, "SELECT count(*) FROM pg_class WHERE relname = 'fruit'"));
    }

    @Test
    void countsNoViewsOfExtensions() {
        CLUSTER.psql(COPY, "CREATE EXTENSION pg_stat_statements");

        PgbackupInProcess.run("restore", dump("a.dump"), URL).mustBeGood();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.sql", "a.tar"})
    void restoresBesideTablesByForce(String name) {
        CLUSTER.psql(COPY, "CREATE TABLE there_already (id int)");

        PgbackupInProcess.run("restore", dump(name), URL, "--force").mustBeGood();

        assertEquals("1000", CLUSTER.psql(COPY, "SELECT count(*) FROM fruit"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.tar"})
    void replacesWhatTheDumpHolds(String name) {
        CLUSTER.psql(COPY, "CREATE TABLE fruit (other text)");

        PgbackupInProcess.run("restore", dump(name), URL, "--clean").mustBeGood();

        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
    }

    @Test
    void cannotReplaceFromAPlainDump() {
        assertThat(
                PgbackupInProcess.run("restore", dump("a.sql"), URL, "--clean")
                        .mustEndWith(2)
                        .err(),
                containsString("A plain dump cannot drop what it finds"));
    }

    @Test
    void restoresOverSeveralConnections() {
        PgbackupInProcess.run("restore", dump("a.dump"), URL, "--jobs", "2").mustBeGood();

        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.sql", "a.tar"})
    void cannotRestoreOtherFormatsOverSeveralConnections(String name) {
        assertThat(
                PgbackupInProcess.run("restore", dump(name), URL, "-j", "2")
                        .mustEndWith(2)
                        .err(),
                containsString("Several jobs can restore the custom format only"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.sql", "a.tar"})
    void stopsAtTheFirstError(String name) {
        CLUSTER.psql(COPY, "CREATE TABLE fruit (other text)");

        CommandOutcome outcome =
                PgbackupInProcess.run("restore", dump(name), URL, "--force").mustEndWith(1);

        assertThat(outcome.err(), containsString("relation \"fruit\" already exists"));
        assertEquals(1, outcome.err().lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void refusesBytesThatWereChanged(String jobs) throws IOException {
        Path dump = directory.resolve("changed" + jobs + ".dump");
        Files.writeString(
                dump.resolveSibling(dump.getFileName() + ".json"),
                Files.readString(Path.of(dump("a.dump.json")))
                        .replace("\"fileName\" : \"a.dump\"", "\"fileName\" : \"" + dump.getFileName() + "\""));
        byte[] bytes = Files.readAllBytes(Path.of(dump("a.dump")));
        bytes[bytes.length / 2] ^= 1;
        Files.write(dump, bytes);

        CommandOutcome outcome = PgbackupInProcess.run("restore", dump.toString(), URL, "--jobs", jobs)
                .mustEndWith(1);

        assertThat(outcome.err(), containsString("do not rely on it"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"restore", "verify"})
    void refusesAManifestThatSaysAnotherFormatThanTheName(String command) throws IOException {
        Path dump = Files.copy(
                Path.of(dump("a.sql")), directory.resolve("forged.dump"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(
                directory.resolve("forged.dump.json"),
                Files.readString(Path.of(dump("a.sql.json"))).replace("a.sql", "forged.dump"));
        List<String> arguments = new ArrayList<>(List.of(command, dump.toString()));
        if (command.equals("restore")) {
            arguments.add(URL);
        }

        assertEquals(
                "Error: " + dump + " has the name of a custom dump, and its manifest says that it is plain:"
                        + " one of the two was changed, do not rely on them.",
                PgbackupInProcess.run(arguments.toArray(String[]::new))
                        .mustEndWith(1)
                        .err()
                        .strip());
    }

    @Test
    void runsCommandsOfAPlainDumpOnlyByTrust() throws IOException {
        Path ran = directory.resolve("ran");
        Path dump = Files.writeString(
                directory.resolve("-forged\n.sql"),
                "\\! touch '" + ran + "'\n--\n-- PostgreSQL database dump complete\n--\n");

        CommandOutcome refused =
                PgbackupInProcess.run("restore", dump.toString(), URL).mustEndWith(1);

        assertThat(refused.err(), containsString("(or say --trust if you trust the author of the dump)"));
        assertThat(refused.err(), startsWith("WARNING: No manifest lies beside "));
        assertEquals(2, refused.err().lines().count());
        assertFalse(Files.exists(ran));
        PgbackupInProcess.run("restore", dump.toString(), URL, "--trust").mustBeGood();
        assertTrue(Files.exists(ran));
    }

    @Test
    void repeatsOnlyTheBeginningOfALongName() throws IOException {
        Path dump = Files.copy(Path.of(dump("a.sql")), directory.resolve("long.sql"));
        Files.writeString(
                directory.resolve("long.sql.json"),
                Files.readString(Path.of(dump("a.sql.json"))).replace("a.sql", "x".repeat(1 << 20)));

        assertThat(
                PgbackupInProcess.run("restore", dump.toString(), URL)
                        .mustEndWith(1)
                        .err(),
                containsString("x…\": give the dump and its manifest their old names again"));
    }

    @Test
    void saysThatThereIsNoSuchDatabase() {
        assertThat(
                PgbackupInProcess.run("restore", dump("a.dump"), CLUSTER.url("not_there"))
                        .mustEndWith(1)
                        .err(),
                containsString("there is no database not_there"));
    }

    @Test
    void printsNothingWhenQuiet() {
        CommandOutcome outcome =
                PgbackupInProcess.run("restore", dump("a.dump"), URL, "-q").mustBeGood();

        assertThat(outcome.out() + outcome.err(), is(emptyString()));
    }

    @Test
    void printsTheResultAsJson() {
        CommandOutcome outcome =
                PgbackupInProcess.run("restore", dump("a.dump"), URL, "--json").mustBeGood();

        assertThat(outcome.out(), startsWith("{\n  \"uri\" : \"" + dump("a.dump") + "\",\n"));
        assertThat(
                outcome.out(),
                containsString("\"database\" : \"postgresql://127.0.0.1:" + CLUSTER.port() + "/" + COPY));
    }

    private static String dump(String name) {
        return directory.resolve(name).toString();
    }
}
