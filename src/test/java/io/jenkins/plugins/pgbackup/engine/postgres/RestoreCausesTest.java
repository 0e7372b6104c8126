package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real servers say when a restore fails, and what is made of it. */
class RestoreCausesTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String SOURCE = "causes_source";
    private static final String TARGET = "causes_target";
    private static final String PASSWORD = "pw";

    /** Owns nothing and is no superuser. */
    private static final String USER = "causes_user";

    @TempDir
    private static Path directory;

    /** A restore that fails: what is in the dump, what is done before it is restored, who restores, and what is said. */
    private record Failure(
            String name, String dumped, String before, String user, List<String> options, String sentence) {

        Failure(String name, String dumped, String before, String user, String sentence) {
            this(name, dumped, before, user, List.of(), sentence);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void createRole() {
        CLUSTER.createRole(USER, PASSWORD);
    }

    @AfterAll
    static void dropRole() {
        CLUSTER.dropDatabase(SOURCE, TARGET);
        CLUSTER.psql("postgres", "drop role " + USER);
    }

    static Stream<Failure> failures() {
        return Stream.of(
                new Failure(
                        "the owner is missing",
                        "create role causes_gone; create table t (); alter table t owner to causes_gone",
                        "\\c " + SOURCE + "\nreassign owned by causes_gone to postgres; drop role causes_gone",
                        "postgres",
                        "found no role causes_gone, which the dump gives objects or rights to: CREATE ROLE first"),
                new Failure(
                        "a grantee is missing",
                        "create role causes_gone; create table t (); grant select on t to causes_gone",
                        "\\c " + SOURCE + "\ndrop owned by causes_gone; drop role causes_gone",
                        "postgres",
                        "found no role causes_gone, which the dump gives objects or rights to: CREATE ROLE first"),
                new Failure(
                        "the user is no member of the owner",
                        "create table t ()",
                        "grant create on schema public to " + USER,
                        USER,
                        "may not give objects to the role postgres, their owner in the dump: GRANT that role"),
                new Failure(
                        "no CREATE on the schema",
                        "create table t ()",
                        "",
                        USER,
                        "may not use the schema public, or create anything in it: GRANT USAGE, CREATE ON SCHEMA public"),
                new Failure(
                        "no CREATE on the database",
                        "create schema s",
                        "",
                        USER,
                        "may not create schemas in the database " + TARGET + ": GRANT CREATE ON DATABASE " + TARGET),
                new Failure(
                        "an extension that only a superuser creates",
                        "create extension pageinspect",
                        "",
                        USER,
                        "may not create the extension pageinspect: let a superuser create it in the database before"),
                new Failure(
                        "the comment of an extension",
                        "create extension pageinspect",
                        "create extension pageinspect",
                        USER,
                        "may not change the extension pageinspect or its comment, because another role created it:"),
                new Failure(
                        "what is replaced has another owner",
                        "create table t ()",
                        "create table t (other int)",
                        USER,
                        List.of("--clean", "--if-exists"),
                        "may not change table t, which belongs to another role:"),
                new Failure(
                        "the tablespace is missing",
                        "set allow_in_place_tablespaces = on; create tablespace causes_space location '';"
                                + " create table t () tablespace causes_space",
                        "\\c " + SOURCE + "\ndrop table t; drop tablespace causes_space",
                        "postgres",
                        "found no tablespace causes_space on the server: CREATE TABLESPACE first"),
                new Failure(
                        "a read-only session",
                        "create table t ()",
                        "alter database " + TARGET + " set default_transaction_read_only = on",
                        "postgres",
                        "may not write (CREATE TABLE), because the server is a standby or its transactions are read-only:"),
                new Failure(
                        "the table is there",
                        "create table t ()",
                        "create table t ()",
                        "postgres",
                        "found relation \"t\" in the database already: restore to a new, empty database"),
                new Failure(
                        "the function is there",
                        "create function f(int) returns int language sql as 'select 1'",
                        "create function f(int) returns int language sql as 'select 1'",
                        "postgres",
                        "found function \"f\" in the database already: restore to a new, empty database"),
                new Failure(
                        "other objects depend on what is replaced",
                        "create table t (a int primary key)",
                        "create table t (a int primary key); create table other (a int references t)",
                        "postgres",
                        List.of("--clean", "--if-exists"),
                        "cannot drop constraint t_pkey on table public.t, because other objects depend on it:"),
                new Failure(
                        "a partition's constraint is replaced",
                        "create table t (a int primary key) partition by range (a);"
                                + " create table p partition of t for values from (1) to (9)",
                        "create table t (a int primary key) partition by range (a);"
                                + " create table p partition of t for values from (1) to (9)",
                        "postgres",
                        List.of("--clean", "--if-exists"),
                        "cannot drop inherited constraint \"p_pkey\", because other objects depend on it:"),
                new Failure(
                        "rows that are there already",
                        "create table t (a int primary key); insert into t values (1)",
                        "create table t (a int primary key); insert into t values (1)",
                        "postgres",
                        List.of("--data-only"),
                        "has rows that the constraint t_pkey does not allow: restore to a new, empty database"),
                new Failure(
                        "a column that is computed",
                        "create table t (a int, b int); insert into t values (1, 1)",
                        "create table t (a int, b int generated always as (a) stored)",
                        "postgres",
                        List.of("--data-only"),
                        "has values for the column \"b\", which the database computes itself: restore to a new"),
                new Failure(
                        "a check that reads another table",
                        "create table z (a int); insert into z values (1);"
                                + " create function ok(int) returns boolean language sql as"
                                + " 'select exists (select from public.z where a = $1)';"
                                + " create table t (a int check (ok(a))); insert into t values (1)",
                        "",
                        "postgres",
                        "has rows that the constraint t_a_check does not allow:"),
                new Failure(
                        "a function names another one without its schema",
                        "create function inner_f(int) returns int language sql as 'select 1';"
                                + " create function outer_f(int) returns int language plpgsql as"
                                + " 'begin return inner_f($1); end';"
                                + " create table t (a int check (outer_f(a) > 0)); insert into t values (1)",
                        "",
                        "postgres",
                        "ran a function of the dump that names function inner_f(… without its schema"),
                new Failure(
                        "a function names a table without its schema",
                        "create table z (a int);"
                                + " create function f() returns bigint language plpgsql as"
                                + " 'begin return (select count(*) from z); end';"
                                + " create materialized view m as select f()",
                        "",
                        "postgres",
                        "ran a function of the dump that names relation \"z\"… without its schema"),
                new Failure(
                        "rows without their table",
                        "create table t (a int); insert into t values (1)",
                        "",
                        "postgres",
                        List.of("--data-only"),
                        "found no relation \"public.t\", which the dump uses and does not hold:"),
                new Failure(
                        "a table without its schema",
                        "create schema s; create table s.t (a int)",
                        "",
                        "postgres",
                        List.of("--table=t"),
                        "found no schema \"s\", which the dump uses and does not hold:"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void saysWhatToDo(Failure failure) throws Exception {
        Path dump = dump(failure, "custom");

        String explained = restore(
                "pg_restore",
                failure.user,
                with(failure.options, "--format=custom", "--exit-on-error", dump.toString()));

        assertExplained(explained, "pg_restore", failure.sentence);
    }

    /** But for the options that only {@code pg_restore} has. */
    static Stream<Failure> failuresOfPlainDumps() {
        return failures().filter(failure -> failure.options.isEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failuresOfPlainDumps")
    void saysTheSameOfAPlainDump(Failure failure) throws Exception {
        Path dump = dump(failure, "plain");

        assertExplained(restoreScript(dump, failure.user), "psql", failure.sentence);
    }

    static Stream<List<String>> scripts() {
        return Stream.of(
                List.of(
                        "set transaction_timeout = 0;",
                        "sets transaction_timeout, which the server is too old to know:"),
                List.of(
                        "create extension causes_nix;",
                        "found no extension causes_nix on the server: install its package"),
                List.of("create tabel t ();", "has a statement that the server does not understand, at \"tabel\":"),
                List.of(
                        "select current_setting('app.tenant');",
                        "needs the setting app.tenant, which functions of the"),
                List.of(
                        "\\copy nix from /dev/null",
                        "found no relation \"nix\", which the dump uses and does not hold:"));
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void saysWhatToDoWithAStatement(List<String> script) throws Exception {
        createDatabases(CLUSTER);
        Path file = Files.writeString(directory.resolve("script.sql"), script.get(0));

        assertExplained(restoreScript(file, "postgres"), "psql", script.get(1));
    }

    @Test
    void saysThatTheEncodingOfTheDatabaseDoesNotFit() throws Exception {
        createDatabases(CLUSTER);
        CLUSTER.psql(SOURCE, "create table t (a text); insert into t values ('日本')");
        CLUSTER.psql(
                "postgres",
                "drop database " + TARGET + "; create database " + TARGET + " encoding 'LATIN1' template template0");

        assertExplained(
                restore(
                        "pg_restore",
                        "postgres",
                        List.of("--exit-on-error", dumpSource("custom").toString())),
                "pg_restore",
                "has text that does not fit the encoding LATIN1: create the database with the encoding of the dumped one");
    }

    @Test
    void saysWhatAWorkerSaid() throws Exception {
        createDatabases(CLUSTER);
        CLUSTER.psql(SOURCE, "create table t (a int); insert into t values (1), (1)");
        CLUSTER.psql(TARGET, "create table t (a int primary key)");

        assertExplained(
                restore(
                        "pg_restore",
                        "postgres",
                        List.of(
                                "--exit-on-error",
                                "--data-only",
                                "--jobs=2",
                                dumpSource("custom").toString())),
                "pg_restore",
                "has rows that the constraint t_pkey does not allow:");
    }

    @Test
    void saysThatTheNameIsThatOfAnotherFormat() throws Exception {
        createDatabases(CLUSTER);
        CLUSTER.psql(SOURCE, "create table t (a int)");

        assertExplained(
                restore(
                        "pg_restore",
                        "postgres",
                        List.of("--exit-on-error", dumpSource("plain").toString())),
                "pg_restore",
                "was given a plain dump under the name of an archive: name it .sql");
        assertExplained(
                restore(
                        "pg_restore",
                        "postgres",
                        List.of(
                                "--exit-on-error",
                                "--format=custom",
                                dumpSource("plain").toString())),
                "pg_restore",
                "found the dump damaged or cut off:");
    }

    /** All objects in one transaction, of which each needs a lock. */
    @Test
    void saysThatThereIsNoRoomForLocks() throws Exception {
        createDatabases(CLUSTER);
        CLUSTER.psql(SOURCE, "select format('create table t%s ()', n) from generate_series(1, 3000) n \\gexec");
        Path dump = dumpSource("custom");
        try (PostgresCluster small = PostgresCluster.create()) {
            small.psql(
                    "postgres",
                    "alter system set max_locks_per_transaction = 10; alter system set max_connections = 5;"
                            + " alter system set superuser_reserved_connections = 0; alter system set max_wal_senders = 0");
            small.stop();
            small.start();
            small.createDatabase(TARGET);

            assertExplained(
                    restore(
                            small,
                            "pg_restore",
                            "postgres",
                            List.of("--exit-on-error", "--single-transaction", dump.toString())),
                    "pg_restore",
                    "needs more locks in one transaction than the server has room for:"
                            + " raise max_locks_per_transaction there");
        }
    }

    /** From PostgreSQL 16 on it is said in other words. */
    @Test
    void saysTheSameOfANewerServer() throws Exception {
        createDatabases(CLUSTER);
        CLUSTER.psql(SOURCE, "create table t ()");
        Path table = dumpSource("custom");
        try (PostgresCluster newer = PostgresCluster.createNewer()) {
            ask(newer, "postgres", "create database " + TARGET);
            ask(newer, TARGET, "create role " + USER + " login password '" + PASSWORD + "'");
            ask(newer, TARGET, "grant all on schema public to " + USER);

            assertExplained(
                    restore(newer, "pg_restore", USER, List.of("--exit-on-error", table.toString())),
                    "pg_restore",
                    "may not give objects to the role postgres, their owner in the dump: GRANT that role");
        }
    }

    private static void assertExplained(String explained, String program, String sentence) {
        assertThat(
                explained,
                allOf(startsWith(program + " "), containsString(sentence), not(containsString("LOCATION:  "))));
    }

    private static List<String> with(List<String> options, String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return all;
    }

    private static Path dump(Failure failure, String format) throws Exception {
        createDatabases(CLUSTER);
        CLUSTER.psql(SOURCE, failure.dumped);
        Path dump = dumpSource(format);
        CLUSTER.psql(TARGET, failure.before);
        return dump;
    }

    private static void createDatabases(PostgresCluster cluster) {
        cluster.createAnew(SOURCE, TARGET);
    }

    private static Path dumpSource(String format) throws Exception {
        Path file = directory.resolve("dump." + format);
        run(CLUSTER.client("pg_dump", SOURCE, "--format=" + format, "--file=" + file));
        return file;
    }

    /** With the options that a restore gives. */
    private static String restoreScript(Path file, String user) throws Exception {
        return restore(
                "psql",
                user,
                List.of(
                        "--no-psqlrc",
                        "--quiet",
                        "--set=ON_ERROR_STOP=1",
                        "--set=VERBOSITY=verbose",
                        "--file=" + file));
    }

    private static String restore(String program, String user, List<String> arguments) throws Exception {
        return restore(CLUSTER, program, user, arguments);
    }

    private static String restore(PostgresCluster cluster, String program, String user, List<String> arguments)
            throws Exception {
        PostgresUrl url = PostgresUrl.parse(cluster.urlWithoutPassword(TARGET)).withUser(user);
        List<String> command = with(List.of(CLUSTER.bin(program).toString()), "--dbname=" + url.toConnectionString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PGPASSWORD", user.equals(USER) ? PASSWORD : cluster.password());
        Path err = directory.resolve("err");
        int exitCode = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(err.toFile())
                .start()
                .waitFor();
        assertNotEquals(0, exitCode);
        return ProgramFailure.explain(
                Operation.RESTORE, program, exitCode, Files.readAllLines(err), url, "this machine");
    }

    /** The newer server comes without a psql of its own. */
    private static void ask(PostgresCluster newer, String database, String sql) throws Exception {
        ProcessBuilder psql = CLUSTER.client("psql", database, "--no-psqlrc", "--quiet", "--command=" + sql);
        psql.environment().put("PGPORT", String.valueOf(newer.port()));
        psql.environment().put("PGPASSWORD", newer.password());
        run(psql);
    }

    private static void run(ProcessBuilder program) throws IOException, InterruptedException {
        Path err = directory.resolve("err");
        int exitCode = program.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(err.toFile())
                .start()
                .waitFor();
        assertEquals(0, exitCode, Files.readString(err));
    }
}
