package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.model.Slave;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.PackagedPlugin;
import io.jenkins.plugins.pgbackup.ProgramDirectory;
import io.jenkins.plugins.pgbackup.StepSettings;
import io.jenkins.plugins.pgbackup.fixture.PostgresGate;
import io.jenkins.plugins.pgbackup.fixture.SampleDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** A controller that is killed while one of its builds dumps to both places, and started again. */
class ControllerKilledTest extends PackagedPlugin {

    /** The row of the table. */
    static final Fault FAULT = Fault.fails(
            "the controller is killed, and started again",
            "The build fails; the agent ends the programs and removes their files. The next backup of the"
                    + " job withdraws the upload, says so, and succeeds",
            "Cleaned up after #1, which could not do it: the unfinished upload of s3://…",
            run -> {});

    private static final String DATABASE = "killed";
    private static final String JOB = "nightly";

    private AgentFiles agent;

    @BeforeEach
    void createDatabase() throws Throwable {
        SampleDatabase.create(postgres, DATABASE);
        agent = new AgentFiles(Path.of(jenkins.runRemotely(ControllerKilledTest::directoryOfAgent)));
    }

    @AfterEach
    void dropDatabase() {
        postgres.dropDatabase(DATABASE);
    }

    @Test
    void theNextBuildClearsUpAndSucceeds() throws Throwable {
        try (PostgresGate local = PostgresGate.before(postgres, FaultRun.IN_THE_MIDDLE);
                PostgresGate remote = PostgresGate.before(postgres, FaultRun.IN_THE_MIDDLE)) {
            jenkins.runRemotely(ControllerKilledTest::startFirst, script(toDisk(local), toS3(remote)));
            local.awaitClosed();
            remote.awaitClosed();
            assertThat("an upload has begun", s3.unfinishedUploads(BUCKET), is(not(empty())));

            jenkins.stopJenkinsForcibly();

            // While the dumps still wait at their gates.
            JenkinsWithAgent.await("no session is left", () -> postgres.backends("jenkins " + JOB + " #1") == 0);
            JenkinsWithAgent.await(
                    "no file is left on the agent", () -> agent.leftBy(JOB).isEmpty());
            assertThat("only a controller can withdraw it", s3.unfinishedUploads(BUCKET), is(not(empty())));
        }
        jenkins.startJenkins();
        String first = jenkins.runRemotely(ControllerKilledTest::endOfFirst);
        String log = jenkins.runRemotely(ControllerKilledTest::buildAgain, script(toDisk(null), toS3(null)));

        assertThat(first, containsString("FAILURE"));
        assertThat(log, FAULT.saying().matcher(log).find());
        assertThat("unfinished uploads", s3.unfinishedUploads(BUCKET), is(empty()));
        assertThat("files in the bucket", s3.files(BUCKET), is(List.of("shop.dump.zst", "shop.dump.zst.json")));
        assertThat("left on the agent", agent.leftBy(JOB), is(empty()));
        assertThat("dumps on the agent", dumps(), hasItem("shop.dump.zst"));
        assertThat("notes", jenkins.runRemotely(ControllerKilledTest::notes), is(""));
    }

    private StepSettings toDisk(PostgresGate gate) {
        return JenkinsWithAgent.toDisk(url(gate), "backups/")
                .with("fileName", "shop")
                .with("archive", false);
    }

    private StepSettings toS3(PostgresGate gate) {
        return JenkinsWithAgent.toS3(url(gate), s3, BUCKET).with("fileName", "shop");
    }

    private String url(PostgresGate gate) {
        String url = postgres.urlWithoutPassword(DATABASE);
        return gate == null ? url : gate.through(postgres, url);
    }

    private String script(StepSettings local, StepSettings remote) {
        return "node('" + JenkinsWithAgent.AGENT + "') { "
                + new ProgramDirectory(postgres.bin("pg_dump").getParent())
                        .before("parallel local: { " + local.toStep() + " }, s3: { " + remote.toStep() + " }")
                + " }";
    }

    private List<String> dumps() throws IOException {
        return agent.below(JOB + "/backups").stream()
                .map(file -> file.substring(file.lastIndexOf('/') + 1))
                .toList();
    }

    private static String directoryOfAgent(JenkinsRule rule) {
        return ((Slave) rule.jenkins.getNode(JenkinsWithAgent.AGENT)).getRemoteFS();
    }

    private static void startFirst(JenkinsRule rule, String script) throws Exception {
        WorkflowJob job = rule.createProject(WorkflowJob.class, JOB);
        job.setDefinition(new CpsFlowDefinition(script, true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static String endOfFirst(JenkinsRule rule) throws Exception {
        WorkflowRun build = rule.waitForCompletion(job(rule).getBuildByNumber(1));
        return build.getResult() + " " + JenkinsRule.getLog(build);
    }

    private static String buildAgain(JenkinsRule rule, String script) throws Exception {
        job(rule).setDefinition(new CpsFlowDefinition(script, true));
        return JenkinsRule.getLog(rule.buildAndAssertSuccess(job(rule)));
    }

    private static String notes(JenkinsRule rule) throws Exception {
        try (Stream<Path> files = Files.walk(rule.jenkins.getRootDir().toPath().resolve("jobs"))) {
            return String.join(
                    " ",
                    files.map(Path::toString)
                            .filter(file -> file.contains("/pgbackup-"))
                            .toList());
        }
    }

    private static WorkflowJob job(JenkinsRule rule) {
        return rule.jenkins.getItemByFullName(JOB, WorkflowJob.class);
    }
}
