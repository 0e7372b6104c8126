package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.pgbackup.engine.machine.ServerUserMachine;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code pgbackup test} prints and writes; what it finds is tested with the engine. */
class TestCommandTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String SOURCE = "cli_tested";

    @TempDir
    private static Path directory;

    private static String dump;

    private Path temporary;

    @BeforeAll
    static void backUp() {
        SmallDatabase.create(CLUSTER, SOURCE);
        dump = directory.resolve("a.dump").toString();
        PgbackupInProcess.run("-d", "local", dump, CLUSTER.url(SOURCE)).mustBeGood();
    }

    @AfterAll
    static void dropSource() {
        CLUSTER.dropDatabase(SOURCE);
    }

    @BeforeEach
    void makeTemporaryDirectory() throws IOException {
        temporary = Files.createTempDirectory(Path.of("/tmp"), "pgbackup-testing-");
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertEquals(List.of(), left());
        Files.delete(temporary);
    }

    @Test
    void printsALineForEachCheckAndASentence() throws Exception {
        CommandOutcome outcome =
                run(dump, "--check", "select count(*) = 1000 from fruit").mustBeGood();

        List<String> lines = outcome.out().lines().toList();
        assertThat(lines.get(0), is("passed  digest: Size and SHA-256 are those of the manifest."));
        assertThat(lines.get(2), is("passed  rows: 1 table has the 1,000 rows that were dumped."));
        assertThat(lines.get(6), is("passed  select count(*) = 1000 from fruit: It is true."));
        assertThat(lines.get(7), is("Roles created for the test: postgres"));
        assertThat(lines.get(8), startsWith(dump + " restores: 7 checks passed (PostgreSQL "));
        assertThat(outcome.err(), containsString("A private server, PostgreSQL "));
        assertThat(outcome.err(), containsString(" has its data in " + temporary + "/"));
    }

    @Test
    void endsWith1WhereACheckFails() throws Exception {
        Path junit = directory.resolve("junit.xml");

        CommandOutcome outcome = run(
                        dump, "--check", "select false", "--junit", junit.toString(), "--url", CLUSTER.url("postgres"))
                .mustEndWith(1);

        assertThat(outcome.out(), containsString("FAILED  select false: It is false."));
        assertThat(outcome.out(), containsString(dump + " was restored, but 1 of 7 checks failed (PostgreSQL "));
        assertThat(Files.readString(junit), containsString("name=\"select false\" time=\"0."));
        assertThat(outcome.err(), is(emptyString()));
    }

    @Test
    void saysHowADumpThatNeedsTrustIsTested() throws Exception {
        Path program = Files.writeString(
                directory.resolve("program.sql"),
                "COPY (SELECT 1) TO PROGRAM 'cat >/dev/null';\n--\n-- PostgreSQL database dump complete\n--\n");

        CommandOutcome outcome = run(program.toString()).mustEndWith(1);

        assertThat(
                outcome.out().lines().reduce((first, last) -> last).orElseThrow(),
                containsString(" could not be restored (PostgreSQL "));
        assertThat(outcome.out(), containsString("If you trust the author of the dump, say --trust."));
        run(program.toString(), "--trust").mustBeGood();
    }

    @Test
    void printsTheReportAsJson() throws Exception {
        JsonNode report = new ObjectMapper()
                .readTree(run(dump, "--json", "--url", CLUSTER.url("postgres"))
                        .mustBeGood()
                        .out());

        assertEquals(dump, report.get("uri").asText());
        assertTrue(report.get("passed").asBoolean());
        assertTrue(report.get("restored").asBoolean());
        assertEquals("rows", report.get("checks").get(2).get("name").asText());
        assertEquals("passed", report.get("checks").get(2).get("result").asText());
    }

    @Test
    void printsNothingWhenQuiet() throws Exception {
        CommandOutcome outcome =
                run(dump, "-q", "--url", CLUSTER.url("postgres")).mustBeGood();

        assertThat(outcome.out() + outcome.err(), is(emptyString()));
    }

    @Test
    void refusesAServerThatIsNotThere() throws Exception {
        assertThat(
                run(dump, "--url", CLUSTER.url("not_there")).mustEndWith(1).err(),
                containsString("there is no database not_there"));
    }

    /** After a SIGKILL only the server's own shell can clean up. */
    @Test
    void aServerDoesNotOutliveAProcessThatIsKilled() throws Exception {
        Path script = Files.writeString(
                directory.resolve("sleep.sql"),
                "SELECT pg_sleep(600);\n--\n-- PostgreSQL database dump complete\n--\n");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PgbackupAsServerUser.class.getName(),
                        "test",
                        script.toString())
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .redirectInput(new File("/dev/null"))
                .directory(directory.toFile());
        builder.environment().put(PgbackupAsServerUser.TEMPORARY, temporary.toString());
        Process process = builder.start();
        try {
            Await.until(
                    "the server runs",
                    () -> data().findAny().isPresent() && !servers().isEmpty());
        } finally {
            process.destroyForcibly();
        }
        process.waitFor(60, TimeUnit.SECONDS);

        Await.until(
                "the server and its data are gone",
                () -> servers().isEmpty() && data().findAny().isEmpty());
        // What is small is left, as after any killed process.
        for (Path left : left()) {
            try (Stream<Path> files = Files.list(left)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(left);
        }
    }

    private List<ProcessHandle> servers() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(temporary.toString()) && line.contains("postgres -D"))
                        .isPresent())
                .toList();
    }

    private Stream<Path> data() {
        return left().stream().map(path -> path.resolve("data")).filter(Files::exists);
    }

    private List<Path> left() {
        try (Stream<Path> found = Files.list(temporary)) {
            return found.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CommandOutcome run(String... arguments) throws IOException {
        return PgbackupInProcess.runOn(
                new ServerUserMachine(temporary),
                Stream.concat(Stream.of("test"), Stream.of(arguments)).toArray(String[]::new));
    }
}
