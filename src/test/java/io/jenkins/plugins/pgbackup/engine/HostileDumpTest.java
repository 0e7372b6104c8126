package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.engine.machine.Command;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.RestoredContents;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An attacker who can write to the place where dumps are kept writes a dump with a fitting manifest, and waits until it is restored. No
 * program of his may run on the machine where that is done.
 */
class HostileDumpTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "hostile";
    private static final RestoreOptions CAREFUL = RestoreOptions.DEFAULTS;
    private static final RestoreOptions TRUSTING = new RestoreOptions(false, 1, true, true, true, RestoredContents.ALL);

    @TempDir
    private Path directory;

    @BeforeEach
    void createDatabase() {
        CLUSTER.createAnew(DATABASE);
    }

    @AfterAll
    static void dropDatabase() {
        CLUSTER.dropDatabase(DATABASE);
    }

    @ParameterizedTest
    @CsvSource({"shop.dump, plain", "shop.sql, custom", "shop.tar, plain", "shop.sql.gz, tar", "shop.DUMP, plain"})
    void isRefusedWhereNameAndManifestDisagree(String name, String format) throws Exception {
        put(name, format, name, "\\! touch " + ran() + "\n");

        BackupException refused = assertThrows(BackupException.class, () -> find(name));

        assertThat(refused.getMessage(), containsString("one of the two was changed, do not rely on them."));
        assertNothingRan();
    }

    @Test
    void isRefusedWithTheManifestOfAnotherDump() throws Exception {
        put("shop.sql", "plain", "other\u001b\n.sql", "select 1;\n");

        BackupException refused = assertThrows(BackupException.class, () -> find("shop.sql"));

        assertThat(refused.getMessage(), containsString("is that of \"other? .sql\": give the dump and its manifest"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"directory", "", "pl\nain"})
    void isRefusedWithAFormatThatNoDumpHas(String format) throws Exception {
        put("shop", format, "shop", "select 1;\n");

        assertThat(
                assertThrows(BackupException.class, () -> find("shop")).getMessage(),
                containsString("which no dump has"));
    }

    /** KEY is the one with which the dump itself restricts psql, as pg_dump does it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\! COMMAND",
                "\\restrict KEY\n\\unrestrict KEY\n\\! COMMAND",
                "\\unrestrict KEY\n\\! COMMAND",
                "\\unrestrict `COMMAND`",
                "\\\\unrestrict `COMMAND`",
                "select 1 \\unrestrict `COMMAND`",
                "select 'a\\'\\unrestrict `COMMAND`",
                "set client_encoding = 'SJIS';\nselect 1 as \u0095\\\\unrestrict `COMMAND`",
                "select 1 \\g |COMMAND",
                "\\o |COMMAND",
                "\\set x `COMMAND`",
                "\\copy (select 1) to program 'COMMAND'",
                "select 'COMMAND' \\gset\n\\! COMMAND",
                "create table t (a text);\ncopy t from stdin;\n\\.\n\\! COMMAND",
            })
    void runsNoProgram(String forged) throws Exception {
        String lines = forged.replace("KEY", "abc").replace("COMMAND", "touch " + ran()) + "\n";
        for (String name : List.of("shop.sql", "shop.sql.gz", "shop")) {
            for (String head : List.of("", "\\restrict abc\n")) {
                put(name, "plain", name, head + "create table public.before (a int);\n" + lines);

                RestoreRefusedException refused =
                        assertThrows(RestoreRefusedException.class, () -> restore(new TestMachine(), name, CAREFUL));

                assertEquals(Remedy.TRUST, refused.remedy());
                assertThat(refused.getMessage(), containsString("find out who made"));
                assertNothingRan();
                assertEquals("0", CLUSTER.psql(DATABASE, "select count(*) from pg_class where relname = 'before'"));
            }
        }
    }

    @Test
    void runsNoProgramAfterMegabytesOfData() throws Exception {
        String data =
                "create table public.t (a text);\ncopy public.t from stdin;\n" + "data\n".repeat(1 << 20) + "\\.\n";
        put("shop.sql", "plain", "shop.sql", data + "\\unrestrict `touch " + ran() + "`\n");

        assertThrows(RestoreRefusedException.class, () -> restore(new TestMachine(), "shop.sql", CAREFUL));

        assertNothingRan();
    }

    @Test
    void runsOneWhereItIsTrusted() throws Exception {
        put("shop.sql", "plain", "shop.sql", "\\! touch " + ran() + "\n");

        restore(new TestMachine(), "shop.sql", TRUSTING);

        assertTrue(Files.exists(ran()));
    }

    @Test
    void isNotGivenToAPsqlThatCannotBeRestricted() throws Exception {
        put("shop.sql", "plain", "shop.sql", "\\! touch " + ran() + "\n");

        RestoreRefusedException refused =
                assertThrows(RestoreRefusedException.class, () -> restore(new OlderPsql(), "shop.sql", CAREFUL));

        assertThat(refused.getMessage(), containsString("install the newest minor release of psql"));
        assertNothingRan();
    }

    /** What pg_dump writes into every plain dump is unknown to it. */
    @Test
    void comesBackThroughAPsqlThatCannotBeRestrictedWhereItIsTrusted() throws Exception {
        backUp("shop.sql");

        restore(new OlderPsql(), "shop.sql", TRUSTING);

        DatabaseComparison.assertSame(CLUSTER, "hostile_source", DATABASE);
        CLUSTER.dropDatabase("hostile_source");
    }

    /** Data that looks like psql's commands are data. */
    @ParameterizedTest
    @ValueSource(strings = {"shop.sql", "shop.sql.zst", "shop.dump", "shop.tar"})
    void whatOnlyLooksLikeItComesBack(String name) throws Exception {
        backUp(name);

        restore(new TestMachine(), name, CAREFUL);

        DatabaseComparison.assertSame(CLUSTER, "hostile_source", DATABASE);
        CLUSTER.dropDatabase("hostile_source");
    }

    private void backUp(String name) throws Exception {
        CLUSTER.createDatabase("hostile_source");
        CLUSTER.psql("hostile_source", """
                create table t (a text);
                insert into t values (E'\\restrict abc'), (E'\\\\restrict abc'), (E'\\\\unrestrict abc'), (E'\\\\! ls'),
                    (E'\\\\.'), (E'a\\n\\\\unrestrict abc\\n'), (E'\\\\\\\\unrestrict'), (E'$$;\\n\\\\q');
                create function f() returns text language sql as $$
                    select E'\\\\! ls' || '\\restrict';
                $$;
                """);
        Machine machine = new TestMachine();
        new BackupHere(
                        CLUSTER.url("hostile_source"),
                        new DumpOptionsBuilder().build(),
                        null,
                        Verification.FULL,
                        Duration.ZERO)
                .make(machine, LocalStore.at(machine, directory.toString(), name, true), new RecordingListener());
    }

    private StoredDump find(String name) throws IOException {
        return StoredDump.find(new LocalDumps(directory), name);
    }

    private void restore(Machine machine, String name, RestoreOptions options) throws Exception {
        PlainRestore.run(
                machine, new RecordingListener(), find(name), PostgresUrl.parse(CLUSTER.url(DATABASE)), options);
    }

    /** Stores a dump between a plain dump's first and last lines. */
    private void put(String name, String format, String fileName, String lines) throws Exception {
        byte[] dump = ("--\n-- PostgreSQL database dump\n--\n\n" + lines
                        + "--\n-- PostgreSQL database dump complete\n--\n\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        if (name.endsWith(".gz")) {
            ByteArrayOutputStream compressed = new ByteArrayOutputStream();
            try (OutputStream gzip = new GZIPOutputStream(compressed)) {
                gzip.write(dump);
            }
            dump = compressed.toByteArray();
        }
        Files.write(directory.resolve(name), dump);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(dump));
        Files.writeString(
                directory.resolve(name + ".json"),
                new ObjectMapper()
                        .writeValueAsString(Map.of(
                                "uri",
                                "x",
                                "fileName",
                                fileName,
                                "format",
                                format,
                                "sizeBytes",
                                dump.length,
                                "sha256",
                                sha256)));
    }

    /** What a forged dump makes. */
    private Path ran() {
        return directory.resolve("ran");
    }

    private void assertNothingRan() {
        assertFalse(Files.exists(ran()));
    }

    /** A machine whose psql is older than August 2025: it does not know the two commands. */
    private static final class OlderPsql extends TestMachine {

        @Override
        public RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException {
            if (!command.program().equals("psql")) {
                return super.start(command, out, err);
            }
            // psql takes the last line of a restriction for an error where there is no first one.
            List<String> arguments =
                    new ArrayList<>(List.of("sh", "-c", "[ \"$1\" = --help=commands ] || exec psql \"$@\"", "psql"));
            arguments.addAll(command.arguments().subList(1, command.arguments().size()));
            return super.start(new Command(arguments, command.environment()), out, err);
        }
    }
}
