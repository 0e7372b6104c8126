package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.machine.Command;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import io.jenkins.plugins.pgbackup.engine.stream.AwkwardTables;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables in the manifest of a backup are those of the server, with as many rows. */
class CountedTablesTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "counted_tables";

    @TempDir
    private Path directory;

    private final DumpOptionsBuilder options = new DumpOptionsBuilder();

    @BeforeAll
    static void create() {
        AwkwardTables.create(CLUSTER, DATABASE);
    }

    @AfterAll
    static void drop() {
        CLUSTER.dropDatabase(DATABASE);
    }

    @ParameterizedTest
    @CsvSource({"CUSTOM, none", "CUSTOM, gzip:1", "CUSTOM, auto", "TAR, zstd:3", "PLAIN, gzip:1"})
    void theManifestHasTheRowsOfEveryTable(DumpFormat format, String compression) throws Exception {
        options.format(format).compression(Compression.parse(compression));

        Manifest manifest = backUp(new TestMachine(), Verification.FULL);

        Map<String, Long> rows = new TreeMap<>();
        manifest.tables().forEach(table -> rows.put(AwkwardTables.key(table.schema(), table.name()), table.rows()));
        assertEquals(AwkwardTables.counts(CLUSTER, DATABASE), rows);
        assertThat(manifest.uncounted(), is(nullValue()));
        assertEquals(
                manifest,
                new Catalog(new LocalDumps(directory))
                        .manifestOf(manifest.fileName())
                        .orElseThrow());
    }

    @Test
    void itSaysWhyThereAreNoRows() throws Exception {
        options.extraOptions(List.of("--inserts")).tables(List.of("public.numbers"));

        Manifest manifest = backUp(new TestMachine(), Verification.FULL);

        assertThat(manifest.tables().get(0).name(), is("numbers"));
        assertThat(manifest.tables().get(0).rows(), is(nullValue()));
        assertThat(manifest.uncounted(), is("the dump has INSERT statements, whose rows are not counted"));
    }

    /** The backup is what it was without counting: here one that nothing proves. */
    @Test
    void whatCannotBeCountedIsBackedUpAllTheSame() throws Exception {
        Manifest manifest = backUp(new Scribbling(), Verification.NONE);

        assertThat(manifest.tables(), is(nullValue()));
        assertThat(manifest.uncounted(), is("the dump is not as its format is known here"));
        assertThat(manifest.rawBytes(), is(8L));
    }

    private Manifest backUp(Machine machine, Verification verification) throws Exception {
        return new BackupHere(CLUSTER.url(DATABASE), options.build(), "dump", verification, Duration.ZERO)
                .make(machine, LocalStore.at(machine, directory.toString(), "./", true), new RecordingListener());
    }

    /** A machine whose pg_dump writes what is no dump. */
    private static final class Scribbling extends TestMachine {

        @Override
        public RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException {
            return command.program().equals("pg_dump") && !command.arguments().contains("--version")
                    ? super.start(new Command(List.of("sh", "-c", script(command)), command.environment()), out, err)
                    : super.start(command, out, err);
        }

        private static String script(Command command) {
            String file = command.arguments().stream()
                    .filter(argument -> argument.startsWith("--file="))
                    .findFirst()
                    .orElseThrow()
                    .substring("--file=".length());
            return "printf 'no dump!' > '" + file + "'";
        }
    }
}
