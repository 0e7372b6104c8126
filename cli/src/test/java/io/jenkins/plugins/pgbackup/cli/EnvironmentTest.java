package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the environment says, the database is the URL's. docs/environment.md has each variable. */
class EnvironmentTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_environment";
    private static final String OTHER = "cli_environment_other";

    /** The cluster's database on a host that does not exist. */
    private static final String ELSEWHERE = CLUSTER.url(DATABASE).replace("127.0.0.1", "db.example.invalid");

    @TempDir
    private Path directory;

    private Path dumps;

    @BeforeAll
    static void createDatabases() {
        SmallDatabase.create(CLUSTER, DATABASE);
        CLUSTER.createDatabase(OTHER);
        CLUSTER.psql(OTHER, "CREATE TABLE fruit AS SELECT 'precious' AS name");
    }

    @AfterAll
    static void dropDatabases() {
        CLUSTER.dropDatabase(DATABASE);
        CLUSTER.dropDatabase(OTHER);
    }

    @BeforeEach
    void createDirectory() throws IOException {
        dumps = Files.createDirectory(directory.resolve("d"));
    }

    /** The cluster's address by each means, for a URL that names another server or none. */
    static Stream<Map<String, String>> redirections() {
        String port = String.valueOf(CLUSTER.port());
        return Stream.of(
                Map.of("PGHOSTADDR", "127.0.0.1"),
                Map.of("PGHOST", "127.0.0.1", "PGHOSTADDR", "127.0.0.1", "PGPORT", port, "PGDATABASE", OTHER),
                Map.of("PGSERVICE", "other"),
                Map.of("PGCLUSTER", "15/127.0.0.1:" + port));
    }

    @ParameterizedTest
    @MethodSource("redirections")
    void nothingIsBackedUpFromAnotherServer(Map<String, String> environment) throws Exception {
        CommandOutcome outcome =
                run(environment, "--driver", "local", "d/", ELSEWHERE).mustEndWith(1);

        assertThat(outcome.err(), containsString("Error: psql found no address for the host db.example.invalid"));
        assertThat(dumps.toFile().list(), is(emptyArray()));
    }

    @ParameterizedTest
    @MethodSource("redirections")
    void nothingIsRestoredToAnotherServer(Map<String, String> environment) throws Exception {
        run(Map.of(), "--driver", "local", "d/a.dump", CLUSTER.url(DATABASE)).mustBeGood();

        CommandOutcome outcome = run(environment, "restore", "--clean", "d/a.dump", ELSEWHERE.replace(DATABASE, OTHER))
                .mustEndWith(1);

        assertThat(outcome.err(), containsString("found no address for the host db.example.invalid"));
        assertEquals("precious", CLUSTER.psql(OTHER, "SELECT name FROM fruit"));
    }

    /** As Debian's pg_wrapper does by ~/.postgresqlrc, which no variable says. */
    @Test
    void aWrapperOfTheProgramsLeadsNowhereElse() throws Exception {
        Path programs = Files.createDirectory(directory.resolve("programs"));
        for (String program : new String[] {"psql", "pg_dump", "pg_restore"}) {
            Path wrapper = Files.writeString(
                    programs.resolve(program), """
                    #!/bin/sh
                    export PGHOST=127.0.0.1 PGHOSTADDR=127.0.0.1 PGPORT=%d PGUSER=postgres PGDATABASE=%s
                    exec '%s' "$@"
                    """.formatted(CLUSTER.port(), OTHER, CLUSTER.bin(program)));
            Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
        }

        CommandOutcome outcome = run(
                        Map.of("PATH", programs + ":" + System.getenv("PATH")),
                        "--driver",
                        "local",
                        "d/",
                        "postgres://postgres:" + CLUSTER.password() + "@db.example.invalid")
                .mustEndWith(1);

        assertThat(outcome.err(), containsString("Error: psql found no address for the host db.example.invalid"));
    }

    /** Each of them would change what is dumped, where it is restored to, or what is said. */
    @Test
    void theRestOfTheEnvironmentChangesNothing() throws Exception {
        Map<String, String> environment = Map.ofEntries(
                Map.entry("PGHOST", "db.example.invalid"),
                Map.entry("PGHOSTADDR", "127.0.0.2"),
                Map.entry("PGPORT", "1"),
                Map.entry("PGDATABASE", OTHER),
                Map.entry("PGUSER", "nobody"),
                Map.entry("PGSERVICE", "other"),
                Map.entry("PGSERVICEFILE", "/dev/null"),
                Map.entry("PGSYSCONFDIR", "/dev/null"),
                Map.entry("PGCLUSTER", "1/none"),
                Map.entry("PGTARGETSESSIONATTRS", "read-only"),
                Map.entry("PGLOADBALANCEHOSTS", "none"),
                Map.entry("PGOPTIONS", "-c default_transaction_read_only=on"),
                Map.entry("PGCLIENTENCODING", "SQL_ASCII"),
                Map.entry("PGDATESTYLE", "German"),
                Map.entry("PGTZ", "none/none"),
                Map.entry("PGGEQO", "none"),
                Map.entry("PGCONNECT_TIMEOUT", "none"),
                Map.entry("PG_COLOR", "always"),
                Map.entry("LC_ALL", "de_DE.UTF-8"),
                Map.entry("LANGUAGE", "de"),
                Map.entry("PSQLRC", "/dev/zero"),
                Map.entry("PSQL_PAGER", "false"),
                Map.entry("PAGER", "false"),
                Map.entry("PGDATA", "/dev/null"));
        String copy = DATABASE + "_copy";
        CLUSTER.createDatabase(copy);
        try {
            run(environment, "--driver", "local", "d/a.dump", CLUSTER.url(DATABASE))
                    .mustBeGood();
            run(environment, "verify", "d/a.dump").mustBeGood();
            run(environment, "restore", "d/a.dump", CLUSTER.url(copy)).mustBeGood();

            DatabaseComparison.assertSame(CLUSTER, DATABASE, copy);
            assertThat(
                    Files.readString(dumps.resolve("a.dump.json")),
                    containsString("\"host\" : \"127.0.0.1:" + CLUSTER.port() + "\""));
            assertThat(
                    run(environment, "restore", "d/a.dump", CLUSTER.url("not_there"))
                            .mustEndWith(1)
                            .err(),
                    not(containsString("\u001b")));
        } finally {
            CLUSTER.dropDatabase(copy);
        }
    }

    @Test
    void saysWhatIsNotUsed() throws Exception {
        Map<String, String> environment =
                Map.of("PGHOST", "db.example.invalid", "PGAPPNAME", "", "PGPASSFILE", "/dev/null", "LC_ALL", "C.UTF-8");

        CommandOutcome backup = run(environment, "--driver", "local", "d/a.dump", CLUSTER.url(DATABASE))
                .mustBeGood();
        CommandOutcome restore = run(environment, "restore", "--force", "d/a.dump", CLUSTER.url("not_there"));

        String note = "Not used of the environment: PGHOST, PGSERVICEFILE."
                + " The URL says where the database is and how to connect to it.";
        assertThat(backup.err(), containsString(note));
        assertThat(restore.err(), containsString(note));
    }

    /** What protects the connection is the person's own. */
    @Test
    void takesTheParametersOfTlsFromTheEnvironment() throws Exception {
        CommandOutcome outcome = run(Map.of("PGSSLMODE", "require"), "--driver", "local", "d/", CLUSTER.url(DATABASE))
                .mustEndWith(1);

        assertThat(outcome.err(), containsString("cannot use TLS because the server has none"));
    }

    private CommandOutcome run(Map<String, String> environment, String... arguments) throws Exception {
        Path services = directory.resolve("services");
        Files.writeString(
                services, "[other]\nhost=127.0.0.1\nhostaddr=127.0.0.1\nport=" + CLUSTER.port() + "\ndbname=" + OTHER);
        Map<String, String> all = new HashMap<>(Map.of("PGSERVICEFILE", services.toString()));
        all.putAll(environment);
        return PgbackupProcess.run(directory, all, arguments);
    }
}
