package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.pgbackup.fixture.ForwardProxy;
import io.jenkins.plugins.pgbackup.fixture.Page;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page on troubleshooting quotes what is said when something fails: a row of the page on reliability, which another test
 * compares with the injected faults, or what the command line prints here. What only a Jenkins says, its own test compares.
 */
class TroubleshootingPageTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_troubles";
    private static final String EMPTY = "cli_troubles_empty";
    private static final String URL = CLUSTER.url(DATABASE);
    private static final Page PAGE = Page.of("docs/troubleshooting.md");

    private static int runs;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void create() {
        SmallDatabase.create(CLUSTER, DATABASE);
    }

    @AfterAll
    static void drop() {
        CLUSTER.dropDatabase(DATABASE, EMPTY);
    }

    @Test
    void quotesWhatIsSaidOfTheDatabase() throws Exception {
        List<String> said = new ArrayList<>(ofInjectedFaults());
        said.add(whenFails(
                "psql", "FATAL:  no pg_hba.conf entry for host \"10.0.0.1\", user \"bob\", database \"shop\""));
        said.add(whenFails("psql", "fe_sendauth: no password supplied"));
        said.add(
                whenFails(
                        "psql",
                        "WARNING: password file \"/home/bob/.pgpass\" has group or world access\nfe_sendauth: no password supplied"));
        said.add(whenFails("psql", "FATAL:  no such database: nix"));
        said.add(whenFails("pg_dump", "ERROR:  permission denied for large object 16402"));
        said.add(whenFails(
                "pg_dump",
                "ERROR:  out of shared memory\nHINT:  You might need to increase max_locks_per_transaction."
                        + "\npg_dump: detail: Query was: LOCK TABLE public.t IN ACCESS SHARE MODE"));
        said.add(whenFails(
                "pg_dump",
                "ERROR:  canceling statement due to conflict with recovery"
                        + "\nDETAIL:  User was holding a relation lock for too long."));
        said.add(whenFails("pg_dump", "FEHLER:  keine Berechtigung für Tabelle t"));
        said.add(backup(Map.of(), "--schema", "nix"));
        said.add(backup(Map.of(), "--exclude-table", "nix"));
        said.add(backup(Map.of("PGHOST", "db.example.com")));
        said.add(backup(Map.of("PATH", onlyPgDump())));
        said.add(backup(path("mkfifo", "exit 1")));
        said.add(backup(
                path(
                        "pg_dump",
                        "[ \"$1\" = --version ] && echo 'pg_dump (PostgreSQL) 99.0' || exec " + CLUSTER.bin("pg_dump")
                                + " \"$@\""),
                "--compression",
                "none"));

        assertQuotes("## The database", said);
    }

    @Test
    void quotesWhatIsSaidOfTheDestination() throws Exception {
        List<String> said = new ArrayList<>(ofInjectedFaults());
        said.add(run(Map.of(), "-d", "local", "/dev/null", URL));
        said.add(run(withoutKeys(), Buckets.with("-d", "s3", Buckets.create(), URL)));
        String[] list = {"list", "s3://example-backups", "--region", "us-east-1", "--endpoint"};
        said.add(run(keys(), with(list, "http://s3.invalid")));
        said.add(run(keys("HTTP_PROXY", "http://proxy.invalid:3128"), with(list, "http://" + ForwardProxy.HOST)));

        assertQuotes("## The destination", said);
    }

    @Test
    void quotesWhatIsSaidOfARestore() throws Exception {
        String dump = directory.resolve("restored.dump").toString();
        PgbackupInProcess.run("-d", "local", dump, URL).mustBeGood();
        List<String> said = new ArrayList<>();
        for (String error : List.of(
                "role \"nix\" does not exist",
                "must be able to SET ROLE \"nix\"",
                "permission denied for schema public",
                "extension \"nix\" is not available",
                "permission denied to create extension \"nix\"",
                "CREATE INDEX CONCURRENTLY cannot run inside a transaction block")) {
            Map<String, String> environment = path("pg_restore", """
                    case "$*" in
                      *--dbname*) echo 'pg_restore: error: could not execute query: ERROR:  %s' >&2; exit 1 ;;
                      *) exec %s "$@" ;;
                    esac
                    """.formatted(error, CLUSTER.bin("pg_restore")));
            said.add(run(environment, "restore", "--force", dump, URL));
        }
        said.add(run(Map.of(), "restore", dump, URL));
        said.add(run(Map.of(), "restore", "--create", dump, URL));
        said.add(
                run(Map.of(), "restore", "--force", changed(dump, "server.dump", "\"serverVersion\" : \"", "99"), URL));
        said.add(run(
                Map.of(), "restore", "--force", changed(dump, "client.dump", "\"clientVersion\" : \"", "16.0 "), URL));
        CLUSTER.createDatabase(EMPTY);
        String empty = CLUSTER.url(EMPTY);
        said.add(run(Map.of(), "restore", changed(dump, "digest.dump", "\"sha256\" : \"", "0123456789abcdef"), empty));
        Path program = Files.writeString(
                directory.resolve("program.sql"), "\\! true\n--\n-- PostgreSQL database dump complete\n--\n\n");
        said.add(run(Map.of(), "restore", "--force", program.toString(), empty));

        assertQuotes("## Restore", said);
    }

    /** A copy of a dump whose manifest has something else in front of one of its values. */
    private static String changed(String dump, String name, String field, String before) throws IOException {
        Path copy = Files.copy(Path.of(dump), directory.resolve(name));
        String manifest = Files.readString(Path.of(dump + ".json"))
                .replace("\"fileName\" : \"restored.dump", "\"fileName\" : \"" + name);
        int at = manifest.indexOf(field) + field.length();
        int end = before.endsWith(" ") ? at : at + before.length();
        Files.writeString(Path.of(copy + ".json"), manifest.substring(0, at) + before + manifest.substring(end));
        return copy.toString();
    }

    private static void assertQuotes(String heading, List<String> said) {
        List<String> quotes = PAGE.quotes(heading);

        assertThat(quotes, hasSize(greaterThan(1)));
        assertThat(Page.without(quotes, said), is(empty()));
    }

    /** The last column of each row of the page on reliability. */
    private static List<String> ofInjectedFaults() {
        return Page.of("docs/reliability.md")
                .text()
                .lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.split("(?<!\\\\)\\|"))
                .map(cells -> cells[cells.length - 1].replace("\\", ""))
                .toList();
    }

    /** What is printed if a program prints this and fails. */
    private static String whenFails(String program, String error) throws IOException, InterruptedException {
        return backup(path(program, """
                [ "$1" = --version ] && exec %s --version
                cat >&2 <<'END'
                %s: error: %s
                END
                exit 1
                """.formatted(CLUSTER.bin(program), program, error)));
    }

    private static String backup(Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        String[] arguments = {"-d", "local", directory.resolve("backup-" + runs).toString() + "/", URL};
        return run(environment, with(arguments, options));
    }

    private static String run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        runs++;
        CommandOutcome outcome = PgbackupProcess.run(directory, environment, arguments);
        return outcome.out() + outcome.err();
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    /** An environment in which one program is another one. */
    private static Map<String, String> path(String program, String script) throws IOException {
        Path bin = bin();
        Path file = Files.writeString(bin.resolve(program), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return Map.of("PATH", bin + ":" + CLUSTER.bin("pg_dump").getParent() + ":" + System.getenv("PATH"));
    }

    private static String onlyPgDump() throws IOException {
        Path bin = bin();
        Files.createSymbolicLink(bin.resolve("pg_dump"), CLUSTER.bin("pg_dump"));
        Files.createSymbolicLink(bin.resolve("mkfifo"), Path.of("/usr/bin/mkfifo"));
        return bin.toString();
    }

    private static Path bin() throws IOException {
        return Files.createDirectory(directory.resolve("bin-" + runs));
    }

    /** Without the keys of the person who runs the tests. */
    private static Map<String, String> withoutKeys() {
        return Map.of("AWS_CONFIG_FILE", "/dev/null", "AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    }

    private static Map<String, String> keys(String... more) {
        Map<String, String> environment = new HashMap<>(withoutKeys());
        environment.putAll(Buckets.environment());
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }
}
