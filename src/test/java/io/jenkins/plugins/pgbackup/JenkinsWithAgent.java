package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.FilePath;
import hudson.model.Action;
import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.Slave;
import hudson.model.TopLevelItem;
import hudson.model.queue.QueueTaskFuture;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import hudson.slaves.WorkspaceList;
import hudson.tasks.Builder;
import io.jenkins.plugins.pgbackup.fixture.LockedTable;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import jenkins.model.ParameterizedJobMixIn;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.flow.FlowDurabilityHint;
import org.jenkinsci.plugins.workflow.flow.GlobalDefaultFlowDurabilityLevel;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Assertions;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;

/**
 * A Jenkins with one agent, in a JVM of its own, whose PATH begins with the programs of the tests' PostgreSQL: where the
 * backups of the tests are made.
 *
 * <p>One serves a whole class: start it in {@code @BeforeAll} and close it in {@code @AfterAll}.
 */
public final class JenkinsWithAgent implements AutoCloseable {

    public static final String AGENT = "linux-1";

    /** Credentials of the superuser of a {@link PostgresCluster}, once {@link #add(PostgresCluster)} was called. */
    public static final String DATABASE_LOGIN = "database-login";

    /** The key pair of an {@link S3Server}, once {@link #add(S3Server)} was called. */
    public static final String KEY_PAIR = "key-pair";

    /** For a JVM that lives for a few builds: what the code of the optimizing compiler would gain, it would not get back. */
    static final String FAST_COMPILER = "-XX:TieredStopAtLevel=1";

    private static final AtomicInteger JOBS = new AtomicInteger();

    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final JenkinsRule rule;
    private final InboundAgentExtension agents = new InboundAgentExtension();
    private final InboundAgentExtension.Options options;
    private final Slave agent;

    private JenkinsWithAgent(JenkinsRule rule, InboundAgentExtension.Options options) throws Exception {
        this.rule = rule;
        this.options = options;
        setDurability(FlowDurabilityHint.PERFORMANCE_OPTIMIZED);
        this.agent = agents.createAgent(rule, options);
        String programs = PostgresCluster.shared().bin("pg_dump").getParent().toString();
        agent.getNodeProperties()
                .add(new EnvironmentVariablesNodeProperty(
                        new EnvironmentVariablesNodeProperty.Entry("PATH+POSTGRESQL", programs)));
    }

    public static JenkinsWithAgent start(JenkinsRule rule) throws Exception {
        return start(rule, options());
    }

    /** Starts with an agent of one's own options, made of {@link #options()}. */
    public static JenkinsWithAgent start(JenkinsRule rule, InboundAgentExtension.Options options) throws Exception {
        return new JenkinsWithAgent(rule, options);
    }

    /** The agent's usual ones. */
    public static InboundAgentExtension.Options options() {
        return InboundAgentExtension.Options.newBuilder()
                .name(AGENT)
                .label(AGENT)
                .javaOptions(FAST_COMPILER)
                .build();
    }

    /**
     * Lets Pipelines write each of their steps to the disk, as they do with people. That takes longer than all else that a short
     * build does, so it is for tests that look there.
     */
    public void writeStepsToDisk() {
        setDurability(FlowDurabilityHint.MAX_SURVIVABILITY);
    }

    private void setDurability(FlowDurabilityHint durability) {
        rule.jenkins
                .getDescriptorByType(GlobalDefaultFlowDurabilityLevel.DescriptorImpl.class)
                .setDurabilityHint(durability);
    }

    public JenkinsRule rule() {
        return rule;
    }

    public Slave agent() {
        return agent;
    }

    /** Kills the agent's JVM, and nothing else on its machine. */
    public void killAgent() {
        agents.stop(AGENT);
    }

    /** Starts the agent again after {@link #killAgent}. */
    public void restartAgent() throws Exception {
        agents.start(rule, options);
    }

    /** One that no job had before, as what an earlier one has left in its workspace would be found there. */
    static String newName() {
        return "test" + JOBS.getAndIncrement();
    }

