package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DumpOptionsTest {

    private static final PostgresUrl URL = PostgresUrl.parse("postgres://bob:hunter2@db/orders");

    @Test
    void asksByDefaultForTheWholeDatabaseInTheCustomFormat() throws Exception {
        assertEquals(
                List.of(
                        "--no-password",
                        "--format=custom",
                        "--compress=zstd:1",
                        "--no-sync",
                        "--lock-wait-timeout=300000",
                        "--strict-names",
                        "--file=/tmp/fifo",
                        "--dbname=postgresql://bob@db/orders?hostaddr=&port="),
                arguments(new DumpOptionsBuilder().build(), "17.6"));
    }

    @Test
    void handsEveryOptionOverAsOneToken() throws Exception {
        DumpOptions options = new DumpOptionsBuilder()
                .format(DumpFormat.PLAIN)
                .compression(Compression.NONE)
                .schemas(List.of("-a", "b*"))
                .excludeSchemas(List.of("c"))
                .tables(List.of("\"Order Lines\""))
                .excludeTables(List.of("büro"))
                .dataOnly(true)
                .noOwner(true)
                .noPrivileges(true)
                .extraOptions(List.of("--verbose", "-O", "-vTgrün", "--exclude-table-da=\"Ü\"", "--role=é"))
                .lockWaitTimeout(Duration.ofSeconds(1))
                .build();

        assertEquals(
                List.of(
                        "--no-password",
                        "--format=plain",
                        "--compress=0",
                        "--no-sync",
                        "--lock-wait-timeout=1000",
                        "--strict-names",
                        "--schema=-a",
                        "--schema=b*",
                        "--exclude-schema=c",
                        "--table=\"Order Lines\"",
                        "--exclude-table=b\\u00fcro",
                        "--data-only",
                        "--no-owner",
                        "--no-privileges",
                        "--file=/tmp/fifo",
                        "--dbname=postgresql://bob@db/orders?hostaddr=&port=",
                        "--verbose",
                        "-O",
                        "-vTgr\\u00fcn",
                        "--exclude-table-da=\"\"\\u00dc\"\"",
                        "--role=é"),
                arguments(options, "15.18"));
    }

    @Test
    void asksForTheSchemaOnly() throws Exception {
        assertThat(arguments(new DumpOptionsBuilder().schemaOnly(true).build(), "15.18"), hasItem("--schema-only"));
    }

    @Test
    void clientsBefore10KnowNothingOfSync() throws Exception {
        assertThat(arguments(new DumpOptionsBuilder().build(), "9.6.24"), not(hasItem("--no-sync")));
    }

    @Test
    void clientsBefore96KnowNothingOfStrictNames() throws Exception {
        assertThat(arguments(new DumpOptionsBuilder().build(), "9.6.0"), hasItem("--strict-names"));
        assertThat(arguments(new DumpOptionsBuilder().build(), "9.5.25"), not(hasItem("--strict-names")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "             | false",
                "-v           | false",
                "-npublic     | true",
                "-vtpublic.a  | true",
                "--table=a    | true",
                "--table-a=a  | true",
                "--extension=a| true",
                "--include-foreign-data=a | false",
                "-Na          | false",
                "--exclude-table=a | false",
                "-tpublic.a -b| false",
                "-tpublic.a --blobs | false",
                "-tpublic.a --no-large-objects | false",
                "-tpublic.a --schema-only | false",
                "-tpublic.a -vB | false",
                "-tpublic.b   | true",
            })
    void leavesLargeObjectsOutWhereItIsToldWhatToTake(String options, boolean leavesOut) {
        DumpOptionsBuilder builder =
                new DumpOptionsBuilder().extraOptions(options == null ? List.of() : List.of(options.split(" ")));
        assertEquals(leavesOut, builder.build().leavesLargeObjectsOut());
        assertEquals(false, builder.schemaOnly(true).build().leavesLargeObjectsOut());
    }

    @Test
    void waitsForEverAtZero() throws Exception {
        DumpOptions options =
                new DumpOptionsBuilder().lockWaitTimeout(Duration.ZERO).build();

        assertThat(String.join(" ", arguments(options, "17.6")), not(containsString("lock-wait-timeout")));
    }

    private static List<String> arguments(DumpOptions options, String client) throws Exception {
        PostgresVersion version = PostgresVersion.ofProgram(client);
        NameFacts names = new NameFacts(new DatabaseCharacters("UTF8", Map.of()), List.of(), false);
        return options.arguments(options.encoding(version, Optional.empty()), version, URL, names, "/tmp/fifo");
    }

    @Test
    void decidesItsEncoding() throws Exception {
        DumpOptions options =
                new DumpOptionsBuilder().compression(Compression.gzip(2)).build();

        assertEquals(
                new DumpEncoding(DumpFormat.PLAIN, "0", Compression.gzip(2), ".sql.gz"),
                options.encoding(PostgresVersion.ofProgram("17.6"), Optional.of("x.sql.gz")));
    }

    @ParameterizedTest
    @MethodSource
    void refuses(DumpOptionsBuilder options, String sentence) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, options::build);

        assertThat(refusal.getMessage(), containsString(sentence));
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                refused(new DumpOptionsBuilder().schemaOnly(true).dataOnly(true), "exclude each other"),
                refused(new DumpOptionsBuilder().schemas(List.of("")), "name of a schema is empty"),
                refused(new DumpOptionsBuilder().excludeSchemas(List.of(" ")), "name of a schema to exclude is empty"),
                refused(new DumpOptionsBuilder().tables(List.of("a", "")), "name of a table is empty"),
                refused(new DumpOptionsBuilder().excludeTables(List.of("a\nb")), "table to exclude \"a b\" contains"),
                refused(new DumpOptionsBuilder().tables(List.of("a\0")), "contains a line break or a NUL"),
                refused(new DumpOptionsBuilder().tables(List.of("a\r")), "contains a line break or a NUL"),
                refused(new DumpOptionsBuilder().extraOptions(List.of("--file=x")), "decided by the backup itself"));
    }

    private static Arguments refused(DumpOptionsBuilder options, String sentence) {
        return Arguments.of(options, sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT0.0009S", "PT2147483.648S", "PT1000000H"})
    void refusesATimeoutThatTheServerCannotKeep(Duration timeout) {
        InvalidInputException refusal = assertThrows(
                InvalidInputException.class,
                () -> new DumpOptionsBuilder().lockWaitTimeout(timeout).build());

        assertThat(refusal.getMessage(), containsString("1 millisecond to 24 days"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.tar", "backups/shop.SQL", "shop.dump.xz", "shop.dump.zst"})
    void refusesAPathThatContradictsThem(String path) {
        DumpOptions options = new DumpOptionsBuilder()
                .format(DumpFormat.CUSTOM)
                .compression(Compression.gzip(1))
                .build();

        assertThrows(InvalidInputException.class, () -> options.checkPath(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.tar/", "backups.tar/shop.tar.zst", "backups", "/", "..", ".", "a/.hidden", "tar.d"})
    void letsADirectoryAndAFittingPathPass(String path) {
        DumpOptions options = new DumpOptionsBuilder()
                .format(DumpFormat.TAR)
                .compression(path.equals("tar.d") ? Compression.AUTO : Compression.zstd(1))
                .build();

        assertDoesNotThrow(() -> options.checkPath(path));
    }

    @Test
    void keepsItsListsToItself() {
        List<String> tables = new ArrayList<>(List.of("a"));
        DumpOptions options = new DumpOptionsBuilder().tables(tables).build();
        tables.add("b");

        assertEquals(List.of("a"), options.tables());
    }

    /** Format, compression and time limits choose nothing. */
    @Test
    void tellsWhatIsChosenOfTheDatabase() {
        assertEquals(
                "all",
                new DumpOptionsBuilder()
                        .format(DumpFormat.PLAIN)
                        .compression(Compression.parse("none"))
                        .lockWaitTimeout(Duration.ZERO)
                        .build()
                        .selection());
        assertEquals(
                "--schema=sales --exclude-schema=audit '--table=a b' --exclude-table=c.d --schema-only --no-owner"
                        + " --no-privileges --section=data",
                new DumpOptionsBuilder()
                        .schemas(List.of("sales"))
                        .excludeSchemas(List.of("audit"))
                        .tables(List.of("a b"))
                        .excludeTables(List.of("c.d"))
                        .schemaOnly(true)
                        .noOwner(true)
                        .noPrivileges(true)
                        .extraOptions(List.of("--section=data"))
                        .build()
                        .selection());
        assertEquals(
                "--data-only", new DumpOptionsBuilder().dataOnly(true).build().selection());
    }
}
