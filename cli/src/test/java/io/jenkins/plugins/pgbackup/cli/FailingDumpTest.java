package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.arrayContainingInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@code pg_dump} that fails leaves nothing, and what was there before stays. */
class FailingDumpTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_failing";
    private static final String URL = CLUSTER.url(DATABASE);

    @TempDir
    private Path directory;

    @BeforeAll
    static void createDatabase() {
        SmallDatabase.create(CLUSTER, DATABASE);
        CLUSTER.createRole("nobody_much", "pw");
    }

    @AfterAll
    static void dropDatabase() {
        CLUSTER.dropDatabase(DATABASE);
        CLUSTER.psql("postgres", "DROP ROLE nobody_much");
    }

    @Test
    void saysThatPgDumpIsMissing() throws Exception {
        Path backups = directory.resolve("backups");

        CommandOutcome outcome = PgbackupProcess.run(
                        directory, Map.of("PATH", directory.toString()), "-d", "local", backups + "/a.dump", URL)
                .mustEndWith(1);

        assertThat(outcome.out(), is(emptyString()));
        assertThat(
                outcome.err(),
                startsWith("Error: pg_dump was not found on this machine: install the PostgreSQL client"));
        assertEquals(1, outcome.err().lines().count());
        assertThat(PgbackupProcess.temporary(directory).toFile().list(), is(emptyArray()));
    }

    @Test
    void saysThatPgDumpCannotBeRun() throws Exception {
        Path program =
                Files.createFile(Files.createDirectory(directory.resolve("bin")).resolve("pg_dump"));

        CommandOutcome outcome = PgbackupProcess.run(
                        directory, Map.of("PATH", program.getParent().toString()), "-d", "local", "a.dump", URL)
                .mustEndWith(1);

        assertThat(outcome.err(), startsWith("Error: pg_dump cannot be run on this machine"));
        assertEquals(1, outcome.err().lines().count());
    }

    @Test
    void leavesNoTableOutInSilence() {
        CommandOutcome outcome = PgbackupInProcess.run(
                        "-d", "local", directory + "/", "--table", "public.fruit", "--table", "public.friut", URL)
                .mustEndWith(1);

        assertThat(
                outcome.err(), containsString("Error: pg_dump found none of the tables that match \"public.friut\":"));
        assertThat(directory.toFile().list(), is(emptyArray()));
    }

    @Test
    void warnsOfAnExclusionThatExcludesNothing() throws Exception {
        CommandOutcome outcome = PgbackupInProcess.run(
                        "-d", "local", directory + "/a.dump", "--exclude-table", "public.friut", "--json", URL)
                .mustBeGood();

        String sentence = "No table matches \"public.friut\", so it leaves nothing out of the dump";
        assertThat(outcome.err(), containsString("WARNING: " + sentence));
        assertThat(
                new ObjectMapper()
                        .readTree(outcome.out())
                        .get("warnings")
                        .get(0)
                        .textValue(),
                startsWith(sentence));
    }

    @Test
    void dumpsWithoutPsqlAndPgRestoreButSaysWhatIsMissing() throws Exception {
        Path bin = bin("pg_dump", "exec " + CLUSTER.bin("pg_dump") + " \"$@\"");
        Files.createSymbolicLink(bin.resolve("mkfifo"), Path.of("/usr/bin/mkfifo"));

        CommandOutcome outcome = PgbackupProcess.run(
                        directory, Map.of("PATH", bin.toString()), "-d", "local", "a.dump", URL)
                .mustBeGood();

        assertThat(outcome.err(), containsString("psql was not found on this machine"));
        assertThat(outcome.err(), containsString("WARNING: the dump will not be proven"));
        assertThat(outcome.out(), containsString("NOT PROVEN: pg_restore was not found on this machine"));
    }

    /** On a machine that is busy a small dump is over before {@code pg_restore} has begun to read it. */
    @Test
    void waitsForAProgramThatProvesTheDumpLate() throws Exception {
        Path bin = bin("pg_restore", """
                [ "$1" = --version ] || sleep 2
                %s "$@" && touch "%s/end-of-$1"
                """.formatted(CLUSTER.bin("pg_restore"), directory));

        CommandOutcome outcome = PgbackupProcess.run(
                        directory,
                        Map.of("PATH", bin + ":" + System.getenv("PATH")),
                        "-d",
                        "local",
                        "a.dump",
                        "--schema-only",
                        URL)
                .mustBeGood();

        assertThat(outcome.out(), not(containsString("NOT PROVEN")));
        assertThat(Files.exists(directory.resolve("end-of---format=custom")), is(true));
    }

    @ParameterizedTest(name = "{0}, local")
    @MethodSource("failures")
    void leavesTheOlderFile(String failure, String script, String sentence) throws Exception {
        Path backups = Files.createDirectory(directory.resolve("backups"));
        Files.writeString(backups.resolve("a.dump"), "older");
        Files.writeString(backups.resolve("a.dump.json"), "its manifest");

        CommandOutcome outcome = PgbackupProcess.run(
                        directory, environment(script), "-d", "local", backups + "/a.dump", url(script))
                .mustEndWith(1);

        mustBeExplained(outcome, sentence);
        assertThat(backups.toFile().list(), is(arrayContainingInAnyOrder("a.dump", "a.dump.json")));
        assertEquals("older", Files.readString(backups.resolve("a.dump")));
        assertEquals("its manifest", Files.readString(backups.resolve("a.dump.json")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.sql", "a.sql.gz", "a.tar"})
    void seesThatADumpIsNotWhole(String name) throws Exception {
        Path backups = Files.createDirectory(directory.resolve("backups"));

        CommandOutcome outcome = PgbackupProcess.run(
                        directory, environment("half"), "-d", "local", backups + "/" + name, URL)
                .mustEndWith(1);

        mustBeExplained(outcome, "");
        assertThat(backups.toFile().list(), is(emptyArray()));
    }

    @ParameterizedTest(name = "{0}, s3")
    @MethodSource("failures")
    void leavesNoObject(String failure, String script, String sentence) throws Exception {
        String bucket = Buckets.create();
        Map<String, String> environment = new HashMap<>(environment(script));
        environment.putAll(Buckets.environment());

        CommandOutcome outcome = PgbackupProcess.run(
                        directory, environment, Buckets.with("-d", "s3", bucket, url(script)))
                .mustEndWith(1);

        mustBeExplained(outcome, sentence);
        assertEquals(List.of(), Buckets.SERVER.objects(bucket));
        assertEquals(List.of(), Buckets.SERVER.unfinishedUploads(bucket));
        assertEquals(List.of(), Buckets.SERVER.files(bucket));
    }

    /** What {@code pg_dump} does in place of dumping to {@code $file}; nothing is the real one for a role that may not. */
    static Stream<Arguments> failures() {
        return Stream.of(
                arguments("permission denied", "", "pg_dump may not read table fruit"),
                arguments("nothing written", "exit 1", "pg_dump failed with exit code 1"),
                arguments("killed in the middle", "half; kill -KILL $$", "pg_dump was killed (SIGKILL)"),
                arguments("killed at the end", "whole; kill -KILL $$", "pg_dump was killed (SIGKILL)"),
                arguments("half but a good end", "half", ""));
    }

    private void mustBeExplained(CommandOutcome outcome, String sentence) {
        assertThat(outcome.out(), startsWith("Backing database up "));
        assertEquals(1, outcome.out().lines().count(), outcome::toString);
        String error = outcome.err().lines().reduce((first, second) -> second).orElseThrow();
        assertThat(error, startsWith("Error: "));
        assertThat(error, containsString(sentence));
        assertThat(outcome.err(), not(containsString("\tat ")));
        assertThat(PgbackupProcess.temporary(directory).toFile().list(), is(emptyArray()));
    }

    private static String url(String script) {
        return script.isEmpty() ? CLUSTER.url("nobody_much", "pw", DATABASE) : URL;
    }

    private Map<String, String> environment(String script) throws IOException {
        if (script.isEmpty()) {
            return Map.of();
        }
        Path bin =
                bin("pg_dump", """
                [ "$1" = --version ] && exec %1$s --version
                for argument; do
                  case $argument in --file=*) file=${argument#--file=} ;; esac
                done
                whole() { %1$s "$@" --file=/dev/stdout > "$file"; }
                half() { %1$s "$@" --file=/dev/stdout | head -c 8000 > "$file"; }
                %2$s
                """.formatted(CLUSTER.bin("pg_dump"), script.replaceFirst("half|whole", "$0 \"\\$@\"")));
        return Map.of("PATH", bin + ":" + System.getenv("PATH"));
    }

    private Path bin(String program, String script) throws IOException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path file = Files.writeString(bin.resolve(program), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return bin;
    }
}
