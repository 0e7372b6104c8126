package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.machine.Command;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Connection;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Location;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Store;
import io.jenkins.plugins.pgbackup.engine.stream.Pump;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/** The whole story with {@code verify: 'reread'}, on a machine whose disk keeps another byte than it was given. */
class RereadBackupTest {

    private static final String DATABASE = "reread_test";
    private static final PostgresCluster CLUSTER = PostgresCluster.shared();

    @TempDir
    private Path directory;

    private final BadDisk machine = new BadDisk();
    private final RecordingListener listener = new RecordingListener();

    @BeforeAll
    static void fillTheDatabase() {
        CLUSTER.createDatabase(DATABASE);
        CLUSTER.psql(DATABASE, "create table t as select g, md5(g::text) as m from generate_series(1, 5000) g");
    }

    @Test
    void theManifestSaysThatTheDumpWasReadBack() throws Exception {
        Manifest manifest = backUp(Verification.REREAD);
        assertTrue(manifest.reread());
        assertTrue(manifest.proof().proven());
        assertThat(manifest.atRest(), is("read back and digested"));
        assertThat(listener.notes, hasItem("Reading the dump back from where it is stored."));
        assertEquals(
                manifest,
                new Catalog(new LocalDumps(directory)).manifestOf("shop.dump").orElseThrow());
    }

    @Test
    void aByteThatTheDiskChangesLeavesTheOlderDump() throws Exception {
        Manifest older = backUp(Verification.FULL);
        byte[] bytes = Files.readAllBytes(directory.resolve("shop.dump"));
        machine.isBad = true;

        BackupException failed = assertThrows(BackupException.class, () -> backUp(Verification.REREAD));

        assertThat(failed.getMessage(), containsString("is not the dump that was written there: it has the SHA-256 "));
        assertThat(Files.readAllBytes(directory.resolve("shop.dump")), is(bytes));
        assertEquals(
                older,
                new Catalog(new LocalDumps(directory)).manifestOf("shop.dump").orElseThrow());
        assertEquals(List.of("shop.dump", "shop.dump.json"), files());
    }

    @Test
    void anArchiveIsRefusedBeforeAnythingBegins() throws Exception {
        S3Settings settings = new S3Settings("eu-central-1", null, false, "DEEP_ARCHIVE", null, null, Map.of(), null);
        try (S3Connection connection =
                S3Connection.open(settings, AnonymousCredentialsProvider.create(), ApacheHttpClient.builder())) {
            Store store = new S3Store(connection, S3Location.parse("backups"), machine);
            InvalidInputException refused =
                    assertThrows(InvalidInputException.class, () -> backUp(Verification.REREAD, store));
            assertThat(refused.getMessage(), containsString("DEEP_ARCHIVE cannot be read back"));
        }
        assertThat(machine.isUsed, is(false));
    }

    private Manifest backUp(Verification verification) throws IOException, InterruptedException {
        return backUp(verification, LocalStore.at(machine, directory.toString(), "shop.dump", true));
    }

    private Manifest backUp(Verification verification, Store store) throws IOException, InterruptedException {
        machine.isUsed = false;
        DumpOptions options = new DumpOptionsBuilder().build();
        return new BackupHere(CLUSTER.url(DATABASE), options, "${database}", verification, Duration.ZERO)
                .make(machine, store, listener);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** This machine, on which a dump may be another one as soon as the last of its bytes was written. */
    private final class BadDisk extends TestMachine {

        private boolean isBad;
        private boolean isUsed;

        @Override
        public <T> Future<T> submit(Task<T> task) {
            isUsed = true;
            Future<T> done = machine.submit(task);
            if (!isBad || !(task instanceof Pump)) {
                return done;
            }
            FutureTask<T> spoilt = new FutureTask<>(() -> {
                T result = done.get();
                spoil();
                return result;
            });
            new Thread(spoilt).start();
            return spoilt;
        }

        private void spoil() throws IOException {
            try (Stream<Path> files = Files.list(directory)) {
                Path part = files.filter(file -> file.toString().endsWith(".part"))
                        .findFirst()
                        .orElseThrow();
                byte[] bytes = Files.readAllBytes(part);
                bytes[bytes.length / 2] ^= 1;
                Files.write(part, bytes);
            }
        }

        @Override
        public RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException {
            isUsed = true;
            return machine.start(command, out, err);
        }
    }
}
