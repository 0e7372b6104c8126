package io.jenkins.plugins.pgbackup.engine.store.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
