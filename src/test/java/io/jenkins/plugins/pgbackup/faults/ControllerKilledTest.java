package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Slave;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.ProgramDirectory;
import io.jenkins.plugins.pgbackup.Settings;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.PostgresGate;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * A controller that is killed while one of its builds dumps to both places, and started again.
 *
 * <p>The controller loads this class, too: nothing here may be static that starts a server.
 */
class ControllerKilledTest {

    /** The row of the table. */
    static final Fault FAULT = Fault.fails(
            "the controller is killed, and started again",
            "Cleared up after #1, which could not do it: the unfinished upload of s3://…",
            run -> {});

    private static final String BUCKET = "backups";
    private static final String DATABASE = "killed";
    private static final String JOB = "nightly";

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final PostgresCluster postgres = PostgresCluster.shared();
    private S3Server s3;
    private Path agent;

    @BeforeEach
    void start() throws Throwable {
        s3 = S3Server.start();
        s3.createBucket(BUCKET);
        SampleDatabase.create(postgres, DATABASE);
        jenkins.startJenkins();
        jenkins.runRemotely(
                ControllerKilledTest::addLogin,
                JenkinsWithAgent.DATABASE_LOGIN,
                PostgresCluster.SUPERUSER,
                postgres.password());
        jenkins.runRemotely(ControllerKilledTest::addLogin, JenkinsWithAgent.KEY_PAIR, s3.accessKey(), s3.secretKey());
        agents.createAgent(
                jenkins,
                InboundAgentExtension.Options.newBuilder()
                        .name(JenkinsWithAgent.AGENT)
                        .label(JenkinsWithAgent.AGENT)
                        .build());
        agent = Path.of(jenkins.runRemotely(ControllerKilledTest::directoryOfAgent));
    }

    @AfterEach
    void stop() {
        s3.close();
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
            JenkinsWithAgent.await("no file is left on the agent", () -> left().isEmpty());
            assertThat("only a controller can withdraw it", s3.unfinishedUploads(BUCKET), is(not(empty())));
        }
        jenkins.startJenkins();
        String first = jenkins.runRemotely(ControllerKilledTest::endOfFirst);
        String log = jenkins.runRemotely(ControllerKilledTest::buildAgain, script(toDisk(null), toS3(null)));

        assertThat(first, containsString("FAILURE"));
        assertThat(log, FAULT.saying().matcher(log).find());
        assertThat("unfinished uploads", s3.unfinishedUploads(BUCKET), is(empty()));
        assertThat("files in the bucket", s3.files(BUCKET), is(List.of("shop.dump.zst", "shop.dump.zst.json")));
        assertThat("left on the agent", left(), is(empty()));
        assertThat("dumps on the agent", dumps(), hasItem("shop.dump.zst"));
        assertThat("notes", jenkins.runRemotely(ControllerKilledTest::notes), is(""));
    }

    private Settings toDisk(PostgresGate gate) {
        return JenkinsWithAgent.toDisk(url(gate), "backups/")
                .with("fileName", "shop")
                .with("archive", false);
    }

    private Settings toS3(PostgresGate gate) {
        return JenkinsWithAgent.toS3(url(gate), s3, BUCKET).with("fileName", "shop");
    }

    private String url(PostgresGate gate) {
        String url = postgres.urlWithoutPassword(DATABASE);
        return gate == null ? url : gate.through(postgres, url);
    }

    private String script(Settings local, Settings remote) {
        return "node('" + JenkinsWithAgent.AGENT + "') { "
                + new ProgramDirectory(postgres.bin("pg_dump").getParent())
                        .before("parallel local: { " + local.toStep() + " }, s3: { " + remote.toStep() + " }")
                + " }";
    }

    private List<String> left() throws IOException {
        return below("").stream()
                .filter(file -> file.endsWith(".part") || file.contains("@tmp/"))
                .toList();
    }

    private List<String> dumps() throws IOException {
        return below(JOB + "/backups").stream()
                .map(file -> file.substring(file.lastIndexOf('/') + 1))
                .toList();
    }

    private List<String> below(String directory) throws IOException {
        try (Stream<Path> files = Files.walk(agent.resolve("workspace").resolve(directory))) {
            return files.map(Path::toString).toList();
        }
    }

    private static void addLogin(JenkinsRule rule, String id, String user, String password) throws Exception {
        SystemCredentialsProvider store = SystemCredentialsProvider.getInstance();
        store.getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, null, user, password));
        store.save();
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
