package io.jenkins.plugins.pgbackup.engine.store.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import io.jenkins.plugins.pgbackup.engine.store.CommitReport;
import io.jenkins.plugins.pgbackup.engine.store.ExpectedContent;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.StoredContent;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine that lies in every text, number and truth of its answers: no name or path is other than what was requested. */
class UntrustedMachineTest {

    private static final byte[] DUMP = "the whole dump".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private Path workspace;
    private Path victim;

    @BeforeEach
    void makeWorkspace() throws IOException {
        workspace = Files.createDirectory(directory.resolve("workspace"));
        victim = Files.writeString(directory.resolve("config.xml"), "the controller's own");
    }

    @ParameterizedTest
    @MethodSource("lies")
    void namesNothingByItsAnswers(String destination, String uri, String lie) throws Exception {
        String text = lie.replace("VICTIM", victim.toString());
        LyingMachine machine = new LyingMachine(answer -> lied(answer, text));

        try {
            LocalStore store = LocalStore.at(machine, workspace.toString(), destination, true);
            assertEquals(
                    workspace.resolve(uri).toString(),
                    store.uri(store.givenFileName().orElse("shop.dump")));
            assertEquals(true, store.isInsideBase());
            PendingBackup pending = store.open("shop.dump", -1);
            assertEquals(
                    workspace.toString(),
                    Path.of(pending.leftover().get("part")).getParent().toString());
            CommitReport committed =
                    pending.commit(new ExpectedContent(new Receipt(DUMP.length, List.of()), "", false));
            assertEquals(workspace.resolve("shop.dump").toString(), committed.uri());
        } catch (IOException | RuntimeException e) {
            // Refused: the machine's own checks find its lies, or the answer is none.
        }
        assertEquals("the controller's own", Files.readString(victim));
    }

    static Stream<Arguments> lies() {
        return Stream.of("shop.dump", "./")
                .flatMap(destination -> Stream.of("VICTIM", "../../config.xml", "..", "a\nb", "")
                        .map(lie -> arguments(destination, "shop.dump", lie)));
    }

    @Test
    void saysOfAFileThatItIsADirectory() throws Exception {
        LyingMachine machine = new LyingMachine(answer -> answer instanceof Boolean ? true : answer);

        LocalStore store = LocalStore.at(machine, workspace.toString(), "shop.dump", true);

        assertEquals(workspace.resolve("shop.dump/a.dump").toString(), store.uri("a.dump"));
        assertEquals(Optional.empty(), store.givenFileName());
    }

    @Test
    void saysOfADirectoryThatItIsAFile() throws Exception {
        LyingMachine machine = new LyingMachine(answer -> answer instanceof Boolean ? false : answer);

        LocalStore store = LocalStore.at(machine, workspace.toString(), "backups/", true);

        assertEquals(workspace.resolve("backups/a.dump").toString(), store.uri("a.dump"));
        assertEquals(Optional.empty(), store.givenFileName());
    }

