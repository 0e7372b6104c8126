package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.pgbackup.fixture.OddS3Server;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pgbackup prune}, and {@code --keep-…} with a backup. */
class PruneCommandTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_prune";
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
    void removesOlderDumpsAfterABackup() throws Exception {
        backUp("a");
        backUp("b");
        String out = backUp("c", "--keep-last", "2").out();

        assertEquals(List.of("b.dump", "b.dump.json", "c.dump", "c.dump.json"), files());
        List<String> lines = out.lines().toList();
        assertThat(lines.get(1), startsWith(directory + "/c.dump, "));
        assertThat(lines.get(2), allOf(startsWith("Of the database cli_prune on "), endsWith(": 2 kept, 1 removed.")));
        assertThat(lines.get(3), allOf(startsWith("  kept     c.dump  "), endsWith("  newest proven, last 2")));
        assertThat(lines.get(5), startsWith("  removed  a.dump  "));
    }

    @Test
    void removesOlderDumpsInS3AfterABackup() throws Exception {
        String bucket = Buckets.create();
        for (String name : List.of("a", "b", "c")) {
            Buckets.run(
                            "-d",
                            "s3",
                            bucket + "/nightly",
                            URL,
                            "--file-name",
                            name,
                            "--keep-last",
                            "2",
                            "--compression",
                            "gzip")
                    .mustBeGood();
        }

        assertEquals(
                List.of("nightly/b.dump", "nightly/b.dump.json", "nightly/c.dump", "nightly/c.dump.json"),
                Buckets.SERVER.objects(bucket));

        Buckets.run("prune", "s3://" + bucket + "/nightly/", "--keep-last", "1").mustBeGood();
        assertEquals(List.of("nightly/c.dump", "nightly/c.dump.json"), Buckets.SERVER.objects(bucket));
    }

    @Test
    void removesNothingAfterABackupThatIsNotGood() throws Exception {
        backUp("a");
        backUp("b");

        assertThat(
                backUp("c", "--keep-last", "1", "--verify", "none").err(),
                containsString("WARNING: no older dump was removed, because the dump is not proven."));
        assertThat(
                backUp("d", "--keep-last", "1", "--exclude-table", "nix").err(),
                containsString("WARNING: no older dump was removed, because the backup has a warning."));
        PgbackupInProcess.run("-d", "local", directory + "/", URL + "_none", "--keep-last", "1")
                .mustEndWith(1);

        assertEquals(8, files().size());
    }

    /** It is made, and no worse. */
    @Test
    void aBackupDoesNotFailBecauseAnOlderDumpCannotBeRemoved() throws Exception {
        backUp("a");
        Files.delete(directory.resolve("a.dump"));
        Files.createSymbolicLink(
                directory.resolve("a.dump"),
                Files.writeString(directory.resolve("elsewhere"), sameSize("a.dump.json")));

        String err = backUp("b", "--keep-last", "1").err();

        assertThat(
                err,
                containsString("WARNING: " + directory
                        + "/a.dump could not be removed, because it is not a regular file," + " as a dump is."));
        assertTrue(Files.exists(directory.resolve("elsewhere")));
        assertTrue(Files.readString(directory.resolve("a.dump.json")).startsWith("{\n  \"uri\""));
    }

    private String sameSize(String manifest) throws IOException {
        return "x"
                .repeat(new ObjectMapper()
                        .readTree(directory.resolve(manifest).toFile())
                        .get("sizeBytes")
                        .intValue());
    }

    @Test
    void aDryRunRemovesNothing() throws Exception {
        backUp("a");
        backUp("b");

        String out = PgbackupInProcess.run("prune", directory.toString(), "--keep-last", "1", "--dry-run")
                .mustBeGood()
                .out();

        assertEquals(4, files().size());
        assertThat(
                out,
                allOf(containsString(": 1 kept, 1 would be removed."), containsString("would be removed  a.dump")));
    }

    @Test
    void judgesOneDatabase() throws Exception {
        SmallDatabase.create(CLUSTER, DATABASE + "2");
        try {
            backUp("a");
            backUp("b");
            for (String name : List.of("c", "d")) {
                PgbackupInProcess.run(
                                "-d", "local", directory + "/", URL + "2", "--file-name", name, "--compression", "gzip")
                        .mustBeGood();
            }

            PgbackupInProcess.run("prune", directory + "/.", "--keep-last", "1", "--database", DATABASE + "2")
                    .mustBeGood();
            assertThat(files(), hasSize(6));
            PgbackupInProcess.run("prune", directory.toString(), "--keep-last", "1")
                    .mustBeGood();
            assertEquals(List.of("b.dump", "b.dump.json", "d.dump", "d.dump.json"), files());
        } finally {
            CLUSTER.dropDatabase(DATABASE + "2");
        }
    }

    /** A dump without rows does not stand for one with them. */
    @Test
    void aBackupWithOtherOptionsLeavesADumpOfTheWholeDatabase() throws Exception {
        backUp("a");
        backUp("b", "--schema-only");

        assertThat(
                backUp("c", "--schema-only", "--keep-last", "1").out(),
                containsString("Left alone: 1 of another or an unknown selection of the database."));

        assertEquals(List.of("a.dump", "a.dump.json", "c.dump", "c.dump.json"), files());
    }

    @Test
    void judgesTheDumpsOfJobsOnlyIfThatIsWanted() throws Exception {
        backUp("a");
        backUp("b");
        Path manifest = directory.resolve("a.dump.json");
        Files.writeString(
                manifest, Files.readString(manifest).replace("\"tool\" :", "\"job\" : \"nightly\",\n \"tool\" :"));

        assertThat(
                PgbackupInProcess.run("prune", directory.toString(), "--keep-last", "1")
                        .mustBeGood()
                        .out(),
                containsString("Left alone: 1 made by another job."));
        assertEquals(4, files().size());
        PgbackupInProcess.run("prune", directory.toString(), "--keep-last", "1", "--any-job")
                .mustBeGood();
        assertEquals(2, files().size());
    }

    @Test
    void printsJson() throws Exception {
        backUp("a");
        backUp("b");
        Files.writeString(directory.resolve("c.dump"), "no manifest");

        JsonNode pruned = json(PgbackupInProcess.run("prune", directory.toString(), "--keep-last", "1", "--json"));

        assertEquals("a.dump", pruned.get("removed").get(0).get("fileName").textValue());
        assertEquals(DATABASE, pruned.get("removed").get(0).get("database").textValue());
        assertEquals(
                "[\"newest proven\",\"last 1\"]",
                pruned.get("kept").get(0).get("reasons").toString());
        assertEquals("{\"noManifest\":1}", pruned.get("foreign").toString());
        assertEquals("[]", pruned.get("failures").toString());

        JsonNode backup = json(backUp("d", "--keep-last", "1", "--json"));
        assertEquals("d.dump", backup.get("fileName").textValue());
        assertEquals("b.dump", backup.get("removed").get(0).get("fileName").textValue());
    }

    private static JsonNode json(CommandOutcome outcome) throws IOException {
        return new ObjectMapper().readTree(outcome.mustBeGood().out());
    }

    /** Alone, it is there for nothing else. */
    @Test
    void failsIfADumpCannotBeRemoved() throws Exception {
        backUp("a");
        backUp("b");
        try (OddS3Server server = new OddS3Server()) {
            for (String file : files()) {
                server.put(
                        "nightly/" + file,
                        Files.readString(directory.resolve(file), StandardCharsets.ISO_8859_1)
                                .replace(directory + "/", "s3://" + OddS3Server.BUCKET + "/nightly/")
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
            server.refuseDelete("nightly/a.dump", 403, "AccessDenied", "Access Denied");
            Map<String, String> environment =
                    Map.of("AWS_ACCESS_KEY_ID", "any", "AWS_SECRET_ACCESS_KEY", "key", "AWS_REGION", "us-east-1");
            List<String> arguments = new ArrayList<>(List.of(
                    "prune",
                    "s3://" + OddS3Server.BUCKET + "/nightly",
                    "--keep-last",
                    "1",
                    "--path-style",
                    "--endpoint",
                    server.endpoint().toString()));

            CommandOutcome outcome = PgbackupProcess.run(directory, environment, arguments.toArray(String[]::new))
                    .mustEndWith(1);

            String sentence = "Error: s3://" + OddS3Server.BUCKET + "/nightly/a.dump could not be removed, because S3"
                    + " denied it (403 AccessDenied: Access Denied): allow s3:DeleteObject to these AWS credentials.";
            assertEquals(sentence, outcome.err().strip());
            assertThat(outcome.out(), containsString("1 kept, 0 removed, 1 not removed."));
            arguments.add("-q");
            outcome = PgbackupProcess.run(directory, environment, arguments.toArray(String[]::new))
                    .mustEndWith(1);
            assertEquals(sentence, outcome.err().strip());
            assertThat(outcome.out(), is(emptyString()));
            assertEquals(4, server.objects().size());
        }
    }

    @Test
    void refusesAFileAsDestination() {
        assertThat(
                PgbackupInProcess.run("-d", "local", directory + "/shop.dump", URL, "--keep-last", "1")
                        .mustEndWith(2)
                        .err(),
                allOf(
                        startsWith(
                                "Error: The destination names a file, of which there is one only: let it end in a slash"),
                        not(containsString("\tat "))));
        assertEquals(0, directory.toFile().list().length);
    }

    private CommandOutcome backUp(String name, String... options) {
        List<String> command = new ArrayList<>(
                List.of("-d", "local", directory + "/", URL, "--file-name", name, "--compression", "gzip"));
        command.addAll(List.of(options));
        return PgbackupInProcess.run(command.toArray(String[]::new)).mustBeGood();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(".dump"))
                    .sorted()
                    .toList();
        }
    }
}
