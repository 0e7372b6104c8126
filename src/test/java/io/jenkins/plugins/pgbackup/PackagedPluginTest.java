package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import io.jenkins.plugins.pgbackup.fixture.SampleDatabase;
import io.jenkins.plugins.pgbackup.fixture.StoredDump;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.io.Serializable;
import java.util.Map;
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
 * The plugin as Jenkins loads it: with the class loaders of a controller of its own and of an agent that has none of our
 * classes but those that come over its channel, and with Jenkins' list of classes that may be serialised.
 */
class PackagedPluginTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String DATABASE = "shop";
    private static final String RESTORED = "restored";
    private static final String BUCKET = "backups";
    private static final String AGENT = "linux-1";

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private S3Server s3;

    @BeforeEach
    void startServers() {
        s3 = S3Server.start();
        s3.createBucket(BUCKET);
        SampleDatabase.create(POSTGRES, DATABASE);
        POSTGRES.createDatabase(RESTORED);
    }

    @AfterEach
    void stopServers() {
        s3.close();
        POSTGRES.dropDatabase(RESTORED);
        POSTGRES.dropDatabase(DATABASE);
    }

    /** What a build told of its backup. */
    private record Told(String uri, String fileName, String sha256) implements Serializable {}

    @Test
    void backsUpToS3AndRemembersItAfterARestart() throws Throwable {
        jenkins.startJenkins();
        agents.createAgent(
                jenkins, InboundAgentExtension.Options.newBuilder().name(AGENT).label(AGENT).build());
        jenkins.runRemotely(
                PackagedPluginTest::addLogin, "database", PostgresCluster.SUPERUSER, POSTGRES.password());
        jenkins.runRemotely(PackagedPluginTest::addLogin, "keys", s3.accessKey(), s3.secretKey());
        // Around pg_dump, so that zstd's native code is loaded on the agent.
        String step = Settings.of(POSTGRES.urlWithoutPassword(DATABASE), "s3", BUCKET)
                .with("credentialsId", "database")
                .with("awsCredentialsId", "keys")
                .with("dump", Map.of("format", "plain", "compression", "zstd:3"))
                .with(
                        "s3",
                        Map.of("endpoint", s3.endpoint().toString(), "pathStyle", true, "region", "us-east-1"))
                .toStep();

        Told told = jenkins.runRemotely(PackagedPluginTest::backUp, step);

        assertThat(told.uri(), is("s3://" + BUCKET + "/" + told.fileName()));
        StoredDump dump = new StoredDump(told.fileName(), s3.object(BUCKET, told.fileName()));
        assertThat(dump.sha256(), is(told.sha256()));
        dump.restore(POSTGRES, RESTORED);
        DatabaseComparison.assertSame(POSTGRES, DATABASE, RESTORED);

        jenkins.stopJenkins();
        jenkins.startJenkins();
        assertThat(jenkins.runRemotely(PackagedPluginTest::remembered), is(told));
    }

    private static void addLogin(JenkinsRule rule, String id, String user, String password) throws Throwable {
        SystemCredentialsProvider store = SystemCredentialsProvider.getInstance();
        store.getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, null, user, password));
        store.save();
    }

    private static Told backUp(JenkinsRule rule, String step) throws Throwable {
        WorkflowJob job = rule.createProject(WorkflowJob.class, "backup");
        // The result outlives the node block and a pause, for which Pipeline writes it down.
        job.setDefinition(new CpsFlowDefinition(
                """
                def backup = null
                node('%s') { backup = %s }
                sleep 1
                echo "told: ${backup.uri} ${backup.fileName} ${backup.sha256}"
                """.formatted(AGENT, step), true));
        WorkflowRun build = rule.buildAndAssertSuccess(job);
        String[] words = build.getLog(1000).stream()
                .filter(line -> line.startsWith("told: "))
                .findFirst()
                .orElseThrow()
                .split(" ");
        assertThat(words[1], startsWith("s3://"));
        return new Told(words[1], words[2], words[3]);
    }

    private static Told remembered(JenkinsRule rule) {
        WorkflowRun build =
                rule.jenkins.getItemByFullName("backup", WorkflowJob.class).getLastBuild();
        BackupSummary backup =
                build.getAction(BackupAction.class).getBackups().get(0);
        return new Told(backup.getUri(), backup.getFileName(), backup.getSha256());
    }
}
