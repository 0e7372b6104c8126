package io.jenkins.plugins.pgbackup.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.ServerUserMachine;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a restore test says of good dumps and of bad ones, and that nothing is left of it. */
class TestRestoreTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String SOURCE = "test_restore_source";
    private static final RestoreTestRequest PRIVATE = new RestoreTestRequest(Optional.empty(), List.of(), false, false);

    @TempDir
    private static Path dumps;

    private Path temporary;
    private Machine machine;

    private final RecordingListener listener = new RecordingListener();

    @BeforeAll
    static void backUp() throws Exception {
        CLUSTER.createDatabase(SOURCE);
        CLUSTER.psql(SOURCE, """
                create role "test ""owner";
                create role test_reader;
                create schema shop;
                create extension pg_stat_statements with schema shop;
                create extension citext;
                create table shop.fruit (id serial primary key, name text unique, count int check (count > 0));
                insert into shop.fruit (name, count) select md5(n::text), n from generate_series(1, 1000) n;
                create table "Ä "".t" (id bigint generated always as identity, a citext);
                insert into "Ä "".t" (a) values ('x');
                create table parted (k int) partition by list (k);
                create table parted_1 partition of parted for values in (1);
                insert into parted values (1), (1);
                alter table shop.fruit add constraint not_valid check (count < 900) not valid;
                create view shop.names as select name from shop.fruit;
                alter schema shop owner to test_reader;
                alter table shop.fruit owner to "test ""owner";
                alter view shop.names owner to "test ""owner";
                alter table parted owner to test_reader;
                grant select on shop.names to test_reader, public;
                alter table shop.fruit enable row level security;
                create policy p on shop.fruit to test_reader, "test ""owner" using (false);
                alter default privileges for role "test ""owner" in schema shop grant select on tables to test_reader;
                select lo_from_bytea(0, 'abc');
                create function shop.f() returns int language sql as 'select 1';
                """);
        for (String name : List.of("shop.dump", "shop.sql", "shop.sql.gz", "shop.tar")) {
            back(SOURCE, name);
        }
    }

    private static void back(String database, String name) throws Exception {
        Machine here = new TestMachine();
        new BackupHere(CLUSTER.url(database), new DumpOptionsBuilder().build(), null, Verification.FULL, Duration.ZERO)
                .make(here, LocalStore.at(here, dumps.toString(), name, true), new RecordingListener());
    }

    @AfterAll
    static void dropSource() {
        CLUSTER.dropDatabase(SOURCE);
        CLUSTER.psql("postgres", "drop role \"test \"\"owner\"; drop role test_reader");
    }

    @BeforeEach
    void makeTemporaryDirectory() throws IOException {
        // Not below java.io.tmpdir, where only its owner can go.
        temporary = Files.createTempDirectory(Path.of("/tmp"), "pgbackup-testing-");
        machine = new ServerUserMachine(temporary);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(List.of(), left.toList());
        }
        Files.delete(temporary);
        assertEquals(
                List.of(),
                ProcessHandle.allProcesses()
                        .filter(process -> process.info()
                                .commandLine()
                                .filter(line -> line.contains(temporary.toString()))
                                .isPresent())
                        .toList());
        assertEquals(
                "", CLUSTER.psql("postgres", "select datname from pg_database where datname like 'pgbackup\\_test%'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.dump", "shop.sql", "shop.sql.gz", "shop.tar"})
    void aGoodDumpPasses(String name) throws Exception {
        RestoreTestReport report = test(
                name,
                new RestoreTestRequest(
                        Optional.empty(),
                        List.of("select count(*) = 1000 from shop.fruit", "select count(*) = 1000 from shop.names"),
                        true,
                        false));

        assertTrue(report.passed(), report::toString);
        assertEquals(List.of("test \"owner", "test_reader"), report.roles());
    }

    private RestoreTestReport test(String name, RestoreTestRequest request) throws Exception {
        return new TestRestore(machine, Journal.NONE, listener, Clock.systemUTC())
                .run(StoredDump.find(new LocalDumps(dumps), name), request);
    }
}
