package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.machine.Command;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole story on one machine, with a real server and real programs, and with programs that fail. */
class BackupTest {

    private static final String DATABASE = "backup_test";
    private static final PostgresCluster CLUSTER = PostgresCluster.shared();

    @TempDir
    private Path directory;

    private final BackupFixture fixture = new BackupFixture();
    private final RecordingListener listener = new RecordingListener();

    @BeforeAll
    static void fillTheDatabase() {
        CLUSTER.createDatabase(DATABASE);
        CLUSTER.psql(DATABASE, "create table t as select g, md5(g::text) as m from generate_series(1, 50000) g");
    }

    @AfterEach
    void nothingButTheDestinationIsLeft() {
        assertEquals(List.of(), list(fixture.temporary()));
    }

    @ParameterizedTest
    @EnumSource
    void aDumpIsProvenAndDescribed(DumpFormat format) throws Exception {
        fixture.options.format(format).compression(Compression.zstd(3));
        Manifest manifest = fixture.backUp();
        assertTrue(manifest.proof().proven());
        assertEquals(DATABASE, manifest.database());
        assertEquals(CLUSTER.psql(DATABASE, "show server_version").split(" ")[0].trim(), manifest.serverVersion());
        assertEquals(manifest.sizeBytes(), Files.size(fixture.destination().resolve(manifest.fileName())));
        assertEquals(List.of(manifest.fileName(), manifest.fileName() + ".json"), list(fixture.destination()));
        LocalDumps dumps = new LocalDumps(fixture.destination());
        assertEquals(
                manifest, new Catalog(dumps).manifestOf(manifest.fileName()).orElseThrow());
        Verify.Report report = new Verify(fixture, listener).run(StoredDump.find(dumps, manifest.fileName()));
        assertEquals(List.of(), report.unproven());
        assertEquals(manifest.sha256(), report.sha256());
    }

    @Test
    void aMachineWithoutFifosSpools() throws Exception {
        fixture.hasFifos = false;
        Manifest manifest = fixture.backUp();
        assertTrue(manifest.proof().proven());
        assertThat(listener.notes, hasItem(containsString("spooled to a private file")));
    }

    @Test
    void withoutVerificationItSaysSo() throws Exception {
        fixture.verification = Verification.NONE;
        assertFalse(fixture.backUp().proof().proven());
        assertThat(fixture.started, not(hasItem("pg_restore")));
    }

    @Test
    void withoutPgRestoreItSaysSo() throws Exception {
        fixture.missing("pg_restore");
        Manifest manifest = fixture.backUp();
        assertFalse(manifest.proof().proven());
        assertThat(manifest.proof().how(), containsString("pg_restore was not found on this machine"));
        assertThat(listener.notes, hasItem(containsString("will not be proven")));
    }

    @Test
    void anOlderPgRestoreProvesNothing() throws Exception {
        fixture.replace("pg_restore", "echo 'pg_restore (PostgreSQL) 9.6.1'");
        assertFalse(fixture.backUp().proof().proven());
        assertThat(listener.notes, hasItem(containsString("is older than pg_dump")));
    }

    @Test
    void withoutPsqlTheServersVersionIsUnknown() throws Exception {
        fixture.missing("psql");
        assertEquals(null, fixture.backUp().serverVersion());
        assertThat(listener.notes, hasItem(containsString("psql was not found")));
    }

