package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that a restore makes, and those that it puts in the place of another one. */
class RestoreTargetTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String SOURCE = "cli_target_source";

    /** A name that must be quoted wherever it stands. */
    private static final String COPY = "cli \"target\" 'ö'$other\\";

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

    @AfterEach
    void dropCopy() {
        for (String database : databases()) {
            CLUSTER.dropDatabase(database);
        }
        CLUSTER.psql("postgres", "DROP ROLE IF EXISTS cli_target_owner");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.sql", "a.tar"})
    void createsTheDatabase(String name) {
        CommandOutcome outcome =
                PgbackupInProcess.run("restore", dump(name), URL, "--create").mustBeGood();

        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
        assertThat(outcome.out(), containsString("1 tables, 1000 rows, in "));
    }

    @Test
    void createsNoDatabaseThatIsThere() {
        CLUSTER.createDatabase(COPY);

        CommandOutcome outcome = PgbackupInProcess.run("restore", dump("a.dump"), URL, "--create")
                .mustEndWith(1);

        assertThat(outcome.err(), containsString("There is a database "));
        assertThat(outcome.err(), containsString("or say --replace to put the dump in its place."));
        assertEquals(List.of(COPY), databases());
    }

    @ParameterizedTest
    @CsvSource({"--create, select 1/0", "--replace, select 1/0", "--replace-and-keep, select 1/0"})
    void leavesNoDatabaseThatIsNotComplete(String option, String sql) throws IOException {
        Path script = Files.writeString(directory.resolve("fails.sql"), sql + ";\n");

        CommandOutcome outcome = PgbackupInProcess.run(
                        "restore", dump("a.dump"), URL, option, "--sql", script.toString())
                .mustEndWith(1);

        assertThat(outcome.err(), containsString("fails.sql failed in the restored database: psql"));
        assertThat(outcome.err(), containsString("division by zero"));
        assertEquals(List.of(), databases());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.sql", "a.tar"})
    void replacesADatabase(String name) {
        CLUSTER.createDatabase(COPY);
        CLUSTER.psql(COPY, "create table old (id int)");

        PgbackupInProcess.run("restore", dump(name), URL, "--replace").mustBeGood();

        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
        assertEquals(List.of(COPY), databases());
    }

    @Test
    void makesTheDatabaseThatIsToBeReplacedIfThereIsNone() {
        PgbackupInProcess.run("restore", dump("a.dump"), URL, "--replace").mustBeGood();

        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
        assertEquals(List.of(COPY), databases());
    }

    @Test
    void keepsTheReplacedDatabaseUnderAnotherName() {
        CLUSTER.createDatabase(COPY);
        CLUSTER.psql(COPY, "create table old (id int)");

        CommandOutcome outcome = PgbackupInProcess.run("restore", dump("a.dump"), URL, "--replace-and-keep")
                .mustBeGood();

        List<String> databases = databases();
        assertEquals(2, databases.size());
        String kept = databases.stream()
                .filter(name -> !name.equals(COPY))
                .findFirst()
                .orElseThrow();
        assertThat(kept, matchesPattern("cli \"target\" 'ö'\\$other\\\\_before_\\d{8}T\\d{6}Z"));
        assertThat(outcome.out(), containsString("The database that was there is " + kept + " now"));
        assertEquals("1", CLUSTER.psql(kept, "select count(*) from pg_class where relname = 'old'"));
        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
    }

    @Test
    void givesTheNewDatabaseWhatTheOldOneHasBesideItsContents() {
        CLUSTER.createRole("cli_target_owner", "secret");
        String name = '"' + COPY.replace("\"", "\"\"") + '"';
        CLUSTER.psql(
                "postgres",
                "create database " + name + " template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"
                        + " owner cli_target_owner connection limit 7;\n"
                        + "alter database " + name + " set search_path to \"$user\", public, \"odd, name\";\n"
                        + "alter database " + name + " set work_mem to '7MB';\n"
                        + "alter database " + name + " set app.note to 'it''s \\ = odd';\n"
                        + "alter role cli_target_owner in database " + name + " set statement_timeout to '1h';\n"
                        + "revoke connect on database " + name + " from public;\n"
                        + "grant temporary on database " + name + " to pg_monitor with grant option;\n"
                        + "comment on database " + name + " is 'staging ''copy'''");
        String before = beside();

        PgbackupInProcess.run("restore", dump("a.dump"), URL, "--replace").mustBeGood();

        assertEquals(before, beside());
        assertThat(before, containsString("odd, name"));
    }

    private static String beside() {
        return CLUSTER.psql(
                "postgres",
                "select d.datname, d.datdba::regrole, d.encoding, d.datcollate, d.datctype, d.datconnlimit,"
                        + " (select array_agg(a::text order by a::text) from unnest(d.datacl) a),"
                        + " shobj_description(d.oid, 'pg_database'),"
                        + " (select array_agg(s.setrole::regrole || ':' || s.setconfig::text order by s.setrole)"
                        + " from pg_db_role_setting s where s.setdatabase = d.oid)"
                        + " from pg_database d where d.datname like 'cli \"target\"%'");
    }

    @Test
    void isSeenAsTheOldOrTheNewDatabaseAtAnyTime() throws Exception {
        CLUSTER.createDatabase(COPY);
        CLUSTER.psql(COPY, "create table fruit (id int); insert into fruit select generate_series(1, 7)");
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<List<String>> seen = CompletableFuture.supplyAsync(() -> {
            List<String> counts = new ArrayList<>();
            while (!done.get()) {
                counts.add(count());
            }
            counts.add(count());
            return counts;
        });

        PgbackupInProcess.run("restore", dump("a.dump"), URL, "--replace").mustBeGood();
        done.set(true);

        List<String> counts = seen.get();
        assertEquals("7", counts.get(0));
        assertEquals("1000", counts.get(counts.size() - 1));
        List<String> inBetween = counts.stream()
                .filter(count -> !count.equals("7") && !count.equals("1000"))
                .toList();
        // The session that is ended, and one that wanted to connect just then and gets the answer that the database was
        // renamed.
        assertTrue(inBetween.size() <= 2, () -> "neither the old nor the new one, but " + inBetween);
    }

    /** The session that is being used at the moment of the swap is ended; one that comes then sees one of the two. */
    private static String count() {
        try {
            return CLUSTER.psql(COPY, "select count(*) from fruit");
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    @Test
    void replacesADatabaseInUse() throws Exception {
        CLUSTER.createDatabase(COPY);
        CompletableFuture<String> session = CompletableFuture.supplyAsync(() -> {
            try {
                return CLUSTER.psql(COPY, "select pg_sleep(300)");
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        });
        Await.until(
                "the session runs",
                () -> CLUSTER.psql(
                                "postgres",
                                "select count(*) from pg_stat_activity where query like 'select pg_sleep(300)%'")
                        .equals("1"));

        PgbackupInProcess.run("restore", dump("a.dump"), URL, "--replace").mustBeGood();

        assertThat(session.get(), containsString("terminating connection due to administrator command"));
        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
    }

    @Test
    void refusesToReplaceTheDatabaseOfTheServersTools() {
        assertThat(
                PgbackupInProcess.run("restore", dump("a.dump"), CLUSTER.url("postgres"), "--replace")
                        .mustEndWith(1)
                        .err(),
                containsString("The database postgres cannot be replaced"));
    }

    @Test
    void runsScriptsBeforeTheNewDatabaseTakesItsName() throws IOException {
        CLUSTER.createDatabase(COPY);
        Path mask = Files.writeString(directory.resolve("mask.sql"), "update fruit set name = 'masked';\n");
        Path note = Files.writeString(
                directory.resolve("note.sql"), "create table note as select current_database() as name;\n");

        PgbackupInProcess.run(
                        "restore", dump("a.dump"), URL, "--replace", "--sql", mask.toString(), "--sql", note.toString())
                .mustBeGood();

        assertEquals("masked", CLUSTER.psql(COPY, "select distinct name from fruit"));
        assertThat(CLUSTER.psql(COPY, "select name from note"), matchesPattern("pgbackup_restore_[0-9a-f]{12}"));
    }

    @Test
    void saysWhatAFailedScriptLeavesOfADatabaseThatWasThere() throws IOException {
        CLUSTER.createDatabase(COPY);
        Path script = Files.writeString(directory.resolve("wrong.sql"), "select nothing;\n");

        CommandOutcome outcome = PgbackupInProcess.run("restore", dump("a.dump"), URL, "--sql", script.toString())
                .mustEndWith(1);

        assertThat(outcome.err(), containsString("holds the dump now, without what that file was to do."));
        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
    }

    @Test
    void refusesAScriptThatIsNotThere() {
        assertThat(
                PgbackupInProcess.run("restore", dump("a.dump"), URL, "--create", "--sql", "/nowhere.sql")
                        .mustEndWith(1)
                        .err(),
                containsString("There is no file /nowhere.sql to run: check the path."));
        assertEquals(List.of(), databases());
    }

    @Test
    void restoresWithoutOwnersAndRights() {
        CLUSTER.createRole("cli_target_owner", "secret");
        CLUSTER.psql(
                SOURCE,
                "create table owned (id int); alter table owned owner to cli_target_owner;"
                        + " grant select on fruit to cli_target_owner");
        try {
            PgbackupInProcess.run("-d", "local", dump("owned.dump"), CLUSTER.url(SOURCE))
                    .mustBeGood();

            PgbackupInProcess.run("restore", dump("owned.dump"), URL, "--create", "--no-owner", "--no-privileges")
                    .mustBeGood();

            assertEquals(
                    "postgres|t",
                    CLUSTER.psql(
                            COPY,
                            "select (select relowner::regrole from pg_class where relname = 'owned'),"
                                    + " (select relacl is null from pg_class where relname = 'fruit')"));
        } finally {
            CLUSTER.psql(SOURCE, "drop table owned; revoke all on fruit from cli_target_owner");
        }
    }

    @Test
    void restoresAsARole() {
        CLUSTER.createRole("cli_target_owner", "secret");
        CLUSTER.createDatabase(COPY);
        CLUSTER.psql(COPY, "grant create, usage on schema public to cli_target_owner");

        PgbackupInProcess.run(
                        "restore", dump("a.dump"), URL, "--no-owner", "--role", "cli_target_owner", "--table", "fruit")
                .mustBeGood();

        assertEquals(
                "cli_target_owner",
                CLUSTER.psql(COPY, "select relowner::regrole from pg_class where relname = 'fruit'"));
        CLUSTER.dropDatabase(COPY);
    }

    @Test
    void restoresATableOrASchemaOfThem() {
        CLUSTER.psql(SOURCE, "create schema other; create table other.one (id int); create table second (id int)");
        try {
            PgbackupInProcess.run("-d", "local", dump("parts.dump"), CLUSTER.url(SOURCE))
                    .mustBeGood();
            CLUSTER.createDatabase(COPY);
            CLUSTER.psql(COPY, "create schema other");

            PgbackupInProcess.run("restore", dump("parts.dump"), URL, "--schema", "other")
                    .mustBeGood();
            assertEquals("one", tables());

            PgbackupInProcess.run("restore", dump("parts.dump"), URL, "--force", "--table", "second")
                    .mustBeGood();
            assertEquals("one,second", tables());
        } finally {
            CLUSTER.psql(SOURCE, "drop schema other cascade; drop table second");
        }
    }

    private static String tables() {
        return CLUSTER.psql(
                COPY,
                "select string_agg(relname, ',' order by relname) from pg_class where relkind = 'r'"
                        + " and relnamespace in ('public'::regnamespace, 'other'::regnamespace)");
    }

    @Test
    void goesOnAfterAnErrorIfToldTo() {
        CLUSTER.createDatabase(COPY);
        CLUSTER.psql(COPY, "create table fruit (other text)");

        CommandOutcome outcome = PgbackupInProcess.run("restore", dump("a.dump"), URL, "--force", "--continue-on-error")
                .mustBeGood();

        assertThat(outcome.err(), containsString("WARNING: pg_restore went on after errors"));
        assertThat(outcome.err(), containsString("errors ignored on restore: "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --create --clean            | mutually exclusive
        --replace --force           | mutually exclusive
        --table fruit               | A plain dump is restored as it was made
        --no-owner                  | A plain dump is restored as it was made
        --continue-on-error         | A plain dump is restored as it was made
        --table=                    | The name of a schema or table to restore is empty
        --role=                     | The role to restore as is empty
        """)
    void refusesWhatDoesNotGoTogether(String options, String sentence) {
        List<String> arguments = new ArrayList<>(List.of("restore", dump("a.sql"), URL));
        arguments.addAll(List.of(options.split(" ")));

        assertThat(
                PgbackupInProcess.run(arguments.toArray(String[]::new))
                        .mustEndWith(2)
                        .err(),
                containsString(sentence));
    }

    @Test
    void endsItsSessionsIfItFails() throws Exception {
        CLUSTER.createDatabase(COPY);
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path pgRestore = bin.resolve("pg_restore");
        // Leaves a session that goes on without its client, as a long statement does.
        Files.writeString(pgRestore, """
                #!/bin/sh
                PATH=${PATH#*:}
                for argument; do
                    case $argument in --dbname=*) url=${argument#--dbname=} ;; esac
                done
                [ -n "$url" ] || exec pg_restore "$@"
                setsid psql -Xc 'select pg_sleep(300)' "$url" >/dev/null 2>&1 &
                sleep 1
                exit 1
                """);
        assertTrue(pgRestore.toFile().setExecutable(true));

        PgbackupProcess.run(
                        directory, Map.of("PATH", bin + ":" + System.getenv("PATH")), "restore", dump("a.dump"), URL)
                .mustEndWith(1);

        assertEquals(
                "0",
                CLUSTER.psql(
                        "postgres", "select count(*) from pg_stat_activity where query like 'select pg_sleep(300)%'"));
    }

    private static List<String> databases() {
        String names = CLUSTER.psql(
                "postgres",
                "select datname from pg_database where datname like 'cli \"target\"%' or datname like 'pgbackup_restore%'"
                        + " order by datname");
        return names.isEmpty() ? List.of() : List.of(names.split("\n"));
    }

    private static String dump(String name) {
        return directory.resolve(name).toString();
    }
}
