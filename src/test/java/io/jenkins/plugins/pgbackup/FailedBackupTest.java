package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.FilePath;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TopLevelItem;
import io.jenkins.plugins.pgbackup.fixture.LockedTable;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * What is left of a backup that ended badly, which is nothing, and what the person reads who looks for it; beside the tables
 * of faults.
 */
class FailedBackupTest extends TestBedWithS3 {

    private static final String DATABASE = "shop";

    @TempDir
    private Path programs;

    FailedBackupTest() {
        super(DATABASE);
    }

    @Test
    void theKeysOfAwsAreMissingInTheirCredentials() throws Exception {
        jenkins.add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "empty", "", "", null));
        WorkflowJob job = jenkins.pipelineOnAgent(
                settings("s3").with("awsCredentialsId", "empty").toStep());

        Run<?, ?> build = jenkins.build(job, Result.FAILURE);

        assertLogSays(build, "The AWS credentials \"empty\" hold neither a key nor a role: complete them");
        assertNothingIsLeft(job, build);
    }

    @Test
    void anObjectOfThatNameIsNotOverwritten() throws Exception {
        s3.createBucket("taken");
        WorkflowJob job =
                jenkins.pipelineOnAgent(JenkinsWithAgent.toS3(POSTGRES.urlWithoutPassword(DATABASE), s3, "taken")
                        .with("fileName", "shop")
                        .toStep());
        jenkins.build(job);
        String dump = s3.objects("taken").get(0);
        byte[] before = s3.object("taken", dump);
        List<String> files = s3.files("taken");

        Run<?, ?> build = jenkins.build(job, Result.FAILURE);

        assertLogSays(
                build,
                "ERROR: s3://taken/" + dump
                        + " exists already and was left as it is: choose another file name or prefix,"
                        + " or remove it first.");
        assertThat(s3.object("taken", dump), is(before));
        assertThat(s3.files("taken"), is(files));
        assertNothingIsLeft(job, build);
    }

    @ParameterizedTest
    @CsvSource({"FREESTYLE, local", "FREESTYLE, s3", "PIPELINE, local", "PIPELINE, s3"})
    void isAbortedWhilePgDumpWaitsForALock(StepKind door, String driver) throws Exception {
        Job<?, ?> job = door.job(jenkins, settings(driver));
        String session = "jenkins " + job.getFullName() + " #1";
        Run<?, ?> build;
        try (LockedTable locked = LockedTable.lock(POSTGRES, DATABASE, "customer")) {
            build = jenkins.startUntilItWaitsFor(locked, job);

            build.getExecutor().interrupt();
            jenkins.rule().waitForCompletion(build);

            // While the table is still locked: pg_dump has not just got what it waited for.
            assertNothingIsLeft(job, build);
            JenkinsWithAgent.await("the server has let go of pg_dump", () -> POSTGRES.backends(session) == 0);
        }
        jenkins.rule().assertBuildStatus(Result.ABORTED, build);
    }

    @Test
    void aNoteThatCannotBeReadIsSpokenOfAndHidesNoOther() throws Exception {
        WorkflowJob job = jenkins.pipelineOnAgent(settings("local").toStep());
        Path first = jenkins.build(job).getRootDir().toPath();
        FilePath left = jenkins.agent().getRootPath().child("pgbackup-01234567-89ab-cdef-0123-456789abcdef");
        left.mkdirs();
        Path unreadable = Files.writeString(first.resolve("pgbackup-1.json"), "{\"node\":");
        Path readable = Files.writeString(
                first.resolve("pgbackup-2.json"),
                "{\"node\":\"%s\",\"driver\":\"local\",\"leftovers\":{\"directory\":\"%s\",\"pending\":{}}}"
                        .formatted(JenkinsWithAgent.AGENT, left.getRemote()));

        Run<?, ?> build = jenkins.build(job);

        assertLogSays(
                build, "Cleaned up after #1, which could not do it: " + left.getRemote() + " on agent \"linux-1\"\n");
        assertLogSays(
                build,
                "WARNING: It is not known what #1 has left behind, because " + unreadable
                        + " cannot be read (no whole note): repair it, or look for what is left and then delete build #1.\n");
        assertThat(left.exists(), is(false));
        assertThat(Files.exists(readable), is(false));
        assertThat(Files.exists(unreadable), is(true));
    }

    @Test
    void whatWasNotProvenIsCalledSo() throws Exception {
        Run<?, ?> build = jenkins.build(
                jenkins.pipelineOnAgent(settings("local").with("verify", "none").toStep()));

        assertLogSays(build, "NOT PROVEN: verification was turned off");
        assertThat(backup(build).isProven(), is(false));
        assertThat(backup(build).getProof(), is("verification was turned off"));
    }

    @Test
    void whatPgDumpSaysCannotForgeTheLog() throws Exception {
        ProgramDirectory talking = new ProgramDirectory(programs).script("pg_dump", """
                printf 'pg_dump: warning: \\033[31mred\\033[0m\\007 and \\rFinished: SUCCESS \\342\\200\\256\\n' >&2
                exec "$real" "$@"
                """);

        Run<?, ?> build = jenkins.build(
                jenkins.pipelineOnAgent(talking.before(settings("local").toStep())));

        List<String> said = build.getLog(1000).stream()
                .filter(line -> line.contains("[31m"))
                .toList();
        assertThat(said, is(List.of("pg_dump: warning: ?[31mred?[0m? and Finished: SUCCESS ?")));
    }

    private static BackupSummary backup(Run<?, ?> build) {
        return build.getAction(BackupAction.class).getBackups().get(0);
    }

    private static void assertLogSays(Run<?, ?> build, String words) throws Exception {
        assertThat(JenkinsRule.getLog(build), containsString(words));
    }

    private void assertNothingIsLeft(Job<?, ?> job, Run<?, ?> build) throws Exception {
        assertThat("a stack trace", JenkinsRule.getLog(build), not(containsString("\tat ")));
        assertThat("backups of the build", build.getAction(BackupAction.class), is(nullValue()));
        assertThat("artifacts", build.getArtifacts(), is(empty()));
        assertThat("objects and parts in the bucket", s3.files(BUCKET), is(empty()));
        assertThat("unfinished uploads", s3.unfinishedUploads(BUCKET), is(empty()));
        assertThat("files in the workspace", files(jenkins.workspace((TopLevelItem) job)), is(empty()));
        assertThat("temporary files", files(jenkins.temporaryDirectory((TopLevelItem) job)), is(empty()));
        assertThat("processes", processesOf("pg_dump", "pg_restore"), is(empty()));
    }

    /** Every file and every directory below a directory. */
    private static List<String> files(FilePath directory) throws Exception {
        List<String> files = new ArrayList<>();
        if (directory.exists()) {
            for (FilePath entry : directory.list()) {
                if (entry.isDirectory()) {
                    files.addAll(files(entry));
                }
                files.add(entry.getRemote());
            }
        }
        return files;
    }

    /** Who works with our server; other builds on this machine have their own. */
    private static List<String> processesOf(String... programs) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(command -> command.contains(":" + POSTGRES.port() + "/"))
                .filter(command -> Stream.of(programs).anyMatch(command::contains))
                .toList();
    }
}
