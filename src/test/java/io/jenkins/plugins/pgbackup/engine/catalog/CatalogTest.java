package io.jenkins.plugins.pgbackup.engine.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpEncoding;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.proof.Proof;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTest {

    private static final Manifest MANIFEST = new Manifest(
            "s3://backups/shop.dump",
            "shop.dump",
            "s3",
            "shop",
            "db.example.com:5432",
            "17.6",
            "17.6",
            "custom",
            "zstd:1",
            2000,
            1000,
            "0123abcd",
            8388608,
            null,
            "2026-11-20T00:00:00Z",
            "2026-11-20T00:00:01Z",
            1000,
            Proof.byPgRestore("17.6"),
            true,
            true,
            true,
            new Origin("pgbackup 1", "a1b2", "nightly", "#7"),
            "cat shop.dump | pg_restore",
            List.of("No table matches \"secrte\"."),
            "the dump has INSERT statements, whose rows are not counted",
            List.of(new DumpedTable("public", "a \"b\"\n", 7L, 70), new DumpedTable("public", "other", null, 80)),
            List.of("citext", "Ä b"),
            "--schema=sales",
            null);

    @TempDir
    private Path directory;

    @Test
    void aManifestIsReadAsItWasWritten() throws Exception {
        assertEquals(MANIFEST, Manifest.parse("m", MANIFEST.toJson()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | true  | true  | read back and digested",
                "true  | true  | false | size and checksum compared with the store's",
                "true  | false | false | size compared",
                "false | false | false | not compared",
            })
    void aManifestSaysHowTheDumpWasComparedAtRest(boolean size, boolean checksum, boolean reread, String words)
            throws Exception {
        String json = new String(MANIFEST.toJson(), StandardCharsets.UTF_8)
                .replace("\"sizeCompared\" : true", "\"sizeCompared\" : " + size)
                .replace("\"checksumCompared\" : true", "\"checksumCompared\" : " + checksum)
                .replace("\"reread\" : true", "\"reread\" : " + reread);
        assertEquals(
                words,
                Manifest.parse("m", json.getBytes(StandardCharsets.UTF_8)).atRest());
    }

    @Test
    void aManifestOfAnEarlierVersionWasNotReadBack() throws Exception {
        String json = new String(MANIFEST.toJson(), StandardCharsets.UTF_8).replace("\"reread\" : true,", "");
        Manifest earlier = Manifest.parse("m", json.getBytes(StandardCharsets.UTF_8));
        assertEquals("size and checksum compared with the store's", earlier.atRest());
    }

    @Test
    void aManifestOfAnEarlierVersionHasNoTables() throws Exception {
        Manifest earlier = Manifest.parse(
                "m", "{\"fileName\": \"x\", \"format\": \"tar\", \"sha256\": \"0\"}".getBytes(StandardCharsets.UTF_8));
        assertNull(earlier.tables());
        assertNull(earlier.uncounted());
        assertFalse(new String(earlier.toJson(), StandardCharsets.UTF_8).contains("tables"));
    }

    @Test
    void tablesAreForPrograms() throws Exception {
        JsonNode tables = new ObjectMapper().readTree(MANIFEST.toJson()).get("tables");
        assertEquals(
                "[{\"schema\":\"public\",\"name\":\"a \\\"b\\\"\\n\",\"rows\":7,\"bytes\":70},"
                        + "{\"schema\":\"public\",\"name\":\"other\",\"bytes\":80}]",
                tables.toString());
    }

    /** A name of a table is the table's own, but a terminal does not obey it. */
    @Test
    void whatATerminalObeysIsEscaped() throws Exception {
        String name = "a\u001b[2J\u009b\u202e\n\"";
        String json = new String(MANIFEST.toJson(), StandardCharsets.UTF_8)
                .replace("\"a \\\"b\\\"\\n\"", new ObjectMapper().writeValueAsString(name));
        Manifest manifest = Manifest.parse("m", json.getBytes(StandardCharsets.UTF_8));
        assertEquals(name, manifest.tables().get(0).name());
        String written = new String(manifest.toJson(), StandardCharsets.UTF_8);
        assertTrue(written.contains("a\\u001B[2J\\u009b\\u202e\\n\\\""), written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"rows\" : -7", "\"rows\" : 71", "\"rows\" : \"many\""})
    void aManifestWithTablesThatNoDumpHasIsRefused(String rows) {
        byte[] json = new String(MANIFEST.toJson(), StandardCharsets.UTF_8)
                .replace("\"rows\" : 7", rows)
                .getBytes(StandardCharsets.UTF_8);
        assertThrows(BackupException.class, () -> Manifest.parse("m", json));
    }

    /** The longest that a backup writes is not cut off where it is read. */
    @Test
    void theLongestManifestIsRead() throws Exception {
        String name = "\u0001".repeat(63);
        List<DumpedTable> tables = Collections.nCopies(
                DumpContents.MOST_TABLES, new DumpedTable(name, name, Long.MAX_VALUE, Long.MAX_VALUE));
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(MANIFEST.toJson());
        json.set("tables", new ObjectMapper().valueToTree(tables));
        Manifest longest = Manifest.parse("m", new ObjectMapper().writeValueAsBytes(json));
        write("middle", "2026-01-02T00:00:00Z");
        Files.write(directory.resolve("middle.json"), longest.toJson());
        assertEquals(Optional.of(longest), new Catalog(new LocalDumps(directory)).manifestOf("middle"));
    }

    @Test
    void whatALaterVersionAddsIsPassedOver() throws Exception {
        String json = new String(MANIFEST.toJson(), StandardCharsets.UTF_8).replaceFirst("\\{", "{ \"later\": [1],");
        assertEquals(MANIFEST, Manifest.parse("m", json.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            value = {"''", "{", "{}", "[]", "null", "{\"fileName\": \"x\"}"},
            delimiter = ';')
    void whatIsNoManifestIsRefused(String json) {
        BackupException refused = assertThrows(
                BackupException.class, () -> Manifest.parse("x.json", json.getBytes(StandardCharsets.UTF_8)));
        assertTrue(refused.getMessage().startsWith("x.json"), refused.getMessage());
    }

    @Test
    void dumpsAreListedTheNewestFirstAndNothingElseIs() throws Exception {
        write("old.sql.gz", "2026-01-01T00:00:00Z");
        write("new.dump", "2026-01-03T00:00:00Z");
        write("middle", "2026-01-02T00:00:00Z");
        write("middle.json", "2026-01-02T00:00:00Z");
        Files.write(directory.resolve("middle.json"), MANIFEST.toJson());
        write("new.dump.json", "2026-01-03T00:00:00Z");
        write("readme.txt", "2026-01-04T00:00:00Z");
        write(".pgbackup-1.part", "2026-01-04T00:00:00Z");
        List<Catalog.Entry> entries = new Catalog(new LocalDumps(directory)).newestFirst();
        assertEquals(
                List.of("new.dump", "middle", "old.sql.gz"),
                entries.stream().map(entry -> entry.file().name()).toList());
        // One manifest that says nothing must not hide the others.
        assertEquals(
                List.of(
                        Optional.empty(),
                        Optional.of(Manifest.parseWithoutTables("m", MANIFEST.toJson())),
                        Optional.empty()),
                entries.stream().map(Catalog.Entry::manifest).toList());
        assertEquals(Optional.of(MANIFEST), new Catalog(new LocalDumps(directory)).manifestOf("middle"));
    }

    /** Whatever stands in it, and however it is written. */
    @Test
    void aMarkIsPutInFrontOfAManifestAndTakenAwayAgain() throws Exception {
        Instant since = Instant.parse("2026-11-21T00:00:00Z");
        for (String json : List.of(
                new String(MANIFEST.toJson(), StandardCharsets.UTF_8),
                " \n{\"later\":[1],\"fileName\":\"a\",\"format\":\"tar\",\"sha256\":\"0\",\"warnings\":[\"é\"]}")) {
            byte[] before = json.getBytes(StandardCharsets.UTF_8);
            byte[] marked = Manifest.marked(before, since);

            assertEquals(since.toString(), Manifest.parse("m", marked).removal());
            assertEquals(
                    since.toString(), Manifest.parseWithoutTables("m", marked).removal());
            assertEquals(json, new String(Manifest.unmarked(marked).orElseThrow(), StandardCharsets.UTF_8));
            assertEquals(Optional.empty(), Manifest.unmarked(before));
        }
    }

    /** The mark of another program is not known to be the only thing that it has changed. */
    @Test
    void aMarkThatStandsElsewhereIsNotTakenAway() {
        byte[] json = "{\"fileName\": \"a\", \"removal\" : \"2026\",\"b\": 1}".getBytes(StandardCharsets.UTF_8);
        assertEquals(Optional.empty(), Manifest.unmarked(json));
        assertEquals(
                Optional.empty(),
                Manifest.unmarked("x {\"removal\" : \"2026\",\"b\": 1}".getBytes(StandardCharsets.UTF_8)));
    }

    /** S3 returns to the second when it got an object. */
    @Test
    void ofDumpsOfTheSameSecondTheirManifestsTellTheNewest() throws Exception {
        write("first.dump", "2026-11-20T00:00:02Z");
        write("second.dump", "2026-11-20T00:00:02Z");
        write("third.dump", "2026-11-20T00:00:02Z");
        writeManifest("first.dump", "2026-11-20T00:00:01Z");
        writeManifest("second.dump", "2026-11-20T00:00:01.5Z");
        writeManifest("third.dump", "some day");

        assertEquals(
                List.of("second.dump", "first.dump", "third.dump"),
                new Catalog(new LocalDumps(directory))
                        .newestFirst().stream()
                                .map(entry -> entry.file().name())
                                .toList());
    }

    private void writeManifest(String name, String endedAt) throws IOException {
        String json = new String(MANIFEST.toJson(), StandardCharsets.UTF_8)
                .replace("\"fileName\" : \"shop.dump\"", "\"fileName\" : \"" + name + "\"")
                .replace("2026-11-20T00:00:01Z", endedAt);
        Files.writeString(directory.resolve(Manifest.nameFor(name)), json);
    }

    @Test
    void aDumpWithoutAManifestHasNone() throws Exception {
        write("new.dump", "2026-01-03T00:00:00Z");
        assertEquals(Optional.empty(), new Catalog(new LocalDumps(directory)).manifestOf("new.dump"));
    }

    @ParameterizedTest
    @CsvSource({
        "CUSTOM, none, cat x | pg_restore --exit-on-error --dbname=\"$DATABASE_URL\"",
        "TAR, gzip, cat x | gzip -dc | { pg_restore --exit-on-error --dbname=\"$DATABASE_URL\" && cat > /dev/null; }",
        "PLAIN, zstd, cat x | zstd -dc | psql --no-psqlrc --set=ON_ERROR_STOP=1 --dbname=\"$DATABASE_URL\""
    })
    void theRestoreCommandFitsTheEncoding(DumpFormat format, String compression, String command) throws Exception {
        DumpEncoding encoding = DumpEncoding.of(
                format,
                Compression.parse(compression),
                PostgresVersion.ofProgram("pg_dump (PostgreSQL) 15.18"),
                Optional.empty());
        assertEquals(command, RestoreCommandLine.of("cat x", encoding, false, true));
    }

    private void write(String name, String modified) throws IOException {
        Files.writeString(directory.resolve(name), "not a manifest");
        Files.setLastModifiedTime(directory.resolve(name), FileTime.from(Instant.parse(modified)));
    }
}
