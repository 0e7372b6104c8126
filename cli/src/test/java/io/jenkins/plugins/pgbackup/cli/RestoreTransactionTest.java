package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a restore that fails leaves of the database: all, or it says what may be missing. */
class RestoreTransactionTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String SOURCE = "transaction_source";
    private static final String TARGET = "transaction_target";
    private static final String AS_IT_WAS = "transaction_as_it_was";
    private static final String URL = CLUSTER.url(TARGET);

    /** Of the partition's primary key pg_restore cannot drop what it has from its parent, after it has dropped much else. */
    private static final String PARTITIONED = """
            create table parent (id int primary key, at date) partition by range (id);
            create table part partition of parent for values from (0) to (1000);
            insert into parent select n, now() from generate_series(1, 100) n;
            create table other (id int primary key, a text);
            create index on other (a);
            create function f() returns trigger language plpgsql as $$ begin return new; end $$;
            create trigger t before insert on other for each row execute function f();
            alter table other enable row level security;
            create policy p on other using (true);
            """;

    @TempDir
    private Path directory;

    @BeforeEach
    void createDatabases() {
        CLUSTER.createAnew(SOURCE, TARGET, AS_IT_WAS);
    }

    @AfterAll
    static void dropDatabases() {
        CLUSTER.dropDatabase(SOURCE, TARGET, AS_IT_WAS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.tar", "a.dump.gz"})
    void aCleanRestoreThatFailsLeavesTheDatabaseAsItWas(String name) {
        fill(PARTITIONED);
        String dump = backUp(name);

        CommandOutcome outcome =
                PgbackupInProcess.run("restore", dump, URL, "--clean").mustEndWith(1);

        assertThat(outcome.err(), containsString("cannot drop inherited constraint"));
        assertThat(outcome.err(), not(containsString("may hold a part")));
        DatabaseComparison.assertSame(CLUSTER, AS_IT_WAS, TARGET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.tar", "a.sql"})
    void oneBesideOtherTablesLeavesTheDatabaseAsItWas(String name) {
        CLUSTER.psql(SOURCE, "create table a as select 1; create table z as select 2;");
        CLUSTER.psql(TARGET, "create table z as select 3; create view v as select * from z;");
        CLUSTER.psql(AS_IT_WAS, "create table z as select 3; create view v as select * from z;");
        String dump = backUp(name);

        CommandOutcome outcome =
                PgbackupInProcess.run("restore", dump, URL, "--force").mustEndWith(1);

        assertThat(outcome.err(), containsString("relation \"z\" already exists"));
        DatabaseComparison.assertSame(CLUSTER, AS_IT_WAS, TARGET);
    }

    /** A script ends wherever it is cut off. */
    @ParameterizedTest
    @ValueSource(strings = {"a.sql", "a.sql.gz", "a.dump"})
    void oneOfADumpThatIsCutOffLeavesTheDatabaseAsItWas(String name) throws IOException {
        PgbackupInProcess.run("restore", cutOff(name), URL).mustEndWith(1);

        DatabaseComparison.assertSame(CLUSTER, AS_IT_WAS, TARGET);
    }

    @Test
    void oneOfAPlainDumpThatWasChangedLeavesTheDatabaseAsItWas() throws IOException {
        CLUSTER.psql(SOURCE, "create table a as select 'some text' as text");
        Path dump = Path.of(backUp("a.sql"));
        Files.writeString(dump, Files.readString(dump).replace("some text", "SOME TEXT"));

        assertThat(
                PgbackupInProcess.run("restore", dump.toString(), URL)
                        .mustEndWith(1)
                        .err(),
                containsString("its bytes were changed, do not rely on it"));

        DatabaseComparison.assertSame(CLUSTER, AS_IT_WAS, TARGET);
    }

    /** pg_restore 15 takes the end of the file for the end of the rows, and commits. */
    @Test
    void ofATarArchiveThatIsCutOffItSaysWhereItIs() throws IOException {
        assertThat(
                PgbackupInProcess.run("restore", cutOff("a.tar"), URL)
                        .mustEndWith(1)
                        .err(),
                containsString("What was restored from it may be in the database postgresql://"));
    }

    @Test
    void ofAnArchiveThatWasChangedItSaysWhereItIs() throws IOException {
        CLUSTER.psql(SOURCE, "create table a as select 'some text' as text");
        Path dump = Path.of(backUp("a.tar"));
        byte[] bytes = Files.readAllBytes(dump);
        Files.write(
                dump,
                new String(bytes, StandardCharsets.ISO_8859_1)
                        .replace("some text", "SOME TEXT")
                        .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(
                PgbackupInProcess.run("restore", dump.toString(), URL)
                        .mustEndWith(1)
                        .err(),
                containsString("What was restored from it may be in the database postgresql://"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-single-transaction", "--jobs=2"})
    void inSeveralTransactionsItSaysThatAPartMayBeThere(String option) {
        fill(PARTITIONED);
        String dump = backUp("a.dump");

        CommandOutcome outcome =
                PgbackupInProcess.run("restore", dump, URL, "--clean", option).mustEndWith(1);

        assertThat(
                outcome.err(),
                containsString(
                        " may hold a part of the dump now, and lack a part of what it had: restore into a new one."));
        assertEquals(option.startsWith("--jobs") ? 2 : 1, outcome.err().lines().count());
    }

    @Test
    void aPlainDumpInSeveralTransactionsToo() {
        CLUSTER.psql(SOURCE, "create table a as select 1; create table z as select 2;");
        CLUSTER.psql(TARGET, "create table z as select 3;");

        CommandOutcome outcome = PgbackupInProcess.run(
                        "restore", backUp("a.sql"), URL, "--force", "--no-single-transaction")
                .mustEndWith(1);

        assertThat(outcome.err(), containsString(" may hold a part of the dump now: restore into a new one."));
        assertEquals("1", CLUSTER.psql(TARGET, "select count(*) from pg_class where relname = 'a'"));
    }

    @Test
    void saysWhatCannotRunInASingleTransaction() throws IOException {
        Path dump = Files.writeString(
                directory.resolve("a.sql"),
                "CREATE DATABASE transaction_other;\n--\n-- PostgreSQL database dump complete\n--\n");

        assertThat(
                PgbackupInProcess.run("restore", dump.toString(), URL)
                        .mustEndWith(1)
                        .err(),
                containsString("in one transaction, because CREATE DATABASE stands in it"));
        PgbackupInProcess.run("restore", dump.toString(), URL, "--no-single-transaction")
                .mustBeGood();
        CLUSTER.dropDatabase("transaction_other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.tar", "a.sql"})
    void saysWhatToDoWhereTheServerHasTooFewLocks(String name) {
        CLUSTER.psql(
                SOURCE,
                "do $$ begin for n in 1..800 loop execute 'create table t' || n || ' (a int)';" + " end loop; end $$");
        String dump = backUp(name);
        try (PostgresCluster small = PostgresCluster.create()) {
            small.psql("postgres", "alter system set max_locks_per_transaction = 10");
            small.psql("postgres", "alter system set max_connections = 10");
            small.stop();
            small.start();
            small.createDatabase(TARGET);

            CommandOutcome outcome =
                    PgbackupInProcess.run("restore", dump, small.url(TARGET)).mustEndWith(1);

            assertThat(outcome.err(), containsString("raise max_locks_per_transaction there and restart it"));
            assertThat(outcome.err(), containsString("or say --no-single-transaction"));
            assertEquals("0", small.psql(TARGET, "select count(*) from pg_class where relname = 't1'"));
            PgbackupInProcess.run("restore", dump, small.url(TARGET), "--no-single-transaction")
                    .mustBeGood();
            assertEquals("1", small.psql(TARGET, "select count(*) from pg_class where relname = 't800'"));
        }
    }

    private static void fill(String sql) {
        for (String database : new String[] {SOURCE, TARGET, AS_IT_WAS}) {
            CLUSTER.psql(database, sql);
        }
    }

    private String cutOff(String name) throws IOException {
        CLUSTER.psql(SOURCE, "create table a as select md5(n::text) from generate_series(1, 50000) n");
        Path dump = Path.of(backUp(name));
        byte[] bytes = Files.readAllBytes(dump);
        Files.write(dump, Arrays.copyOf(bytes, bytes.length * 9 / 10));
        Files.delete(dump.resolveSibling(name + ".json"));
        return dump.toString();
    }

    private String backUp(String name) {
        String dump = directory.resolve(name).toString();
        PgbackupInProcess.run("-d", "local", dump, CLUSTER.url(SOURCE)).mustBeGood();
        return dump;
    }
}
