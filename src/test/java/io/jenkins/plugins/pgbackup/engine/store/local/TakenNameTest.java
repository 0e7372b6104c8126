package io.jenkins.plugins.pgbackup.engine.store.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.ExpectedContent;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.fixture.SpecialFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of something that has the name of a dump, or of its manifest, already. */
class TakenNameTest {

    private static final byte[] DUMP = "the whole dump".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("specialFiles")
    void whatIsNoRegularFileIsRefusedBeforeTheDump(SpecialFile special, String name) throws Exception {
        Path path = special.at(directory.resolve(name));

        assertEquals(sentence(special, path), refusal(() -> at("shop.dump")));

        assertTrue(special.isAt(path));
    }

    @ParameterizedTest
    @MethodSource("specialFiles")
    void whatIsNoRegularFileIsRefusedWhenItHasAppearedMeanwhile(SpecialFile special, String name) throws Exception {
        PendingBackup pending = at("shop.dump").open("shop.dump", -1);
        ExpectedContent written = write(pending);
        Path path = special.at(directory.resolve(name));

        assertEquals(sentence(special, path), refusal(() -> pending.commit(written)));
        pending.withdraw();

        assertTrue(special.isAt(path));
        assertEquals(
                List.of(),
                names().stream().filter(found -> found.startsWith(".pgbackup")).toList());
    }

    /** Also for the manifest that is written when the dump has its name. */
    @ParameterizedTest
    @MethodSource("specialFiles")
    void noManifestReplacesIt(SpecialFile special, String name) throws Exception {
        LocalStore store = at("shop.dump");
        PendingBackup pending = store.open("shop.dump", -1);
        pending.commit(write(pending));
        Files.delete(directory.resolve("shop.dump"));
        Path path = special.at(directory.resolve(name));

        assertEquals(sentence(special, path), refusal(() -> store.writeBeside(name, DUMP)));

        assertTrue(special.isAt(path));
    }

    static Stream<Arguments> specialFiles() {
        return Stream.of(SpecialFile.values())
                .flatMap(special -> Stream.of(arguments(special, "shop.dump"), arguments(special, "shop.dump.json")));
    }

    @Test
    void aDirectoryIsNoManifest() throws Exception {
        Files.createDirectory(directory.resolve("shop.dump.json"));

        assertEquals(
                directory.resolve("shop.dump.json")
                        + " is a directory, and a dump replaces nothing but a regular file: write another file name.",
                refusal(() -> at("shop.dump")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/null", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})
    void theSystemsDevicesAreRefused(String device) {
        String refusal = refusal(() -> LocalStore.at(new LocalMachine(), directory.toString(), device, false));

        assertTrue(refusal.contains("a dump replaces nothing but a regular file"), refusal);
    }

    @ParameterizedTest
    @CsvSource({
        "/ws,     backups/a\\b.dump, with a backslash",
        "/ws,     a\\,               with a backslash",
        "C:\\ws,  NUL,               that of a device on Windows",
        "C:\\ws,  backups/con.dump,  that of a device on Windows",
        "C:\\ws,  COM1.sql.gz,       that of a device on Windows",
        "C:\\ws,  'shop.dump.',      drops the end",
        "C:\\ws,  '.. /.. /x/',      drops the end",
        "C:\\ws,  C:shop.dump,       where on its drive it starts",
        "C:\\ws,  ..\\x.dump,        leads out of C:\\ws",
        "C:\\ws,  \\x.dump,          leads out of C:\\ws",
        "ws,      shop.dump,         is not an absolute path",
    })
    void aNameThatIsNoneOnItsSystemIsRefused(String base, String destination, String words) {
        BackupException refused = assertThrows(
                BackupException.class,
                () -> LocalDestination.of(base, destination, true).fileName());
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.dump", "shop.dump.json", "nothing but a link"})
    void inADirectoryNothingIsReplaced(String name) throws Exception {
        LocalStore store = at("./");
        String dump = name.replace(".json", "");
        Path path = directory.resolve(name);
        if (name.contains("link")) {
            Files.createSymbolicLink(path, directory.resolve("nowhere"));
        } else {
            Files.writeString(path, "older");
        }

        assertEquals(exists(path), refusal(() -> store.open(dump, -1)));

        assertEquals(List.of(name), names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.dump", "shop.dump.json"})
    void inADirectoryNothingIsReplacedThatHasAppearedMeanwhile(String name) throws Exception {
        PendingBackup pending = at("./").open("shop.dump", -1);
        ExpectedContent written = write(pending);
        Path path = Files.writeString(directory.resolve(name), "another one's");

        assertEquals(exists(path), refusal(() -> pending.commit(written)));
        pending.withdraw();

        assertEquals(List.of(name), names());
        assertEquals("another one's", Files.readString(path));
    }

    @Test
    void ofTwoBackupsOfOneNameTheEarlierStays() throws Exception {
        LocalStore one = at("./");
        PendingBackup earlier = one.open("shop.dump", -1);
        PendingBackup later = at("./").open("shop.dump", -1);
        ExpectedContent written = write(earlier);
        ExpectedContent writtenLater = write(later);

        earlier.commit(written);
        one.writeBeside("shop.dump.json", "{}".getBytes(StandardCharsets.UTF_8));
        assertEquals(exists(directory.resolve("shop.dump")), refusal(() -> later.commit(writtenLater)));
        later.withdraw();

        assertEquals(List.of("shop.dump", "shop.dump.json"), names());
    }

    @Test
    void inADirectoryAManifestIsNotReplacedEither() throws Exception {
        LocalStore store = at("./");
        PendingBackup pending = store.open("shop.dump", -1);
        pending.commit(write(pending));
        Files.writeString(directory.resolve("shop.dump.json"), "another one's");

        assertEquals(
                exists(directory.resolve("shop.dump.json")), refusal(() -> store.writeBeside("shop.dump.json", DUMP)));

        assertEquals("another one's", Files.readString(directory.resolve("shop.dump.json")));
        assertEquals(List.of("shop.dump", "shop.dump.json"), names());
    }

    private LocalStore at(String destination) throws IOException, InterruptedException {
        return LocalStore.at(new LocalMachine(), directory.toString(), destination, true);
    }

    private static String sentence(SpecialFile special, Path path) {
        return path + " is " + special.kind()
                + ", and a dump replaces nothing but a regular file: write another file name"
                + (special.kind().contains("link") ? ", or the path that the link leads to." : ".");
    }

    private static String exists(Path path) {
        return path
                + " exists already and was left as it is: choose another file name or directory, or remove it first.";
    }

    private static String refusal(Executable step) {
        return assertThrows(BackupException.class, step).getMessage();
    }

    private static ExpectedContent write(PendingBackup pending) throws IOException, InterruptedException {
        try (DumpSink sink = pending.target().open()) {
            sink.write(DUMP);
            return new ExpectedContent(sink.finish(), "", false);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
