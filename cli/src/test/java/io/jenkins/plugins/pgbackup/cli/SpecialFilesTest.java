package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.arrayContainingInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.SpecialFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that are no regular files, and names that are taken. */
class SpecialFilesTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_special";
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

    @ParameterizedTest
    @EnumSource
    void noneIsReplaced(SpecialFile special) throws IOException {
        Path path = special.at(directory.resolve("null"));
        String[] before = directory.toFile().list();

        CommandOutcome outcome =
                PgbackupInProcess.run("-d", "local", path.toString(), URL).mustEndWith(1);

        assertThat(
                outcome.err(),
                containsString("Error: " + path + " is " + special.kind()
                        + ", and a dump replaces nothing but a regular file: write another file name"));
        assertEquals(1, outcome.err().lines().count());
        assertTrue(special.isAt(path));
        assertThat(directory.toFile().list(), is(arrayContainingInAnyOrder(before)));
    }

    @Test
    void standardOutputIsNoDestination() throws Exception {
        for (String destination : List.of("-", "/dev/fd/1", "/proc/self/fd/1")) {
            CommandOutcome outcome = PgbackupProcess.run(directory, Map.of(), "-d", "local", destination, URL);

            assertThat(destination, outcome.exitCode(), is(destination.equals("-") ? 2 : 1));
            assertThat(outcome.err().lines().findFirst().orElseThrow(), containsString("Error: "));
            assertEquals("", outcome.out());
        }
        assertThat(directory.toFile().list(), is(arrayContainingInAnyOrder("stdout", "stderr", "tmp")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "restore"})
    void noneIsReadAsADump(String command) throws IOException {
        for (SpecialFile special : List.of(SpecialFile.DEVICE, SpecialFile.FIFO, SpecialFile.SOCKET)) {
            Path path = special.at(directory.resolve(special.name() + ".dump"));

            CommandOutcome outcome = run(command, path).mustEndWith(1);

            assertEquals(
                    "Error: " + path + " is not a regular file, and nothing else is read: write the name of a dump.",
                    outcome.err().strip());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "restore"})
    void noneIsReadAsAManifest(String command) throws IOException {
        Path dump = directory.resolve("shop.dump");
        PgbackupInProcess.run("-d", "local", dump.toString(), URL).mustBeGood();
        Path manifest = directory.resolve("shop.dump.json");
        Files.delete(manifest);
        SpecialFile.FIFO.at(manifest);

        CommandOutcome outcome = run(command, dump).mustEndWith(1);

        assertEquals(
                "Error: " + manifest + " is not a regular file, and nothing else is read: write the name of one.",
                outcome.err().strip());
    }

    @Test
    void aLinkToADumpIsRead() throws IOException {
        Path dump = directory.resolve("shop.dump");
        PgbackupInProcess.run("-d", "local", dump.toString(), URL).mustBeGood();
        Path link = Files.createSymbolicLink(directory.resolve("latest.dump"), dump);

        PgbackupInProcess.run("verify", link.toString()).mustBeGood();
    }

    @Test
    void theListPassesThemOver() throws IOException {
        PgbackupInProcess.run("-d", "local", directory + "/shop.dump", URL).mustBeGood();
        for (SpecialFile special : SpecialFile.values()) {
            special.at(directory.resolve(special.name() + ".dump"));
        }
        SpecialFile.FIFO.at(directory.resolve("LINK.dump.json"));

        List<String> lines = PgbackupInProcess.run("list", directory.toString())
                .mustBeGood()
                .out()
                .lines()
                .toList();

        // The heading, the dump, and the link to a regular file with that file.
        assertEquals(4, lines.size(), lines.toString());
    }

    /** Cron runs in the POSIX locale, in which Java knows no such name. */
    @Test
    void aNameThatTheLocaleDoesNotKnowHidesNoOther() throws Exception {
        Files.writeString(directory.resolve("shop.dump"), "a dump");
        Files.writeString(directory.resolve("gr\u00f6\u00dfe.dump"), "a dump");
        Files.writeString(directory.resolve("gr\u00f6\u00dfe.dump.json"), "its manifest");

        CommandOutcome outcome = PgbackupProcess.run(directory, Map.of("LC_ALL", "POSIX"), "list", directory.toString())
                .mustBeGood();

        assertThat(outcome.out(), containsString("shop.dump "));
        assertEquals(3, outcome.out().lines().count());
    }

    /** The database's name comes percent-encoded, and makes a file name that the locale does not know. */
    @Test
    void aNameThatTheLocaleDoesNotKnowIsRefusedBeforeTheDump() throws Exception {
        String database = "cli_gr\u00f6\u00dfe";
        CLUSTER.createDatabase(database);
        try {
            CommandOutcome outcome = PgbackupProcess.run(
                            directory,
                            Map.of("LC_ALL", "POSIX"),
                            "-d",
                            "local",
                            directory + "/new/",
                            CLUSTER.url(DATABASE).replace(DATABASE, "cli_gr%C3%B6%C3%9Fe"))
                    .mustEndWith(1);

            String last =
                    outcome.err().lines().reduce((first, second) -> second).orElseThrow();
            assertThat(last, containsString(" is not a path on this machine ("));
            assertThat(last, containsString("start it in a UTF-8 locale."));
            assertFalse(Files.exists(directory.resolve("new")));
        } finally {
            CLUSTER.dropDatabase(database);
        }
    }

    @Test
    void inADirectoryTheEarlierOfTwoDumpsStays() throws IOException {
        String[] backup = {"-d", "local", directory + "/backups/", URL, "--file-name", "app", "--format", "plain"};
        PgbackupInProcess.run(backup).mustBeGood();
        Path dump = directory.resolve("backups/app.sql.zst");
        byte[] earlier = Files.readAllBytes(dump);
        CLUSTER.psql(DATABASE, "CREATE TABLE IF NOT EXISTS later (id int)");

        CommandOutcome outcome = PgbackupInProcess.run(backup).mustEndWith(1);

        assertEquals(
                "Error: " + dump + " exists already and was left as it is:"
                        + " choose another file name or directory, or remove it first.",
                outcome.err().lines().reduce((first, second) -> second).orElseThrow());
        assertThat(Files.readAllBytes(dump), is(earlier));
        PgbackupInProcess.run("verify", dump.toString()).mustBeGood();
    }

    @Test
    void whatIsRefusedLeavesNoNewDirectory() {
        PgbackupInProcess.run("-d", "local", directory + "/new/backups/", URL + "_not")
                .mustEndWith(1);
        PgbackupInProcess.run("-d", "local", directory + "/new/backups/", URL, "--table", "none_of_these")
                .mustEndWith(1);
        PgbackupInProcess.run(
                        "-d", "local", directory + "/new/backups/shop.dump", URL, "--extra-option=--section=nonsense")
                .mustEndWith(1);

        assertThat(directory.toFile().list(), is(emptyArray()));
    }

    private static CommandOutcome run(String command, Path dump) {
        return command.equals("restore")
                ? PgbackupInProcess.run(command, dump.toString(), URL, "--force")
                : PgbackupInProcess.run(command, dump.toString());
    }
}
