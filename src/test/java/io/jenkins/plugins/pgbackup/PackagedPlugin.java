package io.jenkins.plugins.pgbackup;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * Where the plugin is as people have it: a controller in a JVM of its own, with its real class loaders and class filter, and an
 * agent in another JVM that gets every class from there. Each test has its own, with an S3 server.
 *
 * <p>The controller loads the classes of these tests, too: nothing in them may be static that starts a server.
 */
public abstract class PackagedPlugin {

    /** In the S3 server. */
    protected static final String BUCKET = "backups";

    /** How long a build waits for its agent after a restart: 5 minutes, as with people. Jenkins makes it 15 seconds in tests. */
    private static final String WAIT_FOR_AGENT =
            "-Dorg.jenkinsci.plugins.workflow.support.pickles.ExecutorPickle.timeoutForNodeMillis=300000";

    /** Without what is optional: there are no folders. */
    @RegisterExtension
    protected final RealJenkinsExtension jenkins = new RealJenkinsExtension()
            .omitPlugins("cloudbees-folder")
            .javaOptions(WAIT_FOR_AGENT, JenkinsWithAgent.FAST_COMPILER);

    @RegisterExtension
    protected final InboundAgentExtension agents = new InboundAgentExtension();

    protected final PostgresCluster postgres = PostgresCluster.shared();
    protected S3Server s3;

    @BeforeEach
    void startJenkinsAndAgent() throws Throwable {
        s3 = S3Server.start();
        s3.createBucket(BUCKET);
        jenkins.startJenkins();
        addLogin(JenkinsWithAgent.DATABASE_LOGIN, PostgresCluster.SUPERUSER, postgres.password());
        addLogin(JenkinsWithAgent.KEY_PAIR, s3.accessKey(), s3.secretKey());
        agents.createAgent(jenkins, JenkinsWithAgent.options());
    }

    @AfterEach
    void stopS3() {
        s3.close();
    }

    private void addLogin(String id, String user, String password) throws Throwable {
        jenkins.runRemotely(PackagedPlugin::addToStore, id, user, password);
    }

    private static void addToStore(JenkinsRule rule, String id, String user, String password) throws Exception {
        SystemCredentialsProvider store = SystemCredentialsProvider.getInstance();
        store.getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, null, user, password));
        store.save();
    }
}
