package io.jenkins.plugins.pgbackup.engine.store.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps.Deletion;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineDumpsTest {

    private final Machine machine = new LocalMachine();

    @TempDir
    private Path base;

    @Test
    void listsTheFilesWhoseNamesAreNoDanger() throws Exception {
        Path directory = Files.createDirectory(base.resolve("dumps"));
        for (String name : new String[] {"a.dump", "a\nb.dump", "\u202e.dump", "a\\b"}) {
            Files.writeString(directory.resolve(name), "12345");
        }

        StoredDumps dumps = MachineDumps.in(machine, base.toString(), "dumps/");

        assertThat(
                dumps.list().stream()
                        .map(file -> file.name() + " " + file.sizeBytes())
                        .toList(),
                contains("a.dump 5"));
    }

    @Test
    void readsASmallFileUpToALimit() throws Exception {
        Files.writeString(base.resolve("a.dump"), "12345");

        StoredDumps dumps =
                MachineDumps.of(machine, "/elsewhere", base.resolve("a.dump").toString());

        assertEquals("123", new String(dumps.read("a.dump", 3).orElseThrow()));
        assertEquals(Optional.empty(), dumps.read("b.dump", 3));
        assertEquals("12345", new String(dumps.source("a.dump").open().readAllBytes()));
        assertEquals("a.dump", MachineDumps.nameOf("/elsewhere", "some/a.dump"));
    }

    @Test
    void saysWhatIsNotThere() {
        assertThat(
                assertThrows(BackupException.class, () -> MachineDumps.in(machine, base.toString(), "none"))
                        .getMessage(),
                endsWith("/none on this machine: write the path of one that has dumps."));
        assertThat(
                assertThrows(BackupException.class, () -> MachineDumps.of(machine, base.toString(), "a.dump"))
                        .getMessage(),
                endsWith("/a.dump on this machine: write the path of a dump that is there."));
    }

    /** Both on this machine and on another one, whose tasks do the same. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void replacesAndRemovesFiles(boolean here) throws Exception {
        Path directory = Files.createDirectory(base.resolve("dumps"));
        for (String name : List.of("a.dump", "b.dump", "c.dump")) {
            Files.writeString(directory.resolve(name), "old");
        }
        Files.createSymbolicLink(directory.resolve("link.dump"), directory.resolve("c.dump"));
        Files.createDirectory(directory.resolve("sub.dump"));
        WritableDumps dumps = dumps(directory, here);

        dumps.replace("a.dump", "new".getBytes(StandardCharsets.UTF_8));
        Deletion deletion = dumps.delete(List.of("b.dump", "gone.dump", "link.dump", "sub.dump"));

        assertEquals("new", Files.readString(directory.resolve("a.dump")));
        assertEquals(
                Map.of(
                        "link.dump", "it is not a regular file, as a dump is",
                        "sub.dump", "it is not a regular file, as a dump is"),
                deletion.refused());
        assertEquals(List.of("a.dump", "c.dump", "link.dump", "sub.dump"), names(directory));
        BackupException refused = assertThrows(BackupException.class, () -> dumps.replace("link.dump", new byte[1]));
        assertThat(refused.getMessage(), containsString("is a symbolic link"));
        assertEquals("old", Files.readString(directory.resolve("c.dump")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../victim", "..", ".", "", "sub/victim", "a\\b", "a\nb", "\u202e"})
    void touchesNothingOutsideOfTheDirectory(String name) throws Exception {
        Path directory = Files.createDirectories(base.resolve("dumps/sub"));
        Files.writeString(base.resolve("victim"), "old");
        Files.writeString(base.resolve("dumps/sub/victim"), "old");
        for (boolean here : new boolean[] {true, false}) {
            WritableDumps dumps = dumps(directory.getParent(), here);
            assertThrows(BackupException.class, () -> dumps.replace(name, new byte[1]));
            if (here) {
                assertEquals(Set.of(name), dumps.delete(List.of(name)).refused().keySet());
            } else {
                assertThrows(BackupException.class, () -> dumps.delete(List.of(name)));
            }
        }
        assertEquals("old", Files.readString(base.resolve("victim")));
        assertEquals("old", Files.readString(base.resolve("dumps/sub/victim")));
    }

    /** What a machine says of files that it was not asked to remove is no answer. */
    @Test
    void takesNoAnswerOfOtherFiles() throws Exception {
        Files.createSymbolicLink(base.resolve("link.dump"), base);
        Files.createSymbolicLink(base.resolve("other.dump"), base);
        Machine lying = new TestMachine() {
            @Override
            @SuppressWarnings("unchecked")
            public <T> Future<T> submit(Task<T> task) {
                if (task.toString().startsWith("DeleteFiles")) {
                    try {
                        // The truth of another request.
                        Constructor<?> constructor = task.getClass().getDeclaredConstructors()[0];
                        constructor.setAccessible(true);
                        return super.submit((Task<T>) constructor.newInstance(
                                base.toString(), new ArrayList<>(List.of("link.dump", "other.dump"))));
                    } catch (ReflectiveOperationException e) {
                        throw new AssertionError(e);
                    }
                }
                return super.submit(task);
            }
        };

        Deletion deletion = MachineDumps.in(lying, base.toString(), ".").delete(List.of("link.dump"));

        assertEquals(Set.of("link.dump"), deletion.refused().keySet());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void removesWhatAKilledReplacementHasLeftAfterAnHour(boolean here) throws Exception {
        String unfinished = ".pgbackup-manifest-00000000-0000-0000-0000-00000000000%d.part";
        for (int i = 1; i <= 2; i++) {
            Files.writeString(base.resolve(unfinished.formatted(i)), "{");
        }
        String dump = ".pgbackup-00000000-0000-0000-0000-000000000003.part";
        Files.writeString(base.resolve(dump), "a dump that is being made");
        for (String old : List.of(unfinished.formatted(1), dump)) {
            Files.setLastModifiedTime(
                    base.resolve(old), FileTime.from(Instant.now().minus(Duration.ofMinutes(61))));
        }

        dumps(base, here).cleanUp();

        assertEquals(List.of(dump, unfinished.formatted(2)), names(base));
    }

    private WritableDumps dumps(Path directory, boolean here) throws IOException {
        return here ? new LocalDumps(directory) : MachineDumps.in(machine, base.toString(), directory.toString());
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
