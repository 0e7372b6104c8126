package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import hudson.model.Run;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.RestoredDump;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import jenkins.security.ClassFilterImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The plugin as people have it makes backups, and knows of them when the controller was restarted. */
class PackagedPluginTest extends PackagedPlugin {

    private static final String JOB = "nightly";
    private static final String DATABASE = "packaged";
    private static final String RESTORED = "packaged restored";
    private static final String BEFORE_RESTART = "Both dumps are made.";

    @BeforeEach
    void createDatabase() {
        postgres.createDatabase(DATABASE);
        postgres.psql(DATABASE, """
                CREATE TABLE customer AS SELECT n AS id, md5(n::text) AS name FROM generate_series(1, 10000) AS n;
                CREATE VIEW newest AS SELECT * FROM customer ORDER BY id DESC LIMIT 10;
                """);
    }

    @AfterEach
    void dropDatabases() {
        postgres.dropDatabase(DATABASE);
        postgres.dropDatabase(RESTORED);
    }

    @Test
    void backsUpFromAnAgentAndKnowsItAfterARestart() throws Throwable {
        jenkins.runRemotely(PackagedPluginTest::buildUntilRestart, script());
        agents.stop(jenkins, JenkinsWithAgent.AGENT);
        jenkins.stopJenkins();
        jenkins.startJenkins();
        Ended build = jenkins.runRemotely(PackagedPluginTest::buildToItsEnd);

        RestoredDump inBucket = new RestoredDump("s3.tar.zst", s3.object(BUCKET, "nightly/s3.tar.zst"));
        assertIsKnownAndRestores(inBucket, s3.object(BUCKET, "nightly/s3.tar.zst.json"), build);
        assertThat("unfinished uploads", s3.unfinishedUploads(BUCKET), is(empty()));
        Path archive = Path.of(build.archive());
        RestoredDump onDisk = new RestoredDump("local.dump", Files.readAllBytes(archive.resolve("local.dump")));
        assertIsKnownAndRestores(onDisk, Files.readAllBytes(archive.resolve("local.dump.json")), build);
    }

    private void assertIsKnownAndRestores(RestoredDump dump, byte[] json, Ended build) throws Exception {
        Manifest manifest = Manifest.parse(dump.fileName(), json);
        assertThat(manifest.fileName(), is(dump.fileName()));
        assertThat(manifest.sha256(), is(dump.sha256()));
        assertThat(manifest.sizeBytes(), is((long) dump.bytes().length));
        assertThat(manifest.proof().how(), manifest.proof().proven());
        assertThat(build.log(), containsString("Returned: " + text(manifest)));
        assertThat(build.summaries(), containsString(manifest.uri() + " " + manifest.sha256() + " true"));
        postgres.dropDatabase(RESTORED);
        postgres.createDatabase(RESTORED);
        dump.restore(postgres, RESTORED);
        DatabaseComparison.assertSame(postgres, DATABASE, RESTORED);
    }

    private static String text(Manifest manifest) {
        return String.join(
                " ",
                manifest.uri(),
                manifest.fileName(),
                manifest.database(),
                String.valueOf(manifest.sizeBytes()),
                manifest.sha256(),
                String.valueOf(manifest.durationMillis()),
                manifest.format(),
                manifest.serverVersion(),
                manifest.clientVersion(),
                manifest.driver(),
                String.valueOf(manifest.proof().proven()));
    }

    /** Makes both backups on the agent, and reads what the step has returned when the controller was restarted. */
    private String script() {
        String url = postgres.urlWithoutPassword(DATABASE);
        StepSettings toS3 = JenkinsWithAgent.toS3(url, s3, BUCKET + "/nightly")
                .with("dump", Map.of("format", "tar", "compression", "zstd:3"))
                .with("fileName", "s3");
        StepSettings toDisk = JenkinsWithAgent.toDisk(url, "backups/")
                .with("dump", Map.of("compression", "gzip:1"))
                .with("fileName", "local");
        String backups = new ProgramDirectory(postgres.bin("pg_dump").getParent())
                .before("results = [" + toS3.toStep() + ", " + toDisk.toStep() + "]");
        return """
                def results = []
                node('%s') { %s }
                echo '%s'
                node('built-in') {
                    for (r in results) {
                        echo "Returned: ${r.uri} ${r.fileName} ${r.database} ${r.sizeBytes} ${r.sha256} \\
                ${r.durationMillis} ${r.format} ${r.serverVersion} ${r.clientVersion} ${r.driver} ${r.proven}"
                    }
                }
                """.formatted(JenkinsWithAgent.AGENT, backups, BEFORE_RESTART);
    }

    private static void buildUntilRestart(JenkinsRule rule, String script) throws Exception {
        // The build waits for the controller's own executor until it has one.
        rule.jenkins.setNumExecutors(0);
        WorkflowJob job = rule.createProject(WorkflowJob.class, JOB);
        job.setDefinition(new CpsFlowDefinition(script, true));
        WorkflowRun build = job.scheduleBuild2(0).waitForStart();
        rule.waitForMessage(BEFORE_RESTART, build);
        assertNothingWasRejected();
    }

    private static Ended buildToItsEnd(JenkinsRule rule) throws Exception {
        WorkflowRun build =
                rule.jenkins.getItemByFullName(JOB, WorkflowJob.class).getBuildByNumber(1);
        // An executor that comes before Pipeline has resumed the build breaks it.
        rule.waitForMessage("Ready to run at", build);
        rule.jenkins.setNumExecutors(1);
        rule.assertBuildStatusSuccess(rule.waitForCompletion(build));
        assertNothingWasRejected();
        List<String> summaries = new ArrayList<>();
        for (BackupSummary backup : build.getAction(BackupAction.class).getBackups()) {
            summaries.add(backup.getUri() + " " + backup.getSha256() + " " + backup.isProven());
        }
        return new Ended(JenkinsRule.getLog(build), String.join("\n", summaries), archive(build));
    }

    private static String archive(Run<?, ?> build) {
        return build.getRootDir().toPath().resolve("archive").toString();
    }

    /** By the filter of JEP-200, through which everything goes that comes from an agent or from a disk. */
    private static void assertNothingWasRejected() {
        List<String> rejections = Jenkins.logRecords.stream()
                .filter(record -> ClassFilterImpl.class.getName().equals(record.getLoggerName()))
                .map(record -> record.getLevel() + " " + record.getMessage())
                .toList();
        assertThat(rejections, is(empty()));
    }

    /** What the test wants to know of a build that ran in the controller's JVM. */
    private record Ended(String log, String summaries, String archive) implements Serializable {}
}
