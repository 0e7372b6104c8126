package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
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
                arguments(DumpOptions.defaults(), "17.6"));
    }

    @Test
    void handsEveryOptionOverAsOneToken() throws Exception {
        DumpOptions options = DumpOptions.builder()
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
        assertThat(arguments(DumpOptions.builder().schemaOnly(true).build(), "15.18"), hasItem("--schema-only"));
    }

    @Test
    void clientsBefore10KnowNothingOfSync() throws Exception {
        assertThat(arguments(DumpOptions.defaults(), "9.6.24"), not(hasItem("--no-sync")));
    }

    @Test
    void clientsBefore96KnowNothingOfStrictNames() throws Exception {
        assertThat(arguments(DumpOptions.defaults(), "9.6.0"), hasItem("--strict-names"));
        assertThat(arguments(DumpOptions.defaults(), "9.5.25"), not(hasItem("--strict-names")));
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
        DumpOptions.Builder builder =
                DumpOptions.builder().extraOptions(options == null ? List.of() : List.of(options.split(" ")));
        assertEquals(leavesOut, builder.build().leavesLargeObjectsOut());
        assertEquals(false, builder.schemaOnly(true).build().leavesLargeObjectsOut());
    }

    @Test
    void waitsForEverAtZero() throws Exception {
        DumpOptions options =
                DumpOptions.builder().lockWaitTimeout(Duration.ZERO).build();

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
                DumpOptions.builder().compression(Compression.gzip(2)).build();

        assertEquals(
                new DumpEncoding(DumpFormat.PLAIN, "0", Compression.gzip(2), ".sql.gz"),
                options.encoding(PostgresVersion.ofProgram("17.6"), Optional.of("x.sql.gz")));
    }

    @ParameterizedTest
    @MethodSource
    void refuses(DumpOptions.Builder options, String sentence) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, options::build);

        assertThat(refusal.getMessage(), containsString(sentence));
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                refused(DumpOptions.builder().schemaOnly(true).dataOnly(true), "exclude each other"),
                refused(DumpOptions.builder().schemas(List.of("")), "name of a schema is empty"),
                refused(DumpOptions.builder().excludeSchemas(List.of(" ")), "name of a schema to exclude is empty"),
                refused(DumpOptions.builder().tables(List.of("a", "")), "name of a table is empty"),
                refused(DumpOptions.builder().excludeTables(List.of("a\nb")), "table to exclude \"a b\" contains"),
                refused(DumpOptions.builder().tables(List.of("a\0")), "contains a line break or a NUL"),
                refused(DumpOptions.builder().tables(List.of("a\r")), "contains a line break or a NUL"),
                refused(DumpOptions.builder().extraOptions(List.of("--file=x")), "decided by the backup itself"));
    }

    private static Arguments refused(DumpOptions.Builder options, String sentence) {
        return Arguments.of(options, sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT0.0009S", "PT2147483.648S", "PT1000000H"})
    void refusesATimeoutThatTheServerCannotKeep(Duration timeout) {
        InvalidInputException refusal = assertThrows(
                InvalidInputException.class,
                () -> DumpOptions.builder().lockWaitTimeout(timeout).build());

        assertThat(refusal.getMessage(), containsString("1 millisecond to 24 days"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.tar", "backups/shop.SQL", "shop.dump.xz", "shop.dump.zst"})
    void refusesAPathThatContradictsThem(String path) {
        DumpOptions options = DumpOptions.builder()
                .format(DumpFormat.CUSTOM)
                .compression(Compression.gzip(1))
                .build();

        assertThrows(InvalidInputException.class, () -> options.checkPath(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.tar/", "backups.tar/shop.tar.zst", "backups", "/", "..", ".", "a/.hidden", "tar.d"})
    void letsADirectoryAndAFittingPathPass(String path) {
        DumpOptions options = DumpOptions.builder()
                .format(DumpFormat.TAR)
                .compression(path.equals("tar.d") ? Compression.AUTO : Compression.zstd(1))
                .build();

        assertDoesNotThrow(() -> options.checkPath(path));
    }

    @Test
    void keepsItsListsToItself() {
        List<String> tables = new ArrayList<>(List.of("a"));
        DumpOptions options = DumpOptions.builder().tables(tables).build();
        tables.add("b");

        assertEquals(List.of("a"), options.tables());
    }

    @Test
    void travels() throws Exception {
        DumpOptions options = DumpOptions.builder()
                .format(DumpFormat.TAR)
                .compression(Compression.zstd(9))
                .tables(List.of("a"))
                .build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(options);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject(), is(options));
        }
    }
}
