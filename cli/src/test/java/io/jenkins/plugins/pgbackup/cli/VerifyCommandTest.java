package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_verify";

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

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.sql", "a.tar", "a.dump.gz", "a.sql.zst"})
    void saysWhatIsProven(String name) throws IOException {
        Path dump = dump(name);

        CommandOutcome outcome =
                PgbackupInProcess.run("verify", dump.toString()).mustBeGood();

        assertThat(outcome.out(), startsWith(dump + ", "));
        assertThat(
                outcome.out(),
                containsString(
                        name.contains("sql")
                                ? "proven: plain dump with its completion mark"
                                : "proven: read to its end by pg_restore "));
        assertThat(outcome.out(), containsString("proven: size and SHA-256 as in its manifest"));
        assertThat(outcome.out(), not(containsString("NOT PROVEN")));
        assertThat(outcome.err(), is(emptyString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.sql", "a.tar", "a.dump.gz", "a.sql.zst"})
    void saysWhatIsNotProvenWithoutAManifest(String name) throws IOException {
        Path dump = dump(name);
        Files.delete(manifest(dump));

        CommandOutcome outcome =
                PgbackupInProcess.run("verify", dump.toString()).mustBeGood();

        assertThat(outcome.out(), containsString("\nproven: "));
        assertThat(outcome.out(), containsString("NOT PROVEN: no manifest lies beside it"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.sql", "a.tar", "a.dump.gz", "a.sql.zst"})
    void detectsAFlippedBit(String name) throws IOException {
        Path dump = dump(name);
        byte[] bytes = Files.readAllBytes(dump);
        bytes[bytes.length / 2] ^= 1;
        Files.write(dump, bytes);

        mustBeRefused(dump);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.sql", "a.tar", "a.dump.gz", "a.sql.zst"})
    void detectsAMissingEndWithoutAManifest(String name) throws IOException {
        Path dump = dump(name);
        Files.delete(manifest(dump));
        byte[] bytes = Files.readAllBytes(dump);
        Files.write(dump, Arrays.copyOf(bytes, bytes.length / 2));

        mustBeRefused(dump);
    }

    @Test
    void detectsAnEmptyFile() throws IOException {
        mustBeRefused(Files.createFile(directory.resolve("a.dump")));
    }

    @Test
    void detectsAWrongDigest() throws IOException {
        Path dump = dump("a.dump");
        String json = Files.readString(manifest(dump));
        String digest = new ObjectMapper().readTree(json).get("sha256").textValue();
        Files.writeString(manifest(dump), json.replace(digest, "0".repeat(64)));

        assertThat(
                mustBeRefused(dump).err(),
                allOf(containsString(" has the SHA-256 " + digest), containsString("do not rely on it")));
    }

    @Test
    void detectsAWrongSize() throws IOException {
        Path dump = dump("a.sql");
        Files.writeString(dump, "--\n-- PostgreSQL database dump complete\n--\n");

        assertThat(mustBeRefused(dump).err(), containsString(" bytes where its manifest says "));
    }

    @Test
    void refusesAManifestThatIsNone() throws IOException {
        Path dump = dump("a.dump");
        Files.writeString(manifest(dump), "{}");

        assertThat(mustBeRefused(dump).err(), containsString("no manifest of a backup"));
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        assertThat(
                mustBeRefused(directory.resolve("none.dump")).err(),
                startsWith("Error: There is no file " + directory.resolve("none.dump")));
    }

    @Test
    void saysThatThereIsNoSuchObject() {
        String uri = "s3://" + Buckets.create() + "/none.dump";

        assertEquals(
                "Error: pgbackup verify stopped: " + uri + " cannot be opened: look whether it is there.",
                Buckets.run("verify", uri).mustEndWith(1).err().strip());
    }

    @Test
    void wantsANameThatTellsTheFormat() throws IOException {
        Path file = Files.writeString(directory.resolve("notes.txt"), "");

        assertThat(
                PgbackupInProcess.run("verify", file.toString()).mustEndWith(2).err(),
                containsString("The name notes.txt does not tell what kind of dump it is"));
    }

    @Test
    void readsFromS3() {
        String bucket = Buckets.create();
        Buckets.run("-d", "s3", bucket + "/b", CLUSTER.url(DATABASE), "--file-name", "a", "--format", "tar")
                .mustBeGood();

        CommandOutcome outcome =
                Buckets.run("verify", "s3://" + bucket + "/b/a.tar.zst").mustBeGood();

        assertThat(outcome.out(), startsWith("s3://" + bucket + "/b/a.tar.zst, "));
        assertThat(outcome.out(), containsString("proven: size and SHA-256 as in its manifest"));
    }

    @Test
    void readsWithoutPgRestoreWhatItCan() throws IOException, InterruptedException {
        Path dump = dump("a.dump");

        CommandOutcome outcome = PgbackupProcess.run(
                        directory, Map.of("PATH", directory.toString()), "verify", dump.toString())
                .mustBeGood();

        assertThat(outcome.out(), containsString("NOT PROVEN: pg_restore was not found on this machine"));
        assertThat(outcome.out(), containsString("proven: size and SHA-256 as in its manifest"));
    }

    @Test
    void printsTheReportAsJson() throws IOException {
        Path dump = dump("a.dump");

        JsonNode report = new ObjectMapper()
                .readTree(PgbackupInProcess.run("verify", dump.toString(), "--json")
                        .mustBeGood()
                        .out());

        assertEquals(dump.toString(), report.get("uri").textValue());
        assertEquals(2, report.get("proven").size());
        assertEquals(0, report.get("unproven").size());
    }

    @Test
    void printsNothingWhenQuiet() throws IOException {
        CommandOutcome outcome = PgbackupInProcess.run("verify", dump("a.dump").toString(), "--quiet")
                .mustBeGood();

        assertThat(outcome.out() + outcome.err(), is(emptyString()));
    }

    private Path dump(String name) {
        Path dump = directory.resolve(name);
        PgbackupInProcess.run("-d", "local", dump.toString(), CLUSTER.url(DATABASE))
                .mustBeGood();
        return dump;
    }

    private static CommandOutcome mustBeRefused(Path dump) {
        CommandOutcome outcome =
                PgbackupInProcess.run("verify", dump.toString()).mustEndWith(1);
        assertThat(outcome.out(), is(emptyString()));
        assertThat(outcome.err(), containsString("Error: "));
        assertThat(outcome.err(), not(containsString("unexpected")));
        return outcome;
    }

    private static Path manifest(Path dump) {
        return dump.resolveSibling(dump.getFileName() + ".json");
    }
}
