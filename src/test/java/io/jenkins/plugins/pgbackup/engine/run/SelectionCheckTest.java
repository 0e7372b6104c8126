package io.jenkins.plugins.pgbackup.engine.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.BackupHere;
import io.jenkins.plugins.pgbackup.engine.RecordingListener;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.machine.Command;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dump is limited to, and the database does not have, is not passed over in silence. */
class SelectionCheckTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "name_check";
    private static final String ROLE = "name_check_reader";

    @TempDir
    private Path directory;

    private final RecordingListener listener = new RecordingListener();
    private final Set<String> missing = new HashSet<>();

    @BeforeAll
    static void create() {
        CLUSTER.createDatabase(DATABASE);
        CLUSTER.psql(DATABASE, """
                create table big (a int);
                create table büro (a int);
                create schema private;
                create table private.secret (a int);
                """);
        CLUSTER.createRole(ROLE, "pw");
        CLUSTER.psql(DATABASE, "grant pg_read_all_data to " + ROLE);
        CLUSTER.psql(DATABASE, """
                create schema hides;
                grant usage on schema hides to public;
                create function hides.match(text, text) returns bool language sql as 'select true';
                create operator hides.~ (leftarg = text, rightarg = text, function = hides.match);
                create function hides.convert_from(bytea, name) returns text language sql as $$select '.*'$$;
                """);
        CLUSTER.psql(DATABASE, "alter role " + ROLE + " set search_path = hides, private, pg_catalog");
    }

    @AfterAll
    static void drop() {
        CLUSTER.dropDatabase(DATABASE);
        CLUSTER.psql("postgres", "drop role " + ROLE);
    }

    @ParameterizedTest
    @MethodSource("choicesOfNothing")
    void whatIsToBeDumpedMustExist(DumpOptionsBuilder options, String sentence) {
        BackupException failed = assertThrows(BackupException.class, () -> backUp(options));
        assertThat(failed.getMessage(), containsString(sentence));
        assertArrayEquals(new String[0], directory.toFile().list());
    }

    static Stream<Object[]> choicesOfNothing() {
        DumpOptionsBuilder[] builders =
                Stream.generate(DumpOptionsBuilder::new).limit(6).toArray(DumpOptionsBuilder[]::new);
        return Stream.of(
                new Object[] {
                    builders[0].tables(List.of("public.big", "public.bgi")),
                    "found none of the tables that match \"public.bgi\""
                },
                new Object[] {
                    builders[1].schemas(List.of("public", "pivate")), "found none of the schemas that match \"pivate\""
                },
                new Object[] {
                    builders[2].tables(List.of("big", "b\"Ü\"ro")), "none of the tables that match \"b\"Ü\"ro\""
                },
                new Object[] {
                    builders[3].extraOptions(List.of("-tbig", "-ntpublic")),
                    "found none of the schemas that match \"tpublic\""
                },
                new Object[] {
                    builders[4].extraOptions(List.of("-vtbig", "--table=grün*")),
                    "found none of the tables that match \"grün*\""
                },
                new Object[] {
                    builders[5].tables(List.of("big")).extraOptions(List.of("--extension=nix")),
                    "found none of the extensions that match \"nix\""
                });
    }

    @Test
    void whatIsToBeLeftOutAndDoesNotExistIsAWarning() throws Exception {
        Manifest manifest = backUp(new DumpOptionsBuilder()
                .excludeTables(List.of("private.secrte", "private.secret", "BIG", "\"BIG\"", "secret"))
                .excludeSchemas(List.of("pivate", "privat?"))
                .extraOptions(List.of(
                        "--exclude-table-data=*.geheim",
                        "--exclude-table-data=*.secret",
                        "-vTgrün",
                        "-Nnix",
                        "--exclude-table-d=büro")));

        List<String> warnings = List.of(
                nothing("schema", "pivate"),
                nothing("table", "private.secrte"),
                nothing("table", "\"BIG\""),
                nothing("table", "secret"),
                nothing("table", "*.geheim"),
                nothing("table", "grün"),
                nothing("schema", "nix"));
        assertEquals(warnings, manifest.warnings());
        assertEquals(warnings.stream().map(warning -> "WARNING: " + warning).toList(), listener.notes);
    }

    private static String nothing(String kind, String pattern) {
        return "No " + kind + " matches \"" + pattern
                + "\", so it leaves nothing out of the dump: correct the name, or remove it.";
    }

    /** What stands in no schema is looked for where the role looks, as pg_dump does it. */
    @Test
    void aNameWithoutASchemaIsOneThatTheRoleSees() throws Exception {
        String url = CLUSTER.url(ROLE, "pw", DATABASE);
        assertEquals(
                List.of(nothing("table", "big")),
                backUp(url, new DumpOptionsBuilder().excludeTables(List.of("secret", "big")))
                        .warnings());
    }

    @Test
    void asksAboutAnyNumberOfNames() throws Exception {
        List<String> names =
                IntStream.range(0, 450).mapToObj(i -> "public.none_" + i).toList();
        List<String> warnings =
                backUp(new DumpOptionsBuilder().excludeTables(names)).warnings();
        assertEquals(names.stream().map(name -> nothing("table", name)).toList(), warnings);
    }

    @Test
    void withoutPsqlItSaysThatItDidNotLook() throws Exception {
        missing.add("psql");
        Manifest manifest = backUp(new DumpOptionsBuilder().extraOptions(List.of("--exclude-table-data=secrte")));
        assertEquals(1, manifest.warnings().size());
        assertThat(manifest.warnings().get(0), containsString("it was not checked whether everything exists"));
        assertThat(listener.notes, hasItem("WARNING: " + manifest.warnings().get(0)));

        assertEquals(
                List.of(),
                backUp(new DumpOptionsBuilder().tables(List.of("big"))).warnings());
    }

    @Test
    void withoutPsqlANameBeyondAsciiIsRefused() {
        missing.add("psql");
        BackupException refused = assertThrows(
                BackupException.class, () -> backUp(new DumpOptionsBuilder().excludeTables(List.of("büro"))));
        assertThat(refused.getMessage(), startsWith("Without psql on this machine it is not known how the database"));
    }

    @Test
    void largeObjectsThatAreLeftOutAreAWarning() throws Exception {
        CLUSTER.psql(DATABASE, "select lo_from_bytea(4711, 'large')");
        try {
            List<String> warnings =
                    backUp(new DumpOptionsBuilder().schemas(List.of("public"))).warnings();
            assertEquals(1, warnings.size());
            assertThat(warnings.get(0), startsWith("The database has large objects, and a dump of chosen schemas"));
            assertEquals(List.of("WARNING: " + warnings.get(0)), listener.notes);
        } finally {
            CLUSTER.psql(DATABASE, "select lo_unlink(4711)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-b", "-vB", "--exclude-table-data=private.secret", "--blobs"})
    void largeObjectsThatAPersonDecidedOnAreNone(String option) throws Exception {
        CLUSTER.psql(DATABASE, "select lo_from_bytea(4712, 'large')");
        try {
            DumpOptionsBuilder options = new DumpOptionsBuilder().extraOptions(List.of(option));
            options.schemas(option.startsWith("--ex") ? List.of() : List.of("public"));
            assertEquals(List.of(), backUp(options).warnings());
        } finally {
            CLUSTER.psql(DATABASE, "select lo_unlink(4712)");
        }
    }

    @Test
    void aDumpOfWhatThereIsHasNoWarning() throws Exception {
        Manifest manifest = backUp(new DumpOptionsBuilder()
                .schemas(List.of("p*"))
                .tables(List.of("public.*", "private.secret"))
                .excludeTables(List.of("b?ro")));
        assertEquals(List.of(), manifest.warnings());
        assertEquals(List.of(), listener.notes);
    }

    private Manifest backUp(DumpOptionsBuilder options) throws IOException, InterruptedException {
        return backUp(CLUSTER.url(DATABASE), options);
    }

    private Manifest backUp(String url, DumpOptionsBuilder options) throws IOException, InterruptedException {
        TestMachine machine = new WithoutPrograms();
        return new BackupHere(url, options.build(), "dump-" + listener.heard.size(), Verification.FULL, Duration.ZERO)
                .make(machine, LocalStore.at(machine, directory.toString(), "./", true), listener);
    }

    private final class WithoutPrograms extends TestMachine {

        @Override
        public RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException {
            if (missing.contains(command.program())) {
                throw ProgramNotFoundException.notFound(command.program(), name());
            }
            return super.start(command, out, err);
        }
    }
}
