package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_list";
    private static final String URL = CLUSTER.url(DATABASE);

    @TempDir
    private Path directory;

    @BeforeAll
    static void createDatabase() {
        SmallDatabase.create(CLUSTER, DATABASE);
    }

    @AfterAll
    static void dropDatabase() {
        CLUSTER.dropDatabase(DATABASE);
    }

    @Test
    void showsTheNewestFirst() throws IOException {
        dumpOfAge("middle.sql.gz", Duration.ofHours(30), "--verify", "none");
        dumpOfAge("newest.dump", Duration.ZERO);
        dumpOfAge("oldest.tar", Duration.ofDays(400));
        Files.delete(directory.resolve("oldest.tar.json"));
        Files.writeString(directory.resolve("README"), "not a dump");
        Files.writeString(directory.resolve("notes.json"), "{}");
        Files.createDirectory(directory.resolve("sub.dump"));

        List<String> lines = PgbackupInProcess.run("list", directory.toString())
                .mustBeGood()
                .out()
                .lines()
                .toList();

        assertEquals(4, lines.size());
        assertThat(lines.get(0), matchesPattern("NAME +SIZE +AGE +POSTGRESQL +PG_DUMP +FORMAT +PROVEN"));
        assertThat(
                lines.get(1), matchesPattern("newest\\.dump +\\d+ KiB +\\d+ s +\\d+\\.\\d+ +\\d+\\.\\d+ +custom +yes"));
        assertThat(
                lines.get(2), matchesPattern("middle\\.sql\\.gz +\\d+ KiB +1 d +\\d+\\.\\d+ +\\d+\\.\\d+ +plain +no"));
        assertThat(lines.get(3), matchesPattern("oldest\\.tar +\\d+ KiB +400 d +\\? +\\? +tar +\\?"));
    }

    /** The locale of cron and of a container, where Java does not know the characters of such a name. */
    @Test
    void showsDumpsBesideANameThatTheLocaleDoesNotKnow() throws Exception {
        dumpOfAge("a.dump", Duration.ZERO);
        dumpOfAge("büro.dump", Duration.ofDays(1));

        List<String> lines = PgbackupProcess.run(directory, Map.of("LC_ALL", "C"), "list", ".")
                .mustBeGood()
                .out()
                .lines()
                .toList();

        assertEquals(3, lines.size());
        assertThat(lines.get(1), startsWith("a.dump"));
        assertThat(lines.get(2), matchesPattern("b.+ro\\.dump .*"));
    }

    @Test
    void showsADumpWhoseManifestIsADirectory() throws IOException {
        dumpOfAge("a.dump", Duration.ZERO);
        Files.delete(directory.resolve("a.dump.json"));
        Files.createDirectory(directory.resolve("a.dump.json"));

        assertEquals(
                2,
                PgbackupInProcess.run("list", directory.toString())
                        .mustBeGood()
                        .out()
                        .lines()
                        .count());
    }

    @Test
    void showsADumpWithABrokenManifest() throws IOException {
        dumpOfAge("a.dump", Duration.ZERO);
        Files.writeString(directory.resolve("a.dump.json"), "nonsense");

        List<String> lines = PgbackupInProcess.run("list", directory.toString())
                .mustBeGood()
                .out()
                .lines()
                .toList();

        assertThat(lines.get(1), matchesPattern("a\\.dump .* custom +\\?"));
    }

    /** Names and manifests are written by others: a bucket's owner, who may not own the terminal. */
    @Test
    void showsNothingThatCouldMoveTheCursor() throws IOException {
        dumpOfAge("a.dump", Duration.ZERO);
        Path manifest = directory.resolve("a.dump.json");
        String blanks = " ".repeat(80_000);
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replaceFirst("\"serverVersion\" : \"[^\"]*\"", "\"serverVersion\" : \"" + blanks + "x\"")
                        .replaceFirst(
                                "\"clientVersion\" : \"[^\"]*\"",
                                Matcher.quoteReplacement("\"clientVersion\" : \"\\u009b31m\\u202e\\u001b[2J\\n17\"")));

        List<String> lines = PgbackupInProcess.run("list", directory.toString())
                .mustBeGood()
                .out()
                .lines()
                .toList();

        assertEquals(2, lines.size());
        assertThat(lines.get(1), matchesPattern("a\\.dump +\\d+ KiB +\\d+ s +… +\\?31m\\?\\?\\[2J 17 +custom +yes"));
        assertTrue(lines.get(1).length() < 300, () -> lines.get(1).length() + " characters");
    }

    @Test
    void showsWhatIsInS3() {
        String bucket = Buckets.create();
        Buckets.run("-d", "s3", bucket, URL, "--file-name", "top").mustBeGood();
        Buckets.run("-d", "s3", bucket + "/daily", URL, "--file-name", "below", "--format", "plain")
                .mustBeGood();

        List<String> top =
                Buckets.run("list", "s3://" + bucket).mustBeGood().out().lines().toList();
        List<String> below = Buckets.run("list", "s3://" + bucket + "/daily/")
                .mustBeGood()
                .out()
                .lines()
                .toList();

        assertEquals(2, top.size());
        assertThat(top.get(1), startsWith("top.dump"));
        assertEquals(2, below.size());
        assertThat(below.get(1), matchesPattern("below\\.sql\\.zst .* plain +yes"));
    }

    @Test
    void namesTheOtherPlacesThatHaveDumps() {
        String bucket = Buckets.create();
        Buckets.run("-d", "s3", bucket + "/shop/daily", URL, "--file-name", "a").mustBeGood();
        Buckets.run("-d", "s3", bucket + "/shop/weekly/full", URL, "--file-name", "a")
                .mustBeGood();

        for (String place : List.of("s3://" + bucket, "s3://" + bucket + "/shop")) {
            assertEquals(
                    List.of(
                            "There are no dumps in " + place + " itself, but there are some in:",
                            "s3://" + bucket + "/shop/daily/",
                            "s3://" + bucket + "/shop/weekly/full/"),
                    Buckets.run("list", place).mustBeGood().out().lines().toList());
        }
        assertEquals(
                "There are no dumps in s3://" + bucket + "/sho.",
                Buckets.run("list", "s3://" + bucket + "/sho")
                        .mustBeGood()
                        .out()
                        .strip());
    }

    @Test
    void namesTheDirectoriesThatHaveDumps() throws IOException {
        Files.createDirectory(directory.resolve("daily"));
        Files.createDirectory(directory.resolve("other"));
        dumpOfAge("daily/a.dump", Duration.ZERO);

        assertEquals(
                List.of("There are no dumps in " + directory + " itself, but there are some in:", directory + "/daily"),
                PgbackupInProcess.run("list", directory.toString())
                        .mustBeGood()
                        .out()
                        .lines()
                        .toList());
    }

    @Test
    void saysThatThereIsNothing() {
        assertEquals(
                "There are no dumps in " + directory + ".",
                PgbackupInProcess.run("list", directory.toString())
                        .mustBeGood()
                        .out()
                        .strip());
    }

    @Test
    void saysThatThereIsNoSuchDirectory() {
        assertThat(
                PgbackupInProcess.run("list", directory + "/none")
                        .mustEndWith(1)
                        .err(),
                startsWith("Error: There is no directory " + directory + "/none"));
    }

    @Test
    void printsTheListAsJson() throws IOException {
        dumpOfAge("older.tar", Duration.ofDays(1));
        Files.delete(directory.resolve("older.tar.json"));
        dumpOfAge("newer.dump", Duration.ZERO);

        JsonNode list = new ObjectMapper()
                .readTree(PgbackupInProcess.run("list", directory.toString(), "--json")
                        .mustBeGood()
                        .out());

        assertEquals(2, list.size());
        assertEquals("newer.dump", list.get(0).get("fileName").textValue());
        assertEquals(DATABASE, list.get(0).get("manifest").get("database").textValue());
        assertTrue(list.get(0).get("manifest").get("proof").get("proven").booleanValue());
        assertEquals("older.tar", list.get(1).get("fileName").textValue());
        assertEquals(
                Files.size(directory.resolve("older.tar")),
                list.get(1).get("sizeBytes").longValue());
        assertFalse(list.get(1).has("manifest"));
    }

    private void dumpOfAge(String name, Duration age, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("-d", "local", directory + "/" + name, URL));
        command.addAll(List.of(options));
        PgbackupInProcess.run(command.toArray(String[]::new)).mustBeGood();
        Files.setLastModifiedTime(
                directory.resolve(name), FileTime.from(Instant.now().minus(age)));
    }
}
