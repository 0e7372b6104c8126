package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Command;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs of PostgreSQL 17 and a server that is older. The dumps in {@code client17} were made by {@code pg_dump} 17.12 of a
 * server 15.18. The programs themselves are not to be had everywhere, so those of the machine say that they are 17.6; what they
 * would do that is different is never reached.
 */
class NewerClientTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String SOURCE = "newer_source";
    private static final String TARGET = "newer_target";

    @TempDir
    private Path directory;

    private final RecordingListener listener = new RecordingListener();

    @BeforeEach
    void create() {
        CLUSTER.createDatabase(SOURCE);
        CLUSTER.psql(SOURCE, "create table fruit as select 1 as id union all select 2");
        CLUSTER.createDatabase(TARGET);
    }

    @AfterEach
    void drop() {
        CLUSTER.dropDatabase(SOURCE);
        CLUSTER.dropDatabase(TARGET);
    }

    @ParameterizedTest
    @EnumSource(names = {"CUSTOM", "TAR"})
    void anArchiveIsWarnedOfWhenItIsMade(DumpFormat format) throws Exception {
        Manifest manifest = backUp(new OtherVersion("17.6", "pg_dump", "pg_restore"), format);

        assertThat(
                manifest.warnings(),
                contains(allOf(
                        containsString("pg_dump 17.6 is newer than the server, PostgreSQL 15."),
                        containsString("can be restored to PostgreSQL 17 or newer alone: install the PostgreSQL client"
                                + " 15 to 16 on this machine, or choose the plain format."))));
        assertThat(listener.notes, is(List.of("WARNING: " + manifest.warnings().get(0))));
    }

    @Test
    void aPlainDumpIsNot() throws Exception {
        Manifest manifest = backUp(new OtherVersion("17.6", "pg_dump"), DumpFormat.PLAIN);

        assertThat(manifest.warnings(), is(empty()));
        assertThat(listener.notes, is(empty()));
        assertThat(manifest.restore(), containsString("(SET transaction_timeout = 0);$/d"));
    }

    @ParameterizedTest
    @EnumSource
    void norIsADumpOfAsNewAServer(DumpFormat format) throws Exception {
        Manifest manifest = backUp(new TestMachine(), format);

        assertThat(manifest.warnings(), is(empty()));
        assertThat(listener.notes, is(empty()));
        assertThat(manifest.restore(), not(containsString("sed")));
    }

    @Test
    void aPlainDumpGoesBackToTheOlderServer() throws Exception {
        take("shop.sql");

        restore(new TestMachine(), "shop.sql");

        assertEquals("apple,pear", CLUSTER.psql(TARGET, "select string_agg(name, ',' order by id) from fruit"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.dump", "shop.tar"})
    void anArchiveIsRefusedThere(String name) throws Exception {
        take(name);
        describe(name);

        BackupException refused = assertThrows(BackupException.class, () -> restore(new TestMachine(), name));

        assertThat(
                refused.getMessage(),
                allOf(
                        containsString(
                                " was made by pg_dump 17.12, and what it makes goes to PostgreSQL 17 or newer alone"),
                        containsString(" is PostgreSQL 15."),
                        containsString(
                                ": restore to a newer server, or make a plain dump, or one with pg_dump 15 to 16.")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.dump", "shop.tar"})
    void withoutAManifestPgRestoreSaysThatItIsTooOld(String name) throws Exception {
        take(name);

        assertThat(
                assertThrows(BackupException.class, () -> restore(new TestMachine(), name))
                        .getMessage(),
                containsString("pg_restore is too old for the dump"));
    }

    /** What pg_restore says itself, the archive's version, does not say what to install. */
    @Test
    void anOlderPgRestoreIsRefusedBeforeItBegins() throws Exception {
        take("shop.dump");
        describe("shop.dump", "16.4");

        BackupException refused =
                assertThrows(BackupException.class, () -> restore(new OtherVersion("15.2", "pg_restore"), "shop.dump"));

        assertThat(
                refused.getMessage(),
                is("pg_restore 15.2 on this machine cannot read " + directory.resolve("shop.dump")
                        + ", which pg_dump 16.4 made: install the PostgreSQL client of version 16 or newer there."));
    }

    /** Whatever made the archive: it is pg_restore that sets it. */
    @ParameterizedTest
    @EnumSource(names = {"CUSTOM", "TAR"})
    void aNewerPgRestoreIsRefusedBeforeItBegins(DumpFormat format) throws Exception {
        String name = backUp(new TestMachine(), format).fileName();

        BackupException refused =
                assertThrows(BackupException.class, () -> restore(new OtherVersion("17.6", "pg_restore"), name));

        assertThat(
                refused.getMessage(),
                allOf(
                        containsString(
                                "pg_restore 17.6 on this machine sets transaction_timeout, which PostgreSQL 15."),
                        containsString(
                                " does not know: use pg_restore 15 to 16, or restore to PostgreSQL 17 or newer.")));
        assertEquals("0", CLUSTER.psql(TARGET, "select count(*) from pg_class where relname = 'fruit'"));
    }

    private Manifest backUp(Machine machine, DumpFormat format) throws Exception {
        return new BackupHere(
                        CLUSTER.url(SOURCE),
                        new DumpOptionsBuilder()
                                .format(format)
                                .compression(Compression.gzip(1))
                                .build(),
                        "dump",
                        Verification.FULL,
                        Duration.ZERO)
                .make(machine, LocalStore.at(machine, directory.toString(), "./", true), listener);
    }

    private void restore(Machine machine, String name) throws Exception {
        PlainRestore.run(
                machine,
                listener,
                StoredDump.find(new LocalDumps(directory), name),
                PostgresUrl.parse(CLUSTER.url(TARGET)),
                RestoreOptions.DEFAULTS);
    }

    private void take(String name) throws IOException {
        try (InputStream dump = NewerClientTest.class.getResourceAsStream("client17/" + name)) {
            Files.copy(dump, directory.resolve(name));
        }
    }

    private void describe(String name) throws Exception {
        describe(name, "17.12");
    }

    private void describe(String name, String clientVersion) throws Exception {
        byte[] dump = Files.readAllBytes(directory.resolve(name));
        Map<String, Object> manifest = Map.of(
                "fileName",
                name,
                "clientVersion",
                clientVersion,
                "format",
                name.endsWith("tar") ? "tar" : "custom",
                "sizeBytes",
                dump.length,
                "sha256",
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(dump)));
        Files.write(directory.resolve(name + ".json"), new ObjectMapper().writeValueAsBytes(manifest));
    }

    /** A machine where some programs say that they are of another version. */
    private static final class OtherVersion extends TestMachine {

        private final String version;
        private final List<String> programs;

        OtherVersion(String version, String... programs) {
            this.version = version;
            this.programs = List.of(programs);
        }

        @Override
        public RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException {
            return programs.contains(command.program()) && command.arguments().contains("--version")
                    ? super.start(
                            new Command(
                                    List.of("echo", command.program() + " (PostgreSQL) " + version),
                                    command.environment()),
                            out,
                            err)
                    : super.start(command, out, err);
        }
    }
}
