package io.jenkins.plugins.pgbackup.engine.store.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.ExpectedContent;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.engine.store.Sha256;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is read back before it gets its name. */
class RereadFileTest {

    private static final int MIB = 1 << 20;

    @TempDir
    private Path directory;

    private PendingBackup pending;

    @BeforeEach
    void open() throws Exception {
        pending = LocalStore.at(new LocalMachine(), directory.toString(), "./", true)
                .open("shop.dump", -1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4096, MIB - 1, MIB, MIB + 1, 5 * MIB + 4095})
    void aFileOfAnySizeIsDigestedToItsLastByte(int size) throws Exception {
        byte[] dump = bytes(size);
        ExpectedContent written = write(dump, true);
        assertTrue(pending.commit(written).reread());
        assertArrayEquals(dump, Files.readAllBytes(directory.resolve("shop.dump")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, MIB, 3 * MIB - 1})
    void aByteThatIsAnotherOneOnTheDiskIsSeenBeforeTheFileHasItsName(int position) throws Exception {
        Files.writeString(directory.resolve("shop.dump"), "older");
        Files.writeString(directory.resolve("shop.dump.json"), "of the older");
        byte[] dump = bytes(3 * MIB);
        ExpectedContent written = write(dump, true);
        flip(part(), position);

        BackupException failed = assertThrows(BackupException.class, () -> pending.commit(written));
        pending.withdraw();

        dump[position] ^= 1;
        assertEquals(
                "What this machine reads back from " + directory + " is not the dump that was written there: it has the"
                        + " SHA-256 " + sha256(dump) + " where " + written.sha256() + " was written. Nothing was"
                        + " published: check that disk and its file system, then run the backup again.",
                failed.getMessage());
        assertEquals("older", Files.readString(directory.resolve("shop.dump")));
        assertEquals(List.of("shop.dump", "shop.dump.json"), files());
    }

    @Test
    void withoutBeingReadBackItWouldHaveGotItsName() throws Exception {
        ExpectedContent written = write(bytes(MIB), false);
        flip(part(), 7);
        assertFalse(pending.commit(written).reread());
        assertEquals(List.of("shop.dump"), files());
    }

    @Test
    void aFileThatIsShorterSaysSo() throws Exception {
        ExpectedContent written = write(bytes(MIB), true);
        Files.write(part(), bytes(10));
        BackupException failed = assertThrows(BackupException.class, () -> pending.commit(written));
        assertThat(failed.getMessage(), containsString("it has 10 bytes where 1048576 were written"));
    }

    @Test
    void aFileThatCannotBeReadIsNotPublished() throws Exception {
        ExpectedContent written = write(bytes(10), true);
        Path part = part();
        Files.delete(part);
        BackupException failed = assertThrows(BackupException.class, () -> pending.commit(written));
        pending.withdraw();
        assertThat(
                failed.getMessage(),
                allOf(
                        startsWith("The dump could not be read back from " + part + " ("),
                        containsString("nothing was published; check that disk")));
        assertEquals(List.of(), files());
    }

    @Test
    void anInterruptEndsTheReading() throws Exception {
        ExpectedContent written = write(bytes(MIB), true);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> pending.commit(written));
        pending.withdraw();
        assertEquals(List.of(), files());
    }

    private ExpectedContent write(byte[] dump, boolean reread) throws IOException, InterruptedException {
        try (DumpSink sink = pending.target().open()) {
            sink.write(dump);
            return new ExpectedContent(sink.finish(), sha256(dump), reread);
        }
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.start().digest(bytes));
    }

    private static void flip(Path file, int position) throws IOException {
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.seek(position);
            int octet = disk.read();
            disk.seek(position);
            disk.write(octet ^ 1);
        }
    }

    private Path part() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".part"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
