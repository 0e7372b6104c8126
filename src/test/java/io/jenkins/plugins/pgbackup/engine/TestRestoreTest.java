package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport.Check;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport.Result;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Command;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.ServerUserMachine;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
        nothingRuns();
        Files.delete(temporary);
    }

    private void nothingRuns() throws IOException {
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(List.of(), left.toList());
        }
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
        assertThat(check(report, "extensions").sentence(), is("Created: citext, pg_stat_statements."));
        assertThat(check(report, "sequences").sentence(), is("2 sequences are ahead of their columns."));
        assertEquals(List.of("postgres", "test \"owner", "test_reader"), report.roles());
    }

    /** The manifest counts the rows as they were, and the table of contents is still whole. */
    @ParameterizedTest
    @ValueSource(strings = {"less.sql", "less.dump"})
    void aTableWithoutItsRowsFails(String name) throws Exception {
        CLUSTER.createDatabase("test_restore_less");
        CLUSTER.psql(
                "test_restore_less",
                "create table fruit as select n from generate_series(1, 1000) n;"
                        + " create table other as select 1 as a");
        back("test_restore_less", name);
        String whole = Files.readString(dumps.resolve(name + ".json"));
        CLUSTER.psql("test_restore_less", "truncate fruit");
        Files.delete(dumps.resolve(name));
        Files.delete(dumps.resolve(name + ".json"));
        back("test_restore_less", name);
        CLUSTER.dropDatabase("test_restore_less");
        // By hand: the manifest of the whole dump, with size and digest of the one that lacks rows.
        ObjectNode manifest = (ObjectNode) new ObjectMapper().readTree(whole);
        JsonNode less =
                new ObjectMapper().readTree(dumps.resolve(name + ".json").toFile());
        manifest.set("sizeBytes", less.get("sizeBytes"));
        manifest.set("sha256", less.get("sha256"));
        Files.writeString(dumps.resolve(name + ".json"), manifest.toString());

        RestoreTestReport report = test(name, PRIVATE);

        assertTrue(report.restored());
        assertFailed(
                report, "rows", is("Rows differ: public.fruit has 0, dumped were 1,000. Do not rely on the dump."));
        assertEquals(1, report.count(Result.FAILED));
    }

    @Test
    void aFlippedByteFails() throws Exception {
        byte[] bytes = Files.readAllBytes(dumps.resolve("shop.dump"));
        bytes[bytes.length * 2 / 3] ^= 1;

        RestoreTestReport report = test(changed("flipped.dump", bytes), PRIVATE);

        assertFalse(report.restored());
        assertThat(report.sha256(), is(nullValue()));
        assertFailed(report, "digest", containsString("its bytes were changed, do not rely on it."));
        assertThat(result(report, "restore"), is(Result.FAILED));
        assertThat(result(report, "rows"), is(Result.SKIPPED));
    }

    @Test
    void anObjectThatIsCutOffFails() throws Exception {
        byte[] bytes = Files.readAllBytes(dumps.resolve("shop.sql.gz"));

        RestoreTestReport report = test(changed("cut.sql.gz", Arrays.copyOf(bytes, bytes.length / 2)), PRIVATE);

        assertFalse(report.restored());
        assertFailed(report, "digest", containsString("it is damaged or cut off, do not rely on it."));
        assertThat(result(report, "restore"), is(Result.FAILED));
    }

    @Test
    void aDumpWithoutManifestIsTestedWithoutItsNumbers() throws Exception {
        Files.copy(dumps.resolve("shop.tar"), dumps.resolve("alone.tar"));

        RestoreTestReport report = test("alone.tar", PRIVATE);

        assertTrue(report.passed(), report::toString);
        assertThat(result(report, "digest"), is(Result.SKIPPED));
        assertThat(result(report, "rows"), is(Result.SKIPPED));
        assertThat(report.sha256(), is(nullValue()));
    }

    @Test
    void aMissingExtensionFails() throws Exception {
        put("extension.sql", "CREATE EXTENSION IF NOT EXISTS postgis_raster WITH SCHEMA public;\n");

        RestoreTestReport report = test("extension.sql", PRIVATE);

        assertFalse(report.restored());
        assertFalse(report.trustNeeded());
        assertFailed(report, "restore", containsString("found no extension postgis_raster on the server"));
        assertFailed(report, "extensions", containsString("install its package there"));
    }

    /** A restore ends at the first of them. */
    @Test
    void allMissingExtensionsAreNamed() throws Exception {
        put("extensions.sql", "CREATE EXTENSION IF NOT EXISTS postgis_raster WITH SCHEMA public;\n");
        describe("extensions.sql", "postgis_raster", "citext", "Other one");

        RestoreTestReport report = test("extensions.sql", PRIVATE);

        assertFailed(report, "restore", containsString("found no extension postgis_raster on the server"));
        assertFailed(
                report,
                "extensions",
                is("The server does not have the extensions postgis_raster, Other one:"
                        + " install their packages there, for its version."));
    }

    @Test
    void anExtensionThatWasNotRestoredFails() throws Exception {
        put("less.sql", "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;\n");
        describe("less.sql", "citext", "hstore");

        RestoreTestReport report = test("less.sql", PRIVATE);

        assertTrue(report.restored());
        assertFailed(
                report,
                "extensions",
                is("The dump creates extensions that are not there: hstore. Look into what pg_restore said."));
        assertEquals(1, report.count(Result.FAILED));
    }

    /** On a private server the role would be created. */
    @Test
    void anOwnerThatIsNotThereFailsOnAServerOfItsOwn() throws Exception {
        put("owner.sql", "CREATE TABLE public.t (a int);\nALTER TABLE public.t OWNER TO nobody_here;\n");

        RestoreTestReport report = test("owner.sql", onServer());

        assertFalse(report.restored());
        assertFailed(report, "restore", containsString("found no role nobody_here"));
        assertEquals(List.of(), report.roles());
        assertTrue(test("owner.sql", PRIVATE).passed());
    }

    @Test
    void anOwnerThatMayNotBeSetFailsOnAServerOfItsOwn() throws Exception {
        put("owner2.sql", "CREATE TABLE public.t (a int);\nALTER TABLE public.t OWNER TO postgres;\n");
        CLUSTER.createRole("test_restorer", "secret");
        CLUSTER.psql("postgres", "alter role test_restorer createdb");
        try {
            RestoreTestReport report = test(
                    "owner2.sql",
                    new RestoreTestRequest(
                            Optional.of(PostgresUrl.parse(CLUSTER.url("test_restorer", "secret", "postgres"))),
                            List.of(),
                            false,
                            false));

            assertFailed(report, "restore", containsString("may not give objects to the role postgres"));
        } finally {
            CLUSTER.psql("postgres", "drop role test_restorer");
        }
    }

    @Test
    void aGoodDumpPassesOnAServerOfItsOwn() throws Exception {
        RestoreTestReport report = test("shop.dump", onServer());

        assertTrue(report.passed(), report::toString);
        assertEquals("127.0.0.1:" + CLUSTER.port(), report.server());
    }

    @Test
    void ownChecksThatAreNotTrueFail() throws Exception {
        List<String> checks = List.of(
                "select count(*) > 1000 from shop.fruit",
                "select true from shop.fruit",
                "select true where false",
                "select null::boolean",
                "select 1",
                "select true, true",
                "select count(*) > 1 from not_there",
                "select bool_and(count > 0) from shop.fruit");

        RestoreTestReport report = test("shop.dump", new RestoreTestRequest(Optional.empty(), checks, false, false));

        assertTrue(report.restored());
        assertFalse(report.passed());
        assertFailed(report, checks.get(0), is("It is false."));
        assertFailed(report, checks.get(1), containsString("and gave \"t t t"));
        assertFailed(report, checks.get(2), containsString("gave no row or NULL"));
        assertFailed(report, checks.get(3), containsString("gave no row or NULL"));
        assertFailed(report, checks.get(4), containsString("gave \"1\""));
        assertFailed(report, checks.get(5), containsString("gave \"t|t\""));
        assertFailed(report, checks.get(6), containsString("relation \"not_there\" does not exist"));
        assertThat(result(report, checks.get(7)), is(Result.PASSED));
        assertEquals(7, report.count(Result.FAILED));
    }

    @Test
    void aSequenceThatIsBehindFails() throws Exception {
        put("sequence.sql", """
                CREATE TABLE public.up (a bigint GENERATED BY DEFAULT AS IDENTITY, b serial);
                INSERT INTO public.up VALUES (7, 7);
                SELECT pg_catalog.setval('public.up_a_seq', 7, false);
                SELECT pg_catalog.setval('public.up_b_seq', 7, true);
                CREATE TABLE public.down (a int GENERATED BY DEFAULT AS IDENTITY (INCREMENT -1));
                INSERT INTO public.down VALUES (-3);
                CREATE TABLE public.round (a int GENERATED BY DEFAULT AS IDENTITY (CYCLE));
                INSERT INTO public.round VALUES (3);
                """);

        RestoreTestReport report = test("sequence.sql", PRIVATE);

        assertFailed(
                report,
                "sequences",
                allOf(
                        containsString("public.up_a_seq (next 7, public.up.a has 7)"),
                        containsString("public.down_a_seq (next -1, public.down.a has -3)"),
                        not(containsString("up_b_seq")),
                        not(containsString("round"))));
    }

    /** What a dump defines runs with the rights of the user who queries it. */
    @Test
    void whatIsCheckedRunsNoProgramEither() throws Exception {
        put("later.sql", """
                CREATE FUNCTION public.f() RETURNS boolean LANGUAGE plpgsql AS $$
                BEGIN COPY (SELECT 1) TO PROGRAM 'touch RAN'; RETURN true; END $$;
                CREATE VIEW public.orders AS SELECT 1 AS a WHERE public.f();
                """.replace("RAN", ran().toString()));

        String check = "select count(*) = 1 from orders";
        RestoreTestReport report =
                test("later.sql", new RestoreTestRequest(Optional.empty(), List.of(check), true, false));

        assertFalse(Files.exists(ran()));
        assertTrue(report.restored());
        assertFailed(report, check, containsString("COPY to or from an external program"));
    }

    @Test
    void aDumpThatIsTrustedCanRunAProgram() throws Exception {
        put("trusted.sql", "COPY (SELECT 1) TO PROGRAM 'cat > " + ran() + "';\n");

        RestoreTestReport refused = test("trusted.sql", PRIVATE);
        assertTrue(refused.trustNeeded());
        assertFailed(refused, "restore", containsString("is restored without the rights of a superuser"));
        assertFalse(Files.exists(ran()));

        assertTrue(test("trusted.sql", new RestoreTestRequest(Optional.empty(), List.of(), false, true))
                .passed());
        assertTrue(Files.deleteIfExists(ran()));
    }

    @Test
    void aServerCannotBeRoot() {
        assertThat(
                assertThrows(
                                BackupException.class,
                                () -> new TestRestore(
                                                new RootMachine(temporary), Journal.NONE, listener, Clock.systemUTC())
                                        .run(StoredDump.find(new LocalDumps(dumps), "shop.dump"), PRIVATE))
                        .getMessage(),
                is(
                        "A private server cannot run as root, who runs this on this machine: run it as another user, or name a"
                                + " server for the test."));
    }

    @Test
    void aServerMustBeOfTheDumpsVersion() throws Exception {
        Files.copy(dumps.resolve("shop.sql"), dumps.resolve("newer.sql"));
        Files.writeString(
                dumps.resolve("newer.sql.json"),
                Files.readString(dumps.resolve("shop.sql.json"))
                        .replace("shop.sql", "newer.sql")
                        .replace("\"serverVersion\" : \"15.18\"", "\"serverVersion\" : \"99.1\""));

        assertThat(
                assertThrows(BackupException.class, () -> test("newer.sql", PRIVATE))
                        .getMessage(),
                startsWith(
                        "A private server for this dump must be PostgreSQL 99 or newer, and the newest initdb on this"
                                + " machine is "));
    }

    /** Of a path that is too long for a socket. */
    @Test
    void aLongTemporaryDirectoryIsGoodEnough() throws Exception {
        Path deep = temporary.resolve("x".repeat(90));

        RestoreTestReport report = new TestRestore(
                        new ServerUserMachine(deep), Journal.NONE, listener, Clock.systemUTC())
                .run(StoredDump.find(new LocalDumps(dumps), "shop.tar"), PRIVATE);

        assertTrue(report.passed(), report::toString);
        Files.delete(deep);
    }

    /** In whatever step it is: nothing is left, see {@link #nothingIsLeft}. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptLeavesNothing(boolean privateServer) throws Exception {
        Random random = new Random();
        int interrupted = 0;
        for (int i = 0; i < 8; i++) {
            AtomicReference<Throwable> end = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                try {
                    test("shop.dump", privateServer ? PRIVATE : onServer());
                } catch (Exception e) {
                    end.set(e);
                }
            });
            thread.start();
            Thread.sleep(random.nextInt(privateServer ? 5000 : 2500));
            thread.interrupt();
            thread.join();
            interrupted += end.get() instanceof InterruptedException ? 1 : 0;
            nothingRuns();
        }
        assertTrue(interrupted > 0);
    }

    private Path ran() {
        return temporary.resolve("ran");
    }

    private static RestoreTestRequest onServer() {
        return new RestoreTestRequest(Optional.of(PostgresUrl.parse(CLUSTER.url("postgres"))), List.of(), false, false);
    }

    private static Result result(RestoreTestReport report, String check) {
        return check(report, check).result();
    }

    private static void assertFailed(RestoreTestReport report, String check, Matcher<String> sentence) {
        assertThat(result(report, check), is(Result.FAILED));
        assertThat(check(report, check).sentence(), sentence);
    }

    private static Check check(RestoreTestReport report, String name) {
        return report.checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(report));
    }

    /** Stores other bytes under the manifest of the dump that has the same suffix. */
    private static String changed(String name, byte[] bytes) throws IOException {
        String original = "shop" + name.substring(name.indexOf('.'));
        Files.write(dumps.resolve(name), bytes);
        Files.writeString(
                dumps.resolve(name + ".json"),
                Files.readString(dumps.resolve(original + ".json"))
                        .replace("\"fileName\" : \"" + original, "\"fileName\" : \"" + name));
        return name;
    }

    /** Stores a plain dump, without a manifest. */
    private static void put(String name, String sql) throws IOException {
        Files.writeString(
                dumps.resolve(name),
                "--\n-- PostgreSQL database dump\n--\n\n" + sql + "--\n-- PostgreSQL database dump complete\n--\n\n");
    }

    /** Writes the manifest of a plain dump without tables. */
    private static void describe(String name, String... extensions) throws Exception {
        byte[] dump = Files.readAllBytes(dumps.resolve(name));
        new ObjectMapper()
                .writeValue(
                        dumps.resolve(name + ".json").toFile(),
                        Map.of(
                                "fileName",
                                name,
                                "format",
                                "plain",
                                "sizeBytes",
                                dump.length,
                                "sha256",
                                HexFormat.of()
                                        .formatHex(MessageDigest.getInstance("SHA-256")
                                                .digest(dump)),
                                "tables",
                                List.of(),
                                "extensions",
                                List.of(extensions)));
    }

    private RestoreTestReport test(String name, RestoreTestRequest request) throws Exception {
        return new TestRestore(machine, Journal.NONE, listener, Clock.systemUTC())
                .run(StoredDump.find(new LocalDumps(dumps), name), request);
    }

    /** As for a user who may not start a server. */
    private static final class RootMachine extends ServerUserMachine {

        RootMachine(Path temporary) throws IOException {
            super(temporary);
        }

        @Override
        public RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException {
            return command.program().endsWith("/initdb") && !command.arguments().contains("--version")
                    ? super.start(
                            new Command(
                                    List.of("sh", "-c", "echo 'initdb: error: cannot be run as root' >&2; exit 1"),
                                    command.environment()),
                            out,
                            err)
                    : super.start(command, out, err);
        }
    }
}
