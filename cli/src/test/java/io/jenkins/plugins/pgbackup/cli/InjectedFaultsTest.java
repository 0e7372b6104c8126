package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesRegex;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.machine.FaultyMachine;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Whatever fails at whichever step of a command: it ends with one sentence that says what to do. */
class InjectedFaultsTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String SOURCE = "cli_injected";
    private static final String COPY = "cli_injected_copy";

    private static final List<Exception> FAULTS = List.of(
            new FileSystemException("/x/y", null, "Input/output error"),
            new IOException("Too many open files"),
            new InvalidPathException("b\uFFFDro", "Malformed input or input contains unmappable characters"),
            new UncheckedIOException(new IOException("No space left on device")),
            new SecurityException("access denied"));

    @TempDir
    private static Path directory;

    /** One of the commands, with a directory of its own for each run. */
    private record Command(String name, List<String> arguments) {}

    @BeforeAll
    static void backUp() {
        SmallDatabase.create(CLUSTER, SOURCE);
        for (String name : List.of("a.dump.zst", "a.sql.gz")) {
            PgbackupInProcess.run("-d", "local", directory.resolve(name).toString(), CLUSTER.url(SOURCE))
                    .mustBeGood();
        }
    }

    @AfterAll
    static void dropDatabases() {
        CLUSTER.dropDatabase(SOURCE);
        CLUSTER.dropDatabase(COPY);
    }

    @TestFactory
    Stream<DynamicTest> endsWithASentence() throws IOException {
        return commands()
                .flatMap(command -> steps(command).stream()
                        .flatMap(step -> FAULTS.stream()
                                .map(fault -> DynamicTest.dynamicTest(
                                        command.name + ": " + step.label() + ": " + fault,
                                        () -> mustEndWell(command, step, fault)))));
    }

    private static Stream<Command> commands() {
        String dump = directory.resolve("a.dump.zst").toString();
        String script = directory.resolve("a.sql.gz").toString();
        return Stream.of(
                new Command("backup", List.of("-d", "local", "DIRECTORY/", CLUSTER.url(SOURCE), "--verify", "reread")),
                new Command("restore", List.of("restore", dump, CLUSTER.url(COPY))),
                new Command("restore with jobs", List.of("restore", dump, CLUSTER.url(COPY), "--jobs", "2")),
                new Command("restore of SQL", List.of("restore", script, CLUSTER.url(COPY))),
                new Command("verify", List.of("verify", dump)),
                new Command("list", List.of("list", directory.toString())));
    }

    /** Those of a run in which nothing fails. */
    private static List<FaultyMachine.Step> steps(Command command) {
        FaultyMachine machine = FaultyMachine.good();
        run(command, machine, newDirectory()).mustBeGood();
        return machine.steps();
    }

    private static void mustEndWell(Command command, FaultyMachine.Step step, Exception fault) throws IOException {
        FaultyMachine machine = FaultyMachine.failingAt(step, fault);
        Path backups = newDirectory();

        CommandOutcome outcome = run(command, machine, backups);

        assertTrue(machine.hasFailed(), "this step was not reached");
        List<String> said = outcome.err().lines().toList();
        List<String> sentences = said.stream()
                .filter(line -> line.startsWith("Error: ") || line.startsWith("WARNING: "))
                .toList();
        assertEquals(1, sentences.size(), outcome::toString);
        // What happened, and what to do.
        assertThat(sentences.get(0), matchesRegex(".+: .+: .+[.]|.+, or .+[.]"));
        assertThat(
                outcome.err(),
                not(anyOf(
                        containsString("Exception"),
                        containsString("unexpected"),
                        containsString("\tat "),
                        containsString("null"))));
        boolean stopped = sentences.get(0).startsWith("Error: ");
        assertThat(outcome.exitCode(), is(stopped ? 1 : 0));
        if (stopped) {
            assertThat(backups.toFile().list(), is(emptyArray()));
        }
    }

    private static CommandOutcome run(Command command, FaultyMachine machine, Path backups) {
        if (command.name.startsWith("restore")) {
            CLUSTER.dropDatabase(COPY);
            CLUSTER.createDatabase(COPY);
        }
        List<String> arguments = new ArrayList<>(command.arguments);
        arguments.replaceAll(argument -> argument.replace("DIRECTORY", backups.toString()));
        return PgbackupInProcess.runOn(machine, arguments.toArray(String[]::new));
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory(directory, "backups");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
