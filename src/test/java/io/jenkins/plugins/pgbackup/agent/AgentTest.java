package io.jenkins.plugins.pgbackup.agent;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import hudson.Launcher;
import hudson.LauncherDecorator;
import hudson.Proc;
import hudson.model.Node;
import hudson.model.Run;
import hudson.remoting.Channel;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.StepKind;
import io.jenkins.plugins.pgbackup.StepSettings;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What goes between controller and agent: programs through the step's own launcher, and none of the dump's bytes. */
@WithJenkins
class AgentTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String SMALL = "small";
    private static final String BIG = "big";
    private static final String BUCKET = "backups";
    private static final long MEGABYTE = 1_000_000;

    private static JenkinsWithAgent jenkins;
    private static S3Server s3;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        s3 = S3Server.start();
        s3.createBucket(BUCKET);
        jenkins.add(POSTGRES);
        jenkins.add(s3);
        POSTGRES.createDatabase(SMALL);
        POSTGRES.createDatabase(BIG);
        POSTGRES.psql(
                BIG, "CREATE TABLE big AS SELECT repeat(md5(n::text), 32) AS text FROM generate_series(1, 105000) n");
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        jenkins.close();
        POSTGRES.dropDatabase(BIG);
        POSTGRES.dropDatabase(SMALL);
    }

    @ParameterizedTest
    @EnumSource
    void everyProgramIsStartedByTheLauncherOfTheStep(StepKind door) throws Exception {
        Listening.STARTED.clear();

        jenkins.build(door.job(jenkins, JenkinsWithAgent.toDisk(POSTGRES.urlWithoutPassword(SMALL), "backups/")));

        for (String program : List.of("psql", "pg_dump", "pg_restore")) {
            List<String> started = Listening.STARTED.stream()
                    .filter(command -> command.contains(" " + program + " ") && !command.endsWith("--version"))
                    .toList();
            assertThat(
                    program, started, contains(allOf(containsString("--"), not(containsString(POSTGRES.password())))));
        }
    }

    @Test
    void noneOfAHundredMegabytesGoThroughTheController() throws Exception {
        // The first time, our classes go to the agent, where they stay.
        jenkins.build(StepKind.PIPELINE.job(jenkins, toS3("first")));
        long moved;
        Run<?, ?> build;
        try (ChannelBytes bytes =
                new ChannelBytes((Channel) jenkins.agent().toComputer().getChannel())) {
            build = jenkins.build(StepKind.PIPELINE.job(jenkins, toS3("second")));
            moved = bytes.sum();
        }

        String dump = build.getAction(BackupAction.class).getBackups().get(0).getFileName();
        assertThat((long) s3.object(BUCKET, "second/" + dump).length, greaterThan(100 * MEGABYTE));
        assertThat(moved, allOf(greaterThan(0L), lessThan(MEGABYTE)));
    }

    private static StepSettings toS3(String prefix) {
        return JenkinsWithAgent.toS3(POSTGRES.urlWithoutPassword(BIG), s3, BUCKET + "/" + prefix)
                .with("dump", Map.of("compression", "none"));
    }

    /** Hears what is started on every node. */
    @TestExtension
    public static final class Listening extends LauncherDecorator {

        static final List<String> STARTED = new CopyOnWriteArrayList<>();

        @Override
        public Launcher decorate(Launcher launcher, Node node) {
            return new Launcher.DecoratedLauncher(launcher) {
                @Override
                public Proc launch(ProcStarter starter) throws IOException {
                    STARTED.add(String.join(" ", starter.cmds()));
                    return super.launch(starter);
                }
            };
        }
    }
}