    @Test
    void withoutPgDumpNothingBegins() {
        fixture.missing("pg_dump");
        fixture.failsWith("pg_dump was not found on this machine");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // before it opens its output, and after
                "echo 'pg_dump: error: no' >&2; exit 1 | pg_dump: error: no",
                "head -c 100000 /dev/zero > \"$FILE\"; echo 'pg_dump: error: late' >&2; exit 1 | pg_dump: error: late",
                "head -c 100000 /dev/zero > \"$FILE\"; kill -9 $$ | was killed (SIGKILL)",
                // it lies
                "exit 0 | does not end as a complete custom dump",
            })
    void aPgDumpThatFailsLeavesNothing(String script, String sentence) {
        // Else pg_restore may be the first to see that these are no archives.
        fixture.verification = Verification.NONE;
        fixture.replace("pg_dump", script);
        fixture.failsWith(sentence);
    }

    @Test
    void aDumpThatIsNoArchiveLeavesNothing() {
        fixture.replace("pg_dump", "head -c 100000 /dev/zero > \"$FILE\"; exit 0");
        fixture.failsWith("pg_restore");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"exit 1", "head -c 1000 \"$FILE\" > /dev/null; exit 1", "cat \"$FILE\" > /dev/null; kill -9 $$"})
    void aProofThatFailsLeavesNothing(String script) {
        fixture.replace("pg_restore", script);
        fixture.failsWith("pg_restore");
    }

    /** It need not end before it is seen that nothing reads it any more. */
    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void aProofThatFailsEndsTheDump() {
        fixture.replace("pg_dump", "cat /dev/zero > \"$FILE\"");
        fixture.replace("pg_restore", "head -c 1000 \"$FILE\" > /dev/null; exit 1");
        fixture.failsWith("pg_restore");
    }

    /** A look costs some kilobytes where the machine is an agent. */
    @Test
    void nobodyLooksAtProgramsWhileBytesGoBy() throws Exception {
        fixture.verification = Verification.NONE;
        fixture.replace("pg_dump", "for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 0.2; done > \"$FILE\"");
        fixture.backUp();
        // One before the first of them, where the machine is slow.
        assertThat(fixture.looks.get(), lessThanOrEqualTo(1));
    }

    @Test
    void aPlainDumpThatStopsShortLeavesNothing() {
        fixture.options.format(DumpFormat.PLAIN);
        fixture.replace("pg_dump", "echo 'select 1;' > \"$FILE\"; exit 0");
        fixture.failsWith("does not end as a complete plain dump");
    }

    @Test
    void aDumpThatStandsStillIsGivenUp() {
        fixture.verification = Verification.NONE;
        fixture.stallTimeout = Duration.ofMillis(500);
        fixture.replace("pg_dump", "exec 3> \"$FILE\"; echo begun >&3; sleep 600");
        fixture.failsWith("did not move for");
    }

    @Test
    void aDestinationThatFailsStopsPgDump() {
        fixture.verification = Verification.NONE;
        fixture.replace("pg_dump", "cat /dev/zero > \"$FILE\"");
        fixture.failingFile = "/dev/full";
        fixture.failsWith("could not be written");
    }

    @Test
    void anInterruptLeavesNothing() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        fixture.replace("pg_dump", "exec 3> \"$FILE\"; echo begun >&3; echo begun >&2; sleep 600");
        listener.onLine = begun::countDown;
        FutureTask<Manifest> backup = new FutureTask<>(fixture::backUp);
        Thread thread = new Thread(backup);
        thread.start();
        begun.await();
        thread.interrupt();
        thread.join();
        Exception ended = assertThrows(Exception.class, backup::get);
        assertEquals(InterruptedException.class, ended.getCause().getClass());
        assertEquals(List.of(), list(fixture.destination()));
        assertFalse(fixture.anyProgramLives());
    }

    @Test
    void anOlderDumpOfTheSameNameSurvivesAFailure() throws Exception {
        Files.writeString(fixture.destination().resolve("dump.sql"), "older");
        fixture.to = "dump.sql";
        fixture.replace("pg_dump", "echo 'half' > \"$FILE\"; exit 1");
        assertThrows(BackupException.class, fixture::backUp);
        assertEquals("older", Files.readString(fixture.destination().resolve("dump.sql")));
        assertEquals(List.of("dump.sql"), list(fixture.destination()));
    }

    @Test
    void thePasswordIsNeitherHeardNorSaid() throws Exception {
        fixture.replace("pg_dump", "echo \"pg_dump: error: $(cut -d: -f5- \"$PGPASSFILE\")\" >&2; exit 1");
        BackupException failed = assertThrows(BackupException.class, fixture::backUp);
        assertThat(failed.getMessage(), not(containsString(CLUSTER.password())));
        assertThat(listener.heard.toString(), not(containsString(CLUSTER.password())));
        assertThat(listener.heard, hasItem("pg_dump: error: ****"));
        assertThat(fixture.commands.toString(), not(containsString(CLUSTER.password())));
    }

    private static List<String> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This machine, where any program can be another one. */
    private final class BackupFixture extends TestMachine {

        private final Map<String, String> scripts = new HashMap<>();
        private final List<String> missing = new ArrayList<>();
        private final List<RunningProgram> running = new ArrayList<>();
        private final List<String> started = new ArrayList<>();
        private final List<Command> commands = new ArrayList<>();
        private final DumpOptionsBuilder options = new DumpOptionsBuilder();
        private final AtomicInteger looks = new AtomicInteger();
        private boolean hasFifos = true;
        private Verification verification = Verification.FULL;
        private Duration stallTimeout = Duration.ZERO;
        private String to = "./";
        private String failingFile;

        Path destination() {
            return made("destination");
        }

        Path temporary() {
            return made("temporary");
        }

        private Path made(String name) {
            try {
                return Files.createDirectories(directory.resolve(name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Puts a script in a program's place; {@code $FILE} is the file that the program is to write or read. */
        void replace(String program, String script) {
            scripts.put(program, script);
        }

        void missing(String program) {
            missing.add(program);
        }

        Manifest backUp() throws IOException, InterruptedException {
            var store = LocalStore.at(this, destination().toString(), to, true);
            return new BackupHere(
                            CLUSTER.url(DATABASE),
                            options.build(),
                            "${database}-${timestamp}",
                            verification,
                            stallTimeout)
                    .make(this, failingFile == null ? store : new FailingStore(store, failingFile), listener);
        }

        void failsWith(String sentence) {
            BackupException failed = assertThrows(BackupException.class, this::backUp);
            assertThat(failed.getMessage(), containsString(sentence));
            assertEquals(List.of(), list(destination()));
            assertFalse(anyProgramLives());
        }

        boolean anyProgramLives() {
            try {
                for (RunningProgram program : running) {
                    if (program.isAlive()) {
                        return true;
                    }
                }
                return false;
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String temporaryDirectory() {
            return temporary().toString();
        }

        @Override
        public RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException {
            if (missing.contains(command.program())) {
                throw ProgramNotFoundException.notFound(command.program(), name());
            }
            started.add(command.program());
            commands.add(command);
            RunningProgram program = new LookedAt(machine.start(replaced(command), out, err), looks);
            running.add(program);
            return program;
        }

        private Command replaced(Command command) throws IOException {
            String script = scripts.get(command.program());
            List<String> arguments = command.arguments();
            boolean asksVersion = arguments.contains("--version");
            if (script == null || asksVersion && !script.contains("(PostgreSQL)")) {
                return command;
            }
            String file = arguments.stream()
                    .filter(argument -> argument.startsWith("--file=") && !argument.endsWith("/dev/null"))
                    .map(argument -> argument.substring("--file=".length()))
                    .findFirst()
                    .orElse(arguments.get(arguments.size() - 1));
            Path path = directory.resolve(command.program());
            Files.writeString(path, "#!/bin/sh\nFILE='" + file + "'\n" + script + "\n");
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            return new Command(List.of(path.toString()), command.environment());
        }

        @Override
        public boolean makeFifos(List<String> paths) throws IOException, InterruptedException {
            return hasFifos && machine.makeFifos(paths);
        }
    }

    /** A program that counts how often it is queried whether it still runs. */
    private record LookedAt(RunningProgram program, AtomicInteger looks) implements RunningProgram {

        @Override
        public boolean isAlive() throws IOException, InterruptedException {
            looks.incrementAndGet();
            return program.isAlive();
        }

        @Override
        public int join() throws IOException, InterruptedException {
            return program.join();
        }

        @Override
        public void kill() throws IOException, InterruptedException {
            program.kill();
        }
    }
}
