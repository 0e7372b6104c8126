package io.jenkins.plugins.pgbackup.engine;

import static io.jenkins.plugins.pgbackup.fixture.PostgresCluster.identifier;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pattern beyond ASCII means the same in a database of any encoding: just what it says. */
class NamesInEveryEncodingTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "names_in_encoding";
    private static final Pattern ROW = Pattern.compile("row of (\\w+)");

    @TempDir
    private Path directory;

    private final RecordingListener listener = new RecordingListener();

    @AfterEach
    void drop() {
        CLUSTER.dropDatabase(DATABASE);
    }

    /**
     * The name in question and another of the same length, one character of which differs: a wildcard in its place would
     * match both.
     */
    @ParameterizedTest
    @CsvSource({
        "UTF8, büro, baro",
        "UTF8, a😀b, axb",
        "UTF8, 表丂f, 表丈f",
        "LATIN1, büro, baro",
        "LATIN2, půda, pada",
        "WIN1251, таблица, таблицы",
        "KOI8R, таблица, таблицы",
        "EUC_JP, 表一, 裏一",
        "EUC_JP, 丂a, 丈a",
        "EUC_KR, 표, 가",
        "EUC_TW, 表, 里",
        "SQL_ASCII, büro, böro",
    })
    void aPatternMatchesWhatItSays(String encoding, String name, String other) throws Exception {
        create(encoding);
        table(identifier(name), "wanted");
        table(identifier(other), "other");
        CLUSTER.psql(DATABASE, "create schema " + identifier(name + " s"));
        table(identifier(name + " s") + ".a", "inside");
        CLUSTER.psql(DATABASE, "create schema " + identifier(other + " s"));
        table(identifier(other + " s") + ".a", "outside");

        Set<String> left = Set.of("other", "outside");
        String schema = identifier(name + " s");
        assertEquals(Set.of("wanted"), dumped(builder().tables(List.of(name))));
        assertEquals(Set.of("wanted"), dumped(builder().extraOptions(List.of("-tpublic." + identifier(name)))));
        assertEquals(Set.of("inside"), dumped(builder().schemas(List.of(name + " ?"))));
        assertEquals(left, dumped(builder().excludeTables(List.of(name)).excludeSchemas(List.of(schema))));
        assertEquals(
                left, dumped(builder().extraOptions(List.of("--exclude-table-data=*." + name, "-N" + name + "*"))));
        assertEquals(List.of(), listener.notes);
    }

    @ParameterizedTest
    @CsvSource({
        "WIN1251, tдb, täb, ä",
        "LATIN1, tдb, täб, б",
        "EUC_KR, tab, t€b😀, 😀",
    })
    void aCharacterThatTheDatabaseDoesNotHaveIsRefused(String encoding, String table, String pattern, String character)
            throws Exception {
        create(encoding);
        CLUSTER.psql(DATABASE, "create table if not exists tab (a int)");
        for (DumpOptionsBuilder options : List.of(
                builder().excludeTables(List.of(pattern)),
                builder().extraOptions(List.of("--exclude-table-data=*." + pattern)),
                builder().schemas(List.of(pattern)))) {
            BackupException refused = assertThrows(BackupException.class, () -> dumped(options));
            assertThat(
                    refused.getMessage(),
                    containsString("The database has no name with the character \"" + character + "\" of \""));
            assertThat(refused.getMessage(), containsString("because its encoding " + encoding + " does not have it"));
        }
    }

    @Test
    void aCharacterThatNoExpressionNamesIsRefused() throws Exception {
        create("EUC_TW");
        BackupException refused =
                assertThrows(BackupException.class, () -> dumped(builder().excludeTables(List.of("a乂"))));
        assertThat(refused.getMessage(), containsString("cannot name a character of \"a乂\""));
    }

    private static void create(String encoding) {
        CLUSTER.psql(
                "postgres",
                "create database " + DATABASE + " encoding '" + encoding
                        + "' lc_collate 'C' lc_ctype 'C' template template0");
    }

    private static void table(String name, String row) {
        CLUSTER.psql(DATABASE, "create table " + name + " as select 'row of " + row + "'::text as a");
    }

    private static DumpOptionsBuilder builder() {
        return new DumpOptionsBuilder().format(DumpFormat.PLAIN).compression(Compression.NONE);
    }

    /** The rows in a dump. */
    private Set<String> dumped(DumpOptionsBuilder options) throws IOException, InterruptedException {
        LocalMachine machine = new LocalMachine();
        Path destination = Files.createTempDirectory(directory, "dump");
        Manifest manifest = new BackupHere(
                        CLUSTER.url(DATABASE), options.build(), "dump", Verification.FULL, Duration.ZERO)
                .make(machine, LocalStore.at(machine, destination.toString(), "./", true), listener);
        // Each byte a character: the rows are ASCII.
        String dump = Files.readString(destination.resolve(manifest.fileName()), StandardCharsets.ISO_8859_1);
        return ROW.matcher(dump)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
