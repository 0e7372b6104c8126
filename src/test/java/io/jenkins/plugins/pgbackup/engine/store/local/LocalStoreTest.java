package io.jenkins.plugins.pgbackup.engine.store.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.ExpectedContent;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalStoreTest {

    private static final byte[] DUMP = "the whole dump".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private Path workspace;

    @BeforeEach
    void makeWorkspace() throws IOException {
        workspace = Files.createDirectory(directory.resolve("workspace"));
    }

    @Test
    void aDumpIsThereWhenItIsCommittedAndNotBefore() throws Exception {
        LocalStore store = at("backups/");
        PendingBackup pending = store.open("shop.dump", -1);
        ExpectedContent written = write(pending);
        assertFalse(Files.exists(workspace.resolve("backups/shop.dump")));
        assertEquals(
                workspace.resolve("backups/shop.dump").toString(),
                pending.commit(written).uri());
        assertEquals(List.of("shop.dump"), files("backups"));
        assertEquals("the whole dump", Files.readString(workspace.resolve("backups/shop.dump")));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(workspace.resolve("backups/shop.dump"))));
    }

    @Test
    void aDumpThatIsWithdrawnLeavesTheOlderOneAsItWas() throws Exception {
        Files.writeString(workspace.resolve("shop.dump"), "older");
        Files.writeString(workspace.resolve("shop.dump.json"), "of the older");
        PendingBackup pending = at("shop.dump").open("shop.dump", -1);
        write(pending);
        pending.withdraw();
        assertEquals("older", Files.readString(workspace.resolve("shop.dump")));
        assertEquals(List.of("shop.dump", "shop.dump.json"), files(""));
    }

    @Test
    void aSinkThatIsClosedWithoutAnEndLeavesNothing() throws Exception {
        PendingBackup pending = at("backups/").open("shop.dump", -1);
        try (DumpSink sink = pending.target().open()) {
            sink.write(DUMP);
        }
        assertEquals(List.of(), files(""));
    }

    @Test
    void aNewDumpTakesTheManifestOfTheOlderOneAway() throws Exception {
        Files.writeString(workspace.resolve("shop.dump"), "older");
        Files.writeString(workspace.resolve("shop.dump.json"), "of the older");
        PendingBackup pending = at("shop.dump").open("shop.dump", -1);
        pending.commit(write(pending));
        assertEquals(List.of("shop.dump"), files(""));
        assertEquals("the whole dump", Files.readString(workspace.resolve("shop.dump")));
    }

    @Test
    void aDumpThatAnotherProgramChangedIsNotCommitted() throws Exception {
        PendingBackup pending = at("backups/").open("shop.dump", -1);
        ExpectedContent written = write(pending);
        try (Stream<Path> parts = Files.list(workspace.resolve("backups"))) {
            Files.writeString(parts.findFirst().orElseThrow(), "shorter");
        }
        assertThrows(BackupException.class, () -> pending.commit(written));
        pending.withdraw();
        assertEquals(List.of(), files(""));
    }

    @Test
    void twoBackupsToOneNameDoNotMeet() throws Exception {
        PendingBackup one = at("shop.dump").open("shop.dump", -1);
        PendingBackup other = at("shop.dump").open("shop.dump", -1);
        ExpectedContent written = write(one);
        write(other);
        one.commit(written);
        other.withdraw();
        assertEquals("the whole dump", Files.readString(workspace.resolve("shop.dump")));
        assertEquals(List.of("shop.dump"), files(""));
    }

    @Test
    void aTextBesideAFileIsReplacedAsAWhole() throws Exception {
        LocalStore store = at("backups/shop.dump");
        store.writeBeside("shop.dump.json", "{}".getBytes(StandardCharsets.UTF_8));
        store.writeBeside("shop.dump.json", "{ }".getBytes(StandardCharsets.UTF_8));
        assertEquals("{ }", Files.readString(workspace.resolve("backups/shop.dump.json")));
        assertEquals(List.of("shop.dump.json"), files("backups"));
    }

    @ParameterizedTest
    @CsvSource({"backups/,", "new/backups/,", ".,", "./,", "existing,", "existing/shop.dump,shop.dump", "shop,shop"})
    void aDestinationIsADirectoryWhereItEndsInASlashOrIsOne(String destination, String fileName) throws Exception {
        Files.createDirectory(workspace.resolve("existing"));
        assertEquals(Optional.ofNullable(fileName), at(destination).givenFileName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../elsewhere/", "backups/../../shop.dump", ".."})
    void aRelativeDestinationDoesNotLeaveTheWorkspace(String destination) {
        BackupException refused = assertThrows(BackupException.class, () -> at(destination));
        assertTrue(refused.getMessage().contains("leads out of"), refused.getMessage());
        assertEquals(List.of("workspace"), list(directory));
    }

    @Test
    void aLinkDoesNotLeadItOutEither() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.createSymbolicLink(workspace.resolve("backups"), elsewhere);
        assertThrows(BackupException.class, () -> at("backups/"));
        assertEquals(List.of(), list(elsewhere));
    }

    @Test
    void anAbsoluteDestinationMayBeAnywhere() throws Exception {
        LocalStore store = at(directory.resolve("elsewhere") + "/");
        assertFalse(store.isInsideBase());
        assertTrue(at("backups/").isInsideBase());
        assertTrue(at(workspace.resolve("backups") + "/").isInsideBase());
        PendingBackup pending = store.open("shop.dump", -1);
        pending.commit(write(pending));
        assertEquals(List.of("shop.dump"), list(directory.resolve("elsewhere")));
    }

    @Test
    void whatWasMadeForADumpThatDoesNotComeGoes() throws Exception {
        PendingBackup pending = at("new/backups/").open("shop.dump", -1);
        assertEquals(List.of("backups"), files("new"));
        pending.withdraw();
        assertEquals(List.of(), files(""));

        PendingBackup written = at("new/backups/").open("shop.dump", -1);
        write(written);
        written.withdraw();
        assertEquals(List.of(), files(""));
    }

    @Test
    void whatWasThereOrHasSomethingInItStays() throws Exception {
        Files.createDirectory(workspace.resolve("old"));
        PendingBackup pending = at("old/new/backups/").open("shop.dump", -1);
        write(pending);
        pending.withdraw();
        assertEquals(List.of("old"), files(""));
        assertEquals(List.of(), files("old"));

        PendingBackup other = at("old/new/backups/").open("shop.dump", -1);
        Files.writeString(workspace.resolve("old/new/notes.txt"), "somebody else's");
        other.withdraw();
        assertEquals(List.of("notes.txt"), files("old/new"));
    }

    /** The one that has made the directory fails, and the other one still needs it. */
    @Test
    void twoBackupsToOneNewDirectoryDoNotTakeItFromEachOther() throws Exception {
        PendingBackup one = at("backups/").open("one.dump", -1);
        PendingBackup other = at("backups/").open("other.dump", -1);
        one.withdraw();
        ExpectedContent written = write(other);
        other.commit(written);
        assertEquals(List.of("other.dump"), files("backups"));
    }

    @Test
    void aDestinationThatIsRefusedMakesNoDirectory() throws Exception {
        at("new/backups/");
        assertThrows(BackupException.class, () -> at("new/backups/shop.dump.json"));
        Files.writeString(workspace.resolve("file"), "");
        assertThrows(BackupException.class, () -> at("file/backups/"));
        assertEquals(List.of("file"), files(""));
    }

    @Test
    void whereNoFileCanBeMadeItSaysSo() throws Exception {
        Files.writeString(workspace.resolve("file"), "");
        BackupException refused = assertThrows(BackupException.class, () -> at("file/backups/"));
        assertTrue(refused.getMessage().contains("choose another destination"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\nb", "a\0b", "-", "backups/-"})
    void whatIsNoPathAnywhereIsRefused(String destination) {
        assertThrows(InvalidInputException.class, () -> LocalStore.checkDestination(destination));
    }

    @Test
    void whatNoFileSystemTakesIsRefused() throws Exception {
        String longest = "x".repeat(245);
        assertEquals(Optional.of(longest), at(longest).givenFileName());
        at(longest + "0123456789/");

        for (String tooLong : List.of(longest + "0123456789a/", longest + "0123456789a/shop.dump", longest + "y")) {
            Exception refusal = assertThrows(Exception.class, () -> at(tooLong));
            assertTrue(refusal.getMessage().contains("write a shorter one"), refusal.getMessage());
        }
    }

    /** A dump of that name would take the place of what describes another. */
    @ParameterizedTest
    @ValueSource(strings = {"shop.dump.json", "new/shop.JSON"})
    void theNameOfAManifestIsRefused(String destination) {
        BackupException refusal = assertThrows(BackupException.class, () -> at(destination));

        assertTrue(refusal.getMessage().contains("as the manifests of dumps do"), refusal.getMessage());
        assertFalse(Files.exists(workspace.resolve("new")));
    }

    @Test
    void itsFilesCanBeReadBack() throws Exception {
        PendingBackup pending = at("backups/").open("shop.dump", -1);
        pending.commit(write(pending));
        LocalDumps dumps = new LocalDumps(workspace.resolve("backups"));
        assertEquals("shop.dump", dumps.list().get(0).name());
        assertEquals(DUMP.length, dumps.list().get(0).sizeBytes());
        try (var stream = dumps.source("shop.dump").open()) {
            assertEquals("the whole dump", new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertThrows(FileNotFoundException.class, dumps.source("none")::open);
    }

    private LocalStore at(String destination) throws IOException, InterruptedException {
        return LocalStore.at(new LocalMachine(), workspace.toString(), destination, true);
    }

    private static ExpectedContent write(PendingBackup pending) throws IOException, InterruptedException {
        try (DumpSink sink = pending.target().open()) {
            sink.write(DUMP, 0, 5);
            sink.write(DUMP, 5, DUMP.length - 5);
            return new ExpectedContent(sink.finish(), "", false);
        }
    }

    private List<String> files(String subdirectory) {
        return list(workspace.resolve(subdirectory));
    }

    private static List<String> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
