package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directory that {@code TMPDIR} names, with little room or none. */
class TemporaryDirectoryTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String SOURCE = "cli_temporary";
    private static final String COPY = "cli_temporary_copy";

    @TempDir
    private static Path dumps;

    @TempDir
    private Path directory;

    @BeforeAll
    static void backUp() {
        SmallDatabase.create(CLUSTER, SOURCE);
        for (String name : new String[] {"a.dump", "a.sql.zst"}) {
            PgbackupInProcess.run("-d", "local", dump(name), CLUSTER.url(SOURCE))
                    .mustBeGood();
        }
    }

    @AfterAll
    static void dropDatabases() {
        CLUSTER.dropDatabase(SOURCE);
        CLUSTER.dropDatabase(COPY);
    }

    @BeforeEach
    void createCopy() {
        CLUSTER.dropDatabase(COPY);
        CLUSTER.createDatabase(COPY);
    }

    @Test
    void hasNoRoom() throws Exception {
        try (SmallDisk disk = SmallDisk.on(Files.createDirectory(directory.resolve("full")), "size=64k")) {
            disk.fill();

            mustBeExplained(
                    run("full", "-d", "local", "b.dump", CLUSTER.url(SOURCE)),
                    "/full/pgbackup-",
                    " cannot be made (No space left on device), one of the few small files that are needed beside the dump:");
            mustBeExplained(
                    run("full", "restore", dump("a.dump"), CLUSTER.url(COPY)),
                    "/full/pgbackup-",
                    " cannot be made (No space left on device), one of the few small files that are needed beside the dump:");
            assertThat(Files.exists(directory.resolve("b.dump")), is(false));
            assertThat(directory.resolve("full").toFile().list(), is(emptyArray()));
        }
    }

    @Test
    void hasNoRoomForTheDumpThatSeveralConnectionsRestore() throws Exception {
        try (SmallDisk disk = SmallDisk.on(Files.createDirectory(directory.resolve("small")), "size=12k")) {
            mustBeExplained(
                    run("small", "restore", dump("a.dump"), CLUSTER.url(COPY), "--jobs", "2"),
                    "The temporary file " + directory + "/small/pgbackup-",
                    "/dump of the dump would take ",
                    ": restore over one connection, which needs no such file, or choose another directory");
            assertThat(directory.resolve("small").toFile().list(), is(emptyArray()));
        }
    }

    /** Java puts the library of zstd there before it loads it. */
    @Test
    void hasNoRoomForALibrary() throws Exception {
        try (SmallDisk disk = SmallDisk.on(Files.createDirectory(directory.resolve("small")), "size=64k")) {
            mustBeExplained(
                    run("small", "verify", dump("a.sql.zst")),
                    "pgbackup verify stopped: Java cannot load a part of this program (",
                    "look whether the directory for temporary files is full or mounted noexec");
        }
    }

    @Test
    void isAFile() throws Exception {
        Files.createFile(directory.resolve("file"));

        mustBeExplained(
                run("file", "-d", "local", "b.dump", CLUSTER.url(SOURCE)),
                "/file/pgbackup-",
                "or choose another directory for temporary files.");
    }

    @Test
    void mayBeRelative() throws Exception {
        Files.createDirectory(directory.resolve("relative"));

        PgbackupProcess.run(directory, Map.of("TMPDIR", "relative"), "-d", "local", "b.dump", CLUSTER.url(SOURCE))
                .mustBeGood();
    }

    private CommandOutcome run(String temporary, String... arguments) throws IOException, InterruptedException {
        return PgbackupProcess.run(
                        directory, Map.of("TMPDIR", directory.resolve(temporary).toString()), arguments)
                .mustEndWith(1);
    }

    private static void mustBeExplained(CommandOutcome outcome, String... parts) {
        assertEquals(1, outcome.err().lines().count(), outcome::toString);
        assertThat(outcome.err(), startsWith("Error: "));
        for (String part : parts) {
            assertThat(outcome.err(), containsString(part));
        }
    }

    private static String dump(String name) {
        return dumps.resolve(name).toString();
    }
}
