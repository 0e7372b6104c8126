package io.jenkins.plugins.pgbackup.engine.stream;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents.Gap;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real dumps, of this machine's pg_dump and of a newer one, and what is none, in pieces of any size. */
class TableCounterTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "table_counter";

    /** What {@code client17} holds. */
    private static final DumpContents FRUIT =
            new DumpContents(List.of(new DumpedTable("public", "fruit", 2L, 15)), List.of(), null);

    @TempDir
    private Path directory;

    @BeforeAll
    static void create() {
        AwkwardTables.create(CLUSTER, DATABASE);
    }

    @AfterAll
    static void drop() {
        CLUSTER.dropDatabase(DATABASE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"custom -Z0", "custom -Z1", "tar", "plain", "custom -Z0 --data-only", "plain --data-only"})
    void countsWhatTheServerCounts(String options) throws Exception {
        byte[] dump = dump(DATABASE, options);
        DumpContents counted = counted(format(options), dump, 64 * 1024);

        assertThat(counted.gap(), is(nullValue()));
        assertEquals(AwkwardTables.counts(CLUSTER, DATABASE), rows(counted));
        for (int pieceBytes : new int[] {1, 7, 1000}) {
            assertEquals(counted, counted(format(options), dump, pieceBytes));
        }
    }

    @Test
    void everyFormatHasTheSameBytesOfATable() throws Exception {
        List<DumpedTable> plain =
                counted(DumpFormat.PLAIN, dump(DATABASE, "plain"), 64 * 1024).tables();
        assertEquals(
                plain,
                counted(DumpFormat.CUSTOM, dump(DATABASE, "custom -Z1"), 64 * 1024)
                        .tables());
        assertEquals(
                plain, counted(DumpFormat.TAR, dump(DATABASE, "tar"), 64 * 1024).tables());
        String numbers = CLUSTER.psql(DATABASE, "copy numbers to stdout") + "\n";
        assertEquals(
                (long) numbers.length(),
                plain.stream()
                        .filter(counted -> counted.name().equals("numbers"))
                        .findFirst()
                        .orElseThrow()
                        .bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"custom -Z0", "custom -Z1", "tar", "plain"})
    void aDumpOfDefinitionsHasNoData(String options) throws Exception {
        assertEquals(
                new DumpContents(List.of(), List.of(), null),
                counted(format(options), dump(DATABASE, options + " --schema-only"), 1000));
    }

    /** The rows go to the root when they are restored, whatever partition they were in. */
    @ParameterizedTest
    @ValueSource(strings = {"custom", "tar", "plain"})
    void rowsThatAreLoadedViaTheRootAreItsOwn(String options) throws Exception {
        Map<String, Long> expected = AwkwardTables.counts(CLUSTER, DATABASE);
        expected.keySet().removeIf(name -> name.startsWith("[public, tree_"));
        expected.put(AwkwardTables.key("public", "tree"), 10L);
        DumpContents counted =
                counted(format(options), dump(DATABASE, options + " --load-via-partition-root"), 64 * 1024);
        assertEquals(expected, rows(counted));
    }

    @ParameterizedTest
    @CsvSource({
        "custom, --inserts",
        "tar, --column-inserts",
        "plain, --inserts",
        "plain, --column-inserts",
        "plain, --rows-per-insert=100",
        "custom, --rows-per-insert=100"
    })
    void rowsOfInsertStatementsAreNotCounted(String format, String option) throws Exception {
        DumpContents counted = counted(format(format), dump(DATABASE, format + " " + option), 1000);
        assertThat(counted.gap(), is(Gap.INSERTS));
        assertThat(counted.tables().stream().allMatch(table -> table.rows() == null), is(true));
        Map<String, Long> filled = AwkwardTables.counts(CLUSTER, DATABASE);
        filled.values().removeIf(rows -> rows == 0);
        assertEquals(
                filled.keySet(),
                counted.tables().stream()
                        .filter(table -> table.bytes() > 0)
                        .map(table -> AwkwardTables.key(table.schema(), table.name()))
                        .collect(Collectors.toSet()));
    }

    @Test
    void insertStatementsHaveTheSameBytesInEveryFormat() throws Exception {
        Map<String, Long> plain = bytes(counted(DumpFormat.PLAIN, dump(DATABASE, "plain --inserts"), 64 * 1024));
        Map<String, Long> custom = bytes(counted(DumpFormat.CUSTOM, dump(DATABASE, "custom --inserts"), 64 * 1024));
        custom.values().removeIf(bytes -> bytes == 0);
        assertEquals(plain, custom);
    }

    @ParameterizedTest
    @CsvSource({
        "LATIN1, fr\u00fcchte",
        "WIN1251, \u0444\u0440\u0443\u043a\u0442",
        "EUC_JP, \u679c\u7269",
        "SJIS, \u8868",
        "KOI8R, \u0444"
    })
    void namesAreReadInTheEncodingOfTheDump(String encoding, String name) throws Exception {
        CLUSTER.createAnew("table_names");
        CLUSTER.psql("table_names", "create table \"%s\" as select 1 as a".formatted(name));
        for (String format : List.of("custom", "tar", "plain")) {
            byte[] dump = dump("table_names", format + " --encoding=" + encoding);
            assertEquals(
                    new DumpContents(List.of(new DumpedTable("public", name, 1L, 2)), List.of(), null),
                    counted(format(format), dump, 1000));
        }
        CLUSTER.dropDatabase("table_names");
    }

    @ParameterizedTest
    @ValueSource(strings = {"custom -Z0", "custom -Z1", "tar", "plain"})
    void namesTheExtensionsThatTheDumpCreates(String options) throws Exception {
        CLUSTER.createAnew("dumped_extensions");
        CLUSTER.psql(
                "dumped_extensions",
                "create extension citext; create schema s; create extension \"uuid-ossp\" schema s;"
                        + " create function f() returns text language sql as"
                        + " E'select ''\\nCREATE EXTENSION IF NOT EXISTS in_a_body;\\n''::text'");
        assertEquals(
                new DumpContents(List.of(), List.of("citext", "uuid-ossp"), null),
                counted(format(options), dump("dumped_extensions", options), 7));
        assertEquals(
                new DumpContents(List.of(), List.of(), null),
                counted(format(options), dump("dumped_extensions", options + " --schema=public"), 1000));
        CLUSTER.dropDatabase("dumped_extensions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"custom", "tar", "plain"})
    void aNameThatIsNotInTheEncodingIsNotGuessed(String format) throws Exception {
        CLUSTER.createAnew("table_names");
        CLUSTER.psql("table_names", "create table \"fr\u00fcchte\" as select 1 as a");
        byte[] dump = replaced(dump("table_names", format + " --encoding=LATIN1"), "'LATIN1'", "'UTF8'  ");
        // A statement that is longer than usual would not be known, so the spaces stand behind it.
        dump = replaced(dump, "'UTF8'  ;", "'UTF8';  ");
        assertEquals(DumpContents.unknown(Gap.NAMES), counted(format(format), dump, 1000));
        CLUSTER.dropDatabase("table_names");
    }

    @ParameterizedTest
    @CsvSource({"CUSTOM, shop.dump", "TAR, shop.tar", "PLAIN, shop.sql"})
    void aDumpOfANewerClientIsCountedWhereverItIsCut(DumpFormat format, String name) throws Exception {
        byte[] dump = client17(name);
        for (int cut = 0; cut <= dump.length; cut++) {
            TableCounter counter = new TableCounter(format);
            watch(counter, Arrays.copyOf(dump, cut));
            watch(counter, Arrays.copyOfRange(dump, cut, dump.length));
            assertEquals(FRUIT, counter.counted(), "cut at " + cut);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000, 65536})
    void soIsOneThatPgDumpCompressedWithZstd(int pieceBytes) throws Exception {
        DumpContents counted = counted(DumpFormat.CUSTOM, client17("zstd.dump"), pieceBytes);
        assertThat(counted.gap(), is(nullValue()));
        assertEquals(Map.of("[public, empty]", 0L, "[public, fruit]", 2L, "[public, numbers]", 30000L), rows(counted));
    }

    /** An archive says which tables it has; a plain dump may end behind the data of any. */
    @ParameterizedTest
    @CsvSource({"CUSTOM, shop.dump", "CUSTOM, zstd.dump", "TAR, shop.tar", "PLAIN, shop.sql"})
    void ofADumpThatIsCutOffNothingIsSaidButWhatIsThere(DumpFormat format, String name) throws Exception {
        byte[] dump = client17(name);
        DumpContents whole = counted(format, dump, dump.length);
        for (int length = 0; length < dump.length; length += 1 + dump.length / 2000) {
            DumpContents counted = counted(format, Arrays.copyOf(dump, length), dump.length);
            if (counted.gap() == null) {
                int tables = format == DumpFormat.PLAIN
                        ? counted.tables().size()
                        : whole.tables().size();
                assertEquals(whole.tables().subList(0, tables), counted.tables(), name + " up to " + length);
            }
        }
        assertThat(
                counted(format, Arrays.copyOf(dump, dump.length / 2), dump.length)
                        .gap(),
                is(Gap.UNEXPECTED));
    }

    /** Some bytes changed: the counts are those of the dump, or others that are possible, or none. */
    @ParameterizedTest
    @CsvSource({"CUSTOM, shop.dump", "CUSTOM, zstd.dump", "TAR, shop.tar", "PLAIN, shop.sql"})
    void nothingIsThrownForADumpThatIsCorrupt(DumpFormat format, String name) throws Exception {
        byte[] dump = client17(name);
        int gaps = 0;
        for (int at = 0; at < dump.length; at += 1 + dump.length / 2000) {
            for (int changed : new int[] {0, 0x7f, 0xff}) {
                byte[] corrupt = dump.clone();
                corrupt[at] = (byte) changed;
                gaps += counted(format, corrupt, dump.length).gap() == null ? 0 : 1;
            }
        }
        assertThat("how many were found", gaps > 10);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoDumpHasNoCounts(DumpFormat format) {
        for (String text : List.of(
                "PGDM", "no dump at all", "PGDMP\u0001\u0010\u0000\u0004\u0008\u0001", "COPY a.b FROM stdin;\n1\n")) {
            assertEquals(
                    DumpContents.unknown(Gap.UNEXPECTED),
                    counted(format, text.getBytes(StandardCharsets.ISO_8859_1), 1000),
                    text);
        }
    }

    @ParameterizedTest
    @CsvSource({"6, 11", "6, 17", "5, 2"})
    void anArchiveOfAnotherVersionHasNoCounts(int at, int value) throws Exception {
        byte[] dump = client17("shop.dump");
        dump[at] = (byte) value;
        assertEquals(DumpContents.unknown(Gap.VERSION), counted(DumpFormat.CUSTOM, dump, 1000));
    }

    @Test
    void anArchiveWithALZ4CompressionHasNoCounts() throws Exception {
        byte[] dump = client17("shop.dump");
        dump[11] = 2;
        assertEquals(DumpContents.unknown(Gap.COMPRESSION), counted(DumpFormat.CUSTOM, dump, 1000));
    }

    /** A length of 2 GB is only how much is to be skipped. */
    @Test
    void aLengthThatIsReadIsNotAllocated() throws Exception {
        byte[] dump = client17("shop.dump");
        byte[] database = "\u0000\u0004\u0000\u0000\u0000shop".getBytes(StandardCharsets.ISO_8859_1);
        int at = indexOf(dump, database);
        dump[at + 3] = 0x7f;
        dump[at + 4] = 0x7f;
        assertEquals(DumpContents.unknown(Gap.UNEXPECTED), counted(DumpFormat.CUSTOM, dump, 1000));
    }

    @Test
    void moreTablesThanAreCountedAreNotCounted() {
        String tables = IntStream.rangeClosed(0, DumpContents.MOST_TABLES)
                .mapToObj(n -> "COPY public.t" + n + " (a) FROM stdin;\n1\n\\.\n")
                .collect(Collectors.joining());
        byte[] dump = tables.getBytes(StandardCharsets.US_ASCII);
        assertEquals(DumpContents.unknown(Gap.MANY_TABLES), counted(DumpFormat.PLAIN, dump, 64 * 1024));
    }

    private byte[] dump(String database, String options) throws Exception {
        Path file = directory.resolve("dump");
        String[] arguments = ("--file=" + file + " --format=" + options).split(" ");
        Process pgDump =
                CLUSTER.client("pg_dump", database, arguments).inheritIO().start();
        assertEquals(0, pgDump.waitFor(), options);
        return Files.readAllBytes(file);
    }

    private static DumpFormat format(String options) {
        return DumpFormat.parse(options.split(" ")[0]);
    }

    private static byte[] client17(String name) throws IOException {
        try (InputStream dump =
                DumpFormat.class.getResourceAsStream("/io/jenkins/plugins/pgbackup/engine/client17/" + name)) {
            return dump.readAllBytes();
        }
    }

    private static DumpContents counted(DumpFormat format, byte[] dump, int pieceBytes) {
        try (TableCounter counter = new TableCounter(format)) {
            byte[] piece = new byte[Math.max(1, Math.min(pieceBytes, dump.length))];
            for (int at = 0; at < dump.length; at += piece.length) {
                int length = Math.min(piece.length, dump.length - at);
                // What is behind the piece in its buffer is none of the dump.
                Arrays.fill(piece, (byte) '\n');
                System.arraycopy(dump, at, piece, 0, length);
                counter.watch(piece, length);
            }
            return counter.counted();
        }
    }

    private static void watch(TableCounter counter, byte[] bytes) {
        counter.watch(bytes, bytes.length);
    }

    private static Map<String, Long> rows(DumpContents counted) {
        Map<String, Long> rows = new TreeMap<>();
        counted.tables().forEach(table -> rows.put(AwkwardTables.key(table.schema(), table.name()), table.rows()));
        return rows;
    }

    private static Map<String, Long> bytes(DumpContents counted) {
        Map<String, Long> bytes = new TreeMap<>();
        counted.tables().forEach(table -> bytes.put(AwkwardTables.key(table.schema(), table.name()), table.bytes()));
        return bytes;
    }

    private static byte[] replaced(byte[] dump, String text, String replacement) {
        Charset bytes = StandardCharsets.ISO_8859_1;
        return new String(dump, bytes).replace(text, replacement).getBytes(bytes);
    }

    private static int indexOf(byte[] dump, byte[] text) {
        Charset bytes = StandardCharsets.ISO_8859_1;
        return new String(dump, bytes).indexOf(new String(text, bytes));
    }
}