    @ParameterizedTest
    @CsvSource({"-1, ''", "0, x", "0, '../../config.xml'", "0, 0123456789ABCDEF"})
    void whatWasReadBackHasASizeAndADigest(long size, String sha256) {
        assertThrows(IllegalArgumentException.class, () -> new StoredContent(size, sha256));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10_001})
    void aReceiptHasASizeAndSoManyPartsAsThereMayBe(int parts) {
        Receipt.StoredPart part = new Receipt.StoredPart(1, "\"x\"", "AAAAAA==", true);
        assertThrows(
                IllegalArgumentException.class,
                () -> new Receipt(parts == 0 ? -1 : parts, Collections.nCopies(parts, part)));
    }

    /** A note says where the unfinished file is; whatever it says, nothing else is removed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DIR/config.xml",
                "DIR/.pgbackup-1.part",
                "DIR/workspace/../.pgbackup-00000000-0000-0000-0000-000000000000.part",
                "DIR\\..\\.pgbackup-00000000-0000-0000-0000-000000000000.part",
                "DIR/.pgbackup-00000000-0000-0000-0000-000000000000.part/",
                "DIR/.pgbackup-00000000-0000-0000-0000-000000000000.part/config.xml",
                "DIR/.pgbackup-00000000-0000-0000-0000-000000000000.part\n",
                ".pgbackup-00000000-0000-0000-0000-000000000000.part",
                "",
            })
    void aNoteRemovesNothingButAnUnfinishedFile(String path) throws Exception {
        Files.writeString(directory.resolve(".pgbackup-00000000-0000-0000-0000-000000000000.part"), "unfinished");
        Files.writeString(directory.resolve(".pgbackup-1.part"), "somebody else's");
        Map<String, String> note = Map.of("part", path.replace("DIR", directory.toString()));

        assertThrows(RuntimeException.class, () -> LocalStore.withdraw(new LocalMachine(), note));

        assertEquals(
                List.of(
                        ".pgbackup-00000000-0000-0000-0000-000000000000.part",
                        ".pgbackup-1.part",
                        "config.xml",
                        "workspace"),
                names(directory));
    }

    @Test
    void aNoteRemovesNoLinkAndNoDirectory() throws Exception {
        Path link = directory.resolve(".pgbackup-00000000-0000-0000-0000-000000000000.part");
        Path made = directory.resolve(".pgbackup-00000000-0000-0000-0000-000000000001.part");
        Files.createSymbolicLink(link, victim);
        Files.createDirectory(made);
        for (Path path : List.of(link, made)) {
            IOException refused = assertThrows(
                    IOException.class, () -> LocalStore.withdraw(new LocalMachine(), Map.of("part", path.toString())));
            assertEquals(
                    path + " is not a regular file, so no backup has written it, and it was left as it is:"
                            + " look what it is, and remove it if nothing needs it.",
                    refused.getMessage());
        }
        assertEquals(4, names(directory).size());
    }

    @Test
    void aNoteWithoutAPathSaysSo() {
        RuntimeException refused =
                assertThrows(RuntimeException.class, () -> LocalStore.withdraw(new LocalMachine(), Map.of()));
        assertEquals(
                "\"null\" is not the unfinished file of a backup, and was left as it is:"
                        + " only files named .pgbackup-….part are removed; look where that path comes from.",
                refused.getMessage());
    }

    @Test
    void aNoteRemovesAnUnfinishedFileOnce() throws Exception {
        PendingBackup pending = LocalStore.at(new LocalMachine(), workspace.toString(), "./", true)
                .open("shop.dump", -1);
        String part = pending.leftover().get("part");
        Files.writeString(Path.of(part), "unfinished");

        assertEquals(
                Optional.of("the unfinished file " + part + " on this machine"),
                LocalStore.withdraw(new LocalMachine(), pending.leftover()));
        assertEquals(Optional.empty(), LocalStore.withdraw(new LocalMachine(), pending.leftover()));
        assertEquals(List.of(), names(workspace));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** The answer with that text in the place of each text of its own, and with another number. */
    private static Object lied(Object answer, String text) throws ReflectiveOperationException {
        if (!(answer instanceof Record)) {
            return answer;
        }
        RecordComponent[] components = answer.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            components[i].getAccessor().setAccessible(true);
            Object value = components[i].getAccessor().invoke(answer);
            values[i] =
                    types[i] == String.class ? text : types[i] == int.class ? Integer.valueOf(7) : lied(value, text);
        }
        Constructor<?> constructor = answer.getClass().getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    private interface Lie {

        Object instead(Object answer) throws ReflectiveOperationException;
    }

    /** This machine, which runs each task and returns another answer. */
    private static final class LyingMachine extends TestMachine {

        private final Lie lie;

        LyingMachine(Lie lie) {
            this.lie = lie;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> Future<T> submit(Task<T> task) {
            try {
                return CompletableFuture.completedFuture((T) lie.instead(task.run()));
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }
}
