package io.jenkins.plugins.pgbackup.engine.store.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.ExpectedContent;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a dump whose directory is not where it was. */
class DisplacedDirectoryTest {

    private static final byte[] DUMP = "the whole dump".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private Path workspace;
    private Path backups;
    private Path renamed;
    private Path elsewhere;
    private LocalStore store;

    @BeforeEach
    void find() throws Exception {
        workspace = Files.createDirectory(directory.resolve("workspace"));
        backups = workspace.resolve("backups");
        renamed = workspace.resolve("renamed");
        elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        store = LocalStore.at(new LocalMachine(), workspace.toString(), "backups/", true);
    }

    @Test
    void nothingIsWrittenBehindALink() throws Exception {
        PendingBackup pending = store.open("shop.dump", -1);
        replaceByLink();

        assertSays("was replaced by a link to", () -> pending.target().open());
        assertThat(files(elsewhere), is(empty()));
    }

    @Test
    void whatIsOnItsWayIsRemovedWhereItWentTo() throws Exception {
        PendingBackup pending = store.open("shop.dump", -1);
        try (DumpSink sink = pending.target().open()) {
            sink.write(DUMP);
            replaceByLink();

            assertSays("was replaced by a link to", sink::finish);
        }
        assertThat(files(renamed), is(empty()));
        assertThat(files(elsewhere), is(empty()));
    }

    @Test
    void anotherDirectoryInItsPlaceIsNoticedToo() throws Exception {
        PendingBackup pending = store.open("shop.dump", -1);
        try (DumpSink sink = pending.target().open()) {
            sink.write(DUMP);
            Files.move(backups, renamed);
            Files.createDirectory(backups);

            assertSays("was removed while the dump was written", sink::finish);
        }
        assertThat(files(renamed), is(empty()));
        assertThat(files(backups), is(empty()));
    }

    @Test
    void nothingIsPublishedBehindALink() throws Exception {
        PendingBackup pending = store.open("shop.dump", -1);
        ExpectedContent written = write(pending);
        Files.copy(
                backups.resolve(files(backups).get(0)),
                elsewhere.resolve(files(backups).get(0)));
        replaceByLink();

        assertSays("was replaced by a link to", () -> pending.commit(written));
        assertThat(Files.exists(elsewhere.resolve("shop.dump")), is(false));
    }

    @Test
    void noManifestIsWrittenBehindALink() throws Exception {
        PendingBackup pending = store.open("shop.dump", -1);
        pending.commit(write(pending));
        replaceByLink();

        assertSays("was replaced by a link to", () -> store.writeBeside("shop.dump.json", DUMP));
        assertThat(files(elsewhere), is(empty()));
    }

    @Test
    void aTextThatCannotGetItsNameLeavesNothing() throws Exception {
        Files.createDirectories(backups.resolve("shop.dump.json/taken"));

        assertThrows(IOException.class, () -> store.writeBeside("shop.dump.json", DUMP));
        assertThat(files(backups), is(List.of("shop.dump.json")));
    }

    @Test
    void aDirectoryThatWasALinkFromTheBeginningIsFine() throws Exception {
        Path link = Files.createSymbolicLink(workspace.resolve("link"), Files.createDirectory(backups));
        LocalStore throughLink = LocalStore.at(new LocalMachine(), workspace.toString(), "link/", true);
        PendingBackup pending = throughLink.open("shop.dump", -1);

        assertThat(
                pending.commit(write(pending)).uri(),
                is(link.resolve("shop.dump").toString()));
        assertThat(files(backups), is(List.of("shop.dump")));
    }

    private void replaceByLink() throws IOException {
        Files.move(backups, renamed);
        Files.createSymbolicLink(backups, elsewhere);
    }

    private static ExpectedContent write(PendingBackup pending) throws Exception {
        try (DumpSink sink = pending.target().open()) {
            sink.write(DUMP);
            Receipt receipt = sink.finish();
            return new ExpectedContent(receipt, "", false);
        }
    }

    private static void assertSays(String words, org.junit.jupiter.api.function.Executable step) {
        assertThat(assertThrows(BackupException.class, step).getMessage(), containsString(words));
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
