package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3BackupTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_s3";
    private static final String URL = CLUSTER.url(DATABASE);

    private final String bucket = Buckets.create();

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
    void saysWhereItBacksUpTo() throws IOException {
        CommandOutcome outcome = Buckets.run("--driver", "s3", bucket, URL).mustBeGood();

        List<String> keys = Buckets.SERVER.objects(bucket);
        assertThat(keys, contains(matchesPattern("cli_s3-\\d{8}T\\d{6}Z\\.dump(\\.zst)?"), is(keys.get(0) + ".json")));
        assertEquals(
                "Backing database up to " + bucket + " in S3 as " + keys.get(0),
                outcome.out().lines().findFirst().orElseThrow());
        assertThat(outcome.out(), containsString("s3://" + bucket + "/" + keys.get(0) + ", "));
        Manifest manifest = Manifest.parse("manifest", Buckets.SERVER.object(bucket, keys.get(1)));
        assertEquals(Buckets.SERVER.object(bucket, keys.get(0)).length, manifest.sizeBytes());
        assertEquals("s3", manifest.driver());
    }

    @Test
    void writesBelowAPrefix() {
        Buckets.run("-d", "s3", "s3://" + bucket + "/daily/shop/", URL, "--file-name", "a", "--format", "plain")
                .mustBeGood();

        assertThat(Buckets.SERVER.objects(bucket), contains("daily/shop/a.sql.zst", "daily/shop/a.sql.zst.json"));
    }

    @Test
    void readsTheDumpBackFromTheBucketAndSaysSo() {
        CommandOutcome outcome = Buckets.run("-d", "s3", bucket, URL, "--file-name", "a", "--verify", "reread")
                .mustBeGood();

        assertThat(outcome.out(), containsString("; at rest: read back and digested\n"));
        assertThat(Buckets.SERVER.objects(bucket), contains("a.dump.zst", "a.dump.zst.json"));
    }

    @Test
    void uploadsInPartsOfTheSize() throws IOException {
        Buckets.run("-d", "s3", bucket, URL, "--file-name", "a", "--format", "plain", "--part-size", "7")
                .mustBeGood();

        Manifest manifest = Manifest.parse("manifest", Buckets.SERVER.object(bucket, "a.sql.zst.json"));
        assertEquals(7 << 20, manifest.partSizeBytes());
    }

    @Test
    void leavesAnOlderObjectAlone() {
        Buckets.run("-d", "s3", bucket, URL, "--file-name", "a").mustBeGood();
        List<String> files = Buckets.SERVER.files(bucket);
        byte[] older =
                Buckets.SERVER.object(bucket, Buckets.SERVER.objects(bucket).get(0));

        CommandOutcome outcome =
                Buckets.run("-d", "s3", bucket, URL, "--file-name", "a").mustEndWith(1);

        assertThat(outcome.err(), containsString("Error: s3://" + bucket + "/a.dump"));
        assertEquals(files, Buckets.SERVER.files(bucket));
        assertEquals(
                older.length,
                Buckets.SERVER.object(bucket, Buckets.SERVER.objects(bucket).get(0)).length);
    }

    /** Which some clients sign in one way and send in another. */
    @Test
    void takesNamesWithCharactersThatUrlsHaveOtherUsesFor() {
        String name = "a+b c&d=(é);~'!@%20#";
        String dump = "s3://" + bucket + "/x+y/" + name + ".sql.gz";
        Buckets.run(
                        "-d",
                        "s3",
                        bucket + "/x+y",
                        URL,
                        "--file-name",
                        name,
                        "--format",
                        "plain",
                        "--compression",
                        "gzip",
                        "--verify",
                        "reread")
                .mustBeGood();

        assertThat(Buckets.SERVER.objects(bucket), contains("x+y/" + name + ".sql.gz", "x+y/" + name + ".sql.gz.json"));
        Buckets.run("verify", dump).mustBeGood();
        assertThat(Buckets.run("list", "s3://" + bucket + "/x+y").mustBeGood().out(), containsString(name));
    }

    @Test
    void explainsAMissingBucket() {
        CommandOutcome outcome =
                Buckets.run("-d", "s3", bucket + "-not", URL, "-q").mustEndWith(1);

        assertThat(outcome.err(), startsWith("Error: s3://" + bucket + "-not/"));
        assertThat(outcome.err(), containsString("no such bucket: create it, or correct the destination"));
        assertEquals(1, outcome.err().lines().count());
    }

    @Test
    void explainsWrongKeys() throws IOException, InterruptedException {
        CommandOutcome outcome = PgbackupProcess.run(
                        directory,
                        Map.of("AWS_ACCESS_KEY_ID", Buckets.SERVER.accessKey(), "AWS_SECRET_ACCESS_KEY", "wrong"),
                        Buckets.with("-d", "s3", bucket, URL, "-q"))
                .mustEndWith(1);

        assertThat(outcome.err(), startsWith("Error: "));
        assertEquals(1, outcome.err().lines().count());
        assertThat(Buckets.SERVER.files(bucket), is(empty()));
    }

    @Test
    void speaksNothingButTlsWithAnEndpointOfHttps() throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(Buckets.environment());
        environment.put(
                "AWS_ENDPOINT_URL_S3", Buckets.SERVER.endpoint().toString().replaceFirst("^http:", "https:"));

        CommandOutcome outcome = PgbackupProcess.run(
                        directory, environment, "list", "s3://" + bucket, "--region", "us-east-1", "--path-style")
                .mustEndWith(1);

        assertThat(outcome.err(), containsString("no TLS connection to "));
    }

    @Test
    void takesEndpointRegionAndKeysFromTheEnvironment() throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(Buckets.environment());
        environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
        environment.put("AWS_ENDPOINT_URL_S3", Buckets.SERVER.endpoint().toString());
        environment.put("AWS_REGION", "us-east-1");

        CommandOutcome outcome = PgbackupProcess.run(
                        directory, environment, "-d", "s3", bucket, URL, "--file-name", "a")
                .mustBeGood();

        assertEquals(2, Buckets.SERVER.objects(bucket).size());
        assertThat("the AWS SDK is silent", outcome.err().lines().toList(), contains(startsWith("Dumping database ")));
    }

    @Test
    void takesEndpointRegionAndKeysFromAProfile() throws IOException, InterruptedException {
        Path configuration = directory.resolve("config");
        Files.writeString(configuration, """
                [profile backups]
                region = us-east-1
                services = ours
                aws_access_key_id = %s
                aws_secret_access_key = %s

                [services ours]
                s3 =
                  endpoint_url = %s
                """.formatted(
                        Buckets.SERVER.accessKey(), Buckets.SERVER.secretKey(), Buckets.SERVER.endpoint()));
        Map<String, String> files = Map.of(
                "AWS_CONFIG_FILE", configuration.toString(),
                "AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString());

        PgbackupProcess.run(directory, files, "-d", "s3", bucket, URL, "--file-name", "a", "--profile", "backups")
                .mustBeGood();

        assertEquals(2, Buckets.SERVER.objects(bucket).size());
    }

    @Test
    void explainsAMissingProfile() {
        CommandOutcome outcome = PgbackupInProcess.run("-d", "s3", bucket, URL, "--profile", "not there")
                .mustEndWith(2);

        assertThat(outcome.err(), startsWith("Error: There is no profile not there in AWS's configuration files"));
    }

    @Test
    void explainsConfigurationFilesThatAreBroken() throws IOException, InterruptedException {
        Path configuration = Files.writeString(directory.resolve("config"), "[default");

        CommandOutcome outcome = PgbackupProcess.run(
                        directory, Map.of("AWS_CONFIG_FILE", configuration.toString()), "-d", "s3", bucket, URL)
                .mustEndWith(1);

        assertThat(outcome.err(), startsWith("Error: AWS's configuration files cannot be read"));
        assertEquals(1, outcome.err().lines().count());
    }
}
