package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.SecretSearch;
import io.jenkins.plugins.pgbackup.driver.S3Driver;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.RestoredDump;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * Many backups on one agent, to one directory and one bucket, half of them hit by a fault that is drawn by lot. Afterwards every
 * dump that can be seen restores, and there is nothing else anywhere.
 */
@WithJenkins
class SoakTest {

    /** The same faults in the same order each time. */
    private static final long SEED = 20261120;

    private static final String DATABASE = "soak";
    private static final int AT_ONCE = 20;

    private static final String TABLE_AND_LARGE_OBJECT = """
            CREATE TABLE payment (id bigint PRIMARY KEY, reference text NOT NULL, cents int CHECK (cents > 0));
            INSERT INTO payment SELECT n, md5(n::text) || md5((n + 1)::text), n % 977 + 1 FROM generate_series(1, 5000) AS n;
            SELECT lo_from_bytea(0, (SELECT string_agg(sha256(n::text::bytea), '') FROM generate_series(1, 2000) AS n));
            """;

    private static FaultTestBed stage;

    @TempDir
    private Path directory;

    private final Random random = new Random(SEED);
    private final List<SoakBackup> backups = new ArrayList<>();
    private final Map<String, String> places = new TreeMap<>();

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        stage = FaultTestBed.start(rule);
        // None of these faults is a silence.
        System.setProperty(S3Driver.class.getName() + ".answerSeconds", "60");
        System.setProperty(S3Driver.class.getName() + ".tries", "4");
        stage.postgres().createDatabase(DATABASE);
        stage.postgres().psql(DATABASE, TABLE_AND_LARGE_OBJECT);
        stage.jenkins().agent().setNumExecutors(AT_ONCE);
        rule.jenkins.updateNode(stage.jenkins().agent());
    }

    @AfterAll
    static void stop() throws Exception {
        stage.postgres().dropDatabase(DATABASE);
        stage.close();
    }

    @Test
    void some() throws Exception {
        soak("some", 20, 8);
    }

    @Tag("soak")
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    @Test
    void all() throws Exception {
        soak("all", 200, AT_ONCE);
    }

    private void soak(String name, int inARow, int atOnce) throws Exception {
        places.put("s3", "soak-" + name);
        places.put("local", directory.resolve("shared") + "/");
        stage.s3().createBucket(places.get("s3"));
        long started = System.nanoTime();
        try {
            for (SoakBackup backup : draw("row", inARow)) {
                backup.start(job(backup.driver()));
                backup.finish();
            }
            List<SoakBackup> together = draw("once", atOnce);
            for (SoakBackup backup : together) {
                backup.start(stage.jenkins().rule().createProject(WorkflowJob.class));
            }
            for (SoakBackup backup : together) {
                backup.finish();
            }
            long made = System.nanoTime();
            assertOnlyDumpsAreThere();
            assertNothingElseIsLeft();
            assertTheyRestore();
            report(name, made - started, System.nanoTime() - made);
        } finally {
            for (SoakBackup backup : backups) {
                backup.close();
            }
        }
    }

    /** A job for each driver, as people have them. */
    private WorkflowJob job(String driver) throws Exception {
        String name = "nightly-" + driver;
        WorkflowJob job = stage.jenkins().rule().jenkins.getItemByFullName(name, WorkflowJob.class);
        return job == null ? stage.jenkins().rule().createProject(WorkflowJob.class, name) : job;
    }

    /** Half of them are hit by a fault; the drivers take turns. */
    private List<SoakBackup> draw(String series, int count) throws Exception {
        List<Boolean> hit = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hit.add(i % 2 == 0);
        }
        Collections.shuffle(hit, random);
        List<SoakBackup> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String driver = i % 2 == 0 ? "local" : "s3";
            SoakFault fault = hit.get(i) ? SoakFault.draw(random, driver) : SoakFault.none();
            drawn.add(new SoakBackup(
                    stage,
                    DATABASE,
                    "%s-%03d".formatted(series, i),
                    driver,
                    places.get(driver),
                    fault,
                    random,
                    directory.resolve("programs")));
        }
        backups.addAll(drawn);
        return drawn;
    }

    private void assertOnlyDumpsAreThere() throws Exception {
        String bucket = places.get("s3");
        assertThat("objects", stage.s3().objects(bucket), is(dumpsAndManifests("s3")));
        assertThat("files of the bucket", stage.s3().files(bucket), is(dumpsAndManifests("s3")));
        assertThat("unfinished uploads", stage.s3().unfinishedUploads(bucket), is(empty()));
        assertThat("files of the directory", files(Path.of(places.get("local"))), is(dumpsAndManifests("local")));
        for (SoakBackup backup : backups) {
            if (backup.dump().isPresent()) {
                RestoredDump dump = stored(backup);
                Manifest manifest = Manifest.parse(dump.fileName(), bytes(backup.driver(), dump.fileName() + ".json"));
                assertThat(backup + ": digest in the manifest", manifest.sha256(), is(dump.sha256()));
                assertThat(
                        backup + ": digest with the build", backup.dump().get().getSha256(), is(dump.sha256()));
            }
        }
    }

    private List<String> dumpsAndManifests(String driver) {
        return backups.stream()
                .filter(backup -> backup.driver().equals(driver))
                .flatMap(backup -> backup.dump().stream())
                .map(BackupSummary::getFileName)
                .flatMap(name -> Stream.of(name, name + ".json"))
                .sorted()
                .toList();
    }

    private void assertNothingElseIsLeft() throws Exception {
        Path workspaces = Path.of(stage.jenkins().agent().getRemoteFS()).resolve("workspace");
        JenkinsWithAgent.await(
                "nothing is left in the workspaces", () -> files(workspaces).isEmpty());
        Path jobs = stage.jenkins().rule().jenkins.getRootDir().toPath().resolve("jobs");
        assertThat(
                "notes of what is left",
                files(jobs).stream()
                        .filter(file -> Path.of(file).getFileName().toString().startsWith("pgbackup-"))
                        .toList(),
                is(empty()));
        JenkinsWithAgent.await(
                "every program has ended",
                () -> ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().commandLine().stream())
                        .noneMatch(line -> line.contains(workspaces + "/") && line.contains("/pgbackup-")
                                || line.contains(":" + stage.postgres().port() + "/" + DATABASE)));
        JenkinsWithAgent.await(
                "the server has no session of a build",
                () -> stage.postgres()
                        .psql(
                                "postgres",
                                "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'jenkins %'")
                        .equals("0"));
        SecretSearch secrets = new SecretSearch()
                .add("the database's password", stage.postgres().password())
                .add("the secret key", stage.s3().secretKey());
        for (SoakBackup backup : backups) {
            assertThat("secrets in the log of " + backup, secrets.in(backup.log()), is(empty()));
            assertThat("a stack trace", backup.log(), not(containsString("\tat ")));
        }
    }

    private void assertTheyRestore() throws Exception {
        for (SoakBackup backup : backups) {
            if (backup.dump().isPresent()) {
                stage.postgres().createDatabase("restored");
                stored(backup).restore(stage.postgres(), "restored");
                DatabaseComparison.assertSame(stage.postgres(), DATABASE, "restored");
                stage.postgres().dropDatabase("restored");
            }
        }
    }

    private RestoredDump stored(SoakBackup backup) throws IOException {
        String name = backup.dump().orElseThrow().getFileName();
        return new RestoredDump(name, bytes(backup.driver(), name));
    }

    private byte[] bytes(String driver, String name) throws IOException {
        return driver.equals("s3")
                ? stage.s3().object(places.get("s3"), name)
                : Files.readAllBytes(Path.of(places.get("local")).resolve(name));
    }

    /** Everything below a directory that is not a directory. */
    private static List<String> files(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(directory)) {
            return found.filter(file -> !Files.isDirectory(file))
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    /** Prints what happened to whom, to show what the lot has drawn. */
    private void report(String name, long makingNanos, long checkingNanos) {
        Map<String, Long> outcomes = backups.stream()
                .collect(Collectors.groupingBy(SoakBackup::outcome, TreeMap::new, Collectors.counting()));
        System.out.printf(
                "Soak '%s': %d backups in %d s, checked in %d s%n",
                name, backups.size(), makingNanos / 1_000_000_000, checkingNanos / 1_000_000_000);
        outcomes.forEach((outcome, count) -> System.out.printf("%4d %s%n", count, outcome));
    }
}