    /** A freestyle job on the agent. */
    public FreeStyleProject freestyle(Builder... steps) throws Exception {
        FreeStyleProject job = rule.createFreeStyleProject(newName());
        job.setAssignedNode(agent);
        job.getBuildersList().addAll(List.of(steps));
        return job;
    }

    /** A Pipeline in the sandbox. */
    public WorkflowJob pipeline(String script) throws Exception {
        WorkflowJob job = rule.createProject(WorkflowJob.class, newName());
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    /** A Pipeline in the sandbox whose script runs on the agent. */
    public WorkflowJob pipelineOnAgent(String script) throws Exception {
        return pipeline("node('" + AGENT + "') {\n" + script + "\n}");
    }

    /** Builds a job to its end, which must be the expected one. */
    public Run<?, ?> build(Job<?, ?> job, Result expected, Action... actions) throws Exception {
        return rule.assertBuildStatus(expected, start(job, actions).get());
    }

    /** Builds a job to its good end. */
    public Run<?, ?> build(Job<?, ?> job, Action... actions) throws Exception {
        return build(job, Result.SUCCESS, actions);
    }

    /** Starts a build of a job; the future's end is the build's. */
    public QueueTaskFuture<? extends Run<?, ?>> start(Job<?, ?> job, Action... actions) {
        return ((ParameterizedJobMixIn.ParameterizedJob<?, ?>) job).scheduleBuild2(0, actions);
    }

    /** Starts the first build of a job and returns it when its {@code pg_dump} waits for a table. */
    public Run<?, ?> startUntilItWaitsFor(LockedTable table, Job<?, ?> job) throws Exception {
        Run<?, ?> build = start(job).waitForStart();
        await("pg_dump waits for the lock", () -> {
            assertThat(JenkinsRule.getLog(build), build.isBuilding());
            return table.isWaitedForBy("jenkins " + job.getFullName() + " #1");
        });
        return build;
    }

    /** Deletes every job, with what the builds have left in Jenkins. */
    public void deleteJobs() throws Exception {
        for (TopLevelItem job : rule.jenkins.getItems()) {
            job.delete();
        }
    }

    /** Where a job's builds work on the agent. */
    public FilePath workspace(TopLevelItem job) {
        return agent.getWorkspaceFor(job);
    }

    /** Where a job's builds keep what lives as long as they do. */
    public FilePath temporaryDirectory(TopLevelItem job) {
        return WorkspaceList.tempDir(workspace(job));
    }

    /** Puts credentials into Jenkins' own store. */
    public void add(Credentials credentials) throws Exception {
        SystemCredentialsProvider store = SystemCredentialsProvider.getInstance();
        store.getCredentials().add(credentials);
        store.save();
    }

    public void add(PostgresCluster cluster) throws Exception {
        addLogin(DATABASE_LOGIN, PostgresCluster.SUPERUSER, cluster.password());
    }

    public void add(S3Server server) throws Exception {
        addLogin(KEY_PAIR, server.accessKey(), server.secretKey());
    }

    public void addLogin(String id, String user, String password) throws Exception {
        add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, null, user, password));
    }

    /** A backup of a database of {@link #add(PostgresCluster)} to a place on the agent. */
    public static StepSettings toDisk(String url, String destination) {
        return StepSettings.of(url, "local", destination).with("credentialsId", DATABASE_LOGIN);
    }

    /** A backup of a database of {@link #add(PostgresCluster)} to a server of {@link #add(S3Server)}. */
    public static StepSettings toS3(String url, S3Server server, String destination) {
        return StepSettings.of(url, "s3", destination)
                .with("credentialsId", DATABASE_LOGIN)
                .with("awsCredentialsId", KEY_PAIR)
                .with("s3", Map.of("endpoint", server.endpoint().toString(), "pathStyle", true, "region", "us-east-1"));
    }

    /** Waits until something is so; it is a failure where that takes a minute. */
    public static void await(String what, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                Assertions.fail("Waited in vain until " + what);
            }
            Thread.sleep(50);
        }
    }

    @Override
    public void close() throws Exception {
        agents.stop(AGENT);
        rule.after();
    }
}
