package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.model.Result;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.fixture.CuttableLink;
import io.jenkins.plugins.pgbackup.fixture.LockedTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** An agent that goes away in the middle of a dump, and comes back. */
@WithJenkins
class AgentLostTest {

    private static final String SENTENCE =
            "ERROR: The connection to agent \"linux-1\" was lost, and the backup with it."
                    + " Nothing of the dump can be seen, and the next backup of this job cleans up what is left:"
                    + " look for why the agent went, then run the backup again.";

    /** The rows of the table. */
    static final Fault CONNECTION_CUT = Fault.fails(
            "the connection to the agent is cut",
            "The build fails; the agent ends the programs and removes their files, the controller"
                    + " withdraws the upload",
            SENTENCE,
            FaultRun::startUntilInTheMiddle);

    static final Fault AGENT_KILLED = Fault.fails(
            "the agent's JVM is killed",
            "The build fails, and the controller withdraws the upload; the next backup of the job cleans"
                    + " up on the agent",
            SENTENCE,
            FaultRun::startUntilInTheMiddle);

    static final List<Fault> FAULTS = List.of(CONNECTION_CUT, AGENT_KILLED);

    private static CuttableLink link;
    private static FaultTestBed stage;
    private static AgentFiles files;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        link = CuttableLink.to(rule.jenkins.getTcpSlaveAgentListener().getPort());
        InboundAgentExtension.Options agent = JenkinsWithAgent.options();
        agent.setTunnel(link.address());
        stage = FaultTestBed.start(rule, agent);
        files = new AgentFiles(Path.of(stage.jenkins().agent().getRemoteFS()));
    }

    @AfterAll
    static void stop() throws Exception {
        stage.close();
        link.close();
    }

    @BeforeEach
    void haveAnAgent() throws Exception {
        if (stage.jenkins().agent().toComputer().isOffline()) {
            stage.jenkins().restartAgent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "s3"})
    void anAgentThatLosesItsControllerClearsUpItself(String driver) throws Exception {
        try (FaultRun run = new FaultRun(stage, driver, directory)) {
            CONNECTION_CUT.act().play(run);

            link.cut();

            assertThat(run.finish().getResult(), is(Result.FAILURE));
            assertThat(run.log(), containsString(SENTENCE));
            assertThat("a stack trace", run.log(), not(containsString("\tat ")));
            // While the dump still waits at the gate: pg_dump would not have noticed by itself.
            JenkinsWithAgent.await(
                    "pg_dump has ended", () -> run.processes("pg_dump").isEmpty());
            JenkinsWithAgent.await(
                    "pg_restore has ended", () -> run.processes("pg_restore").isEmpty());
            JenkinsWithAgent.await("no session is left", () -> stage.postgres().backends(run.applicationName()) == 0);
            JenkinsWithAgent.await("no file is left", () -> leftOnAgent(run).isEmpty());
            assertThat("unfinished uploads", stage.s3().unfinishedUploads(run.bucket()), is(empty()));
            JenkinsWithAgent.await("the agent is back", stage.jenkins().agent().toComputer()::isOnline);

            run.startAgain();

            assertThat(run.log(), run.finish().getResult(), is(Result.SUCCESS));
            new PostFaultChecks(run, run.finish()).ask(Fault.survives("it is back", "", "", nothing -> {}));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "s3"})
    void theNextBuildClearsUpAfterAnAgentThatWasKilled(String driver) throws Exception {
        try (FaultRun run = new FaultRun(stage, driver, directory)) {
            AGENT_KILLED.act().play(run);

            stage.jenkins().killAgent();

            assertThat(run.finish().getResult(), is(Result.FAILURE));
            assertThat(run.log(), containsString(SENTENCE));
            assertThat("a stack trace", run.log(), not(containsString("\tat ")));
            assertThat("objects", stage.s3().objects(run.bucket()), is(empty()));
            assertThat("unfinished uploads", stage.s3().unfinishedUploads(run.bucket()), is(empty()));
            assertThat("something had to stay", leftOnAgent(run), is(not(empty())));
            stage.jenkins().restartAgent();

            run.startAgain();

            assertThat(run.log(), run.finish().getResult(), is(Result.SUCCESS));
            assertThat(run.log(), containsString("Cleaned up after #1, which could not do it: "));
            assertThat(run.log(), containsString("/pgbackup-"));
            assertThat("left on the agent", leftOnAgent(run), is(empty()));
            new PostFaultChecks(run, run.finish()).ask(Fault.survives("it is back", "", "", nothing -> {}));
        }
    }

    @Test
    void theNextBuildEndsWhatAKilledAgentHasLeftRunning() throws Exception {
        try (FaultRun run = new FaultRun(stage, "s3", directory)) {
            List<ProcessHandle> orphans;
            try (LockedTable locked = LockedTable.lock(stage.postgres(), FaultTestBed.DATABASE, "customer")) {
                run.start();
                JenkinsWithAgent.await("pg_dump waits for the lock", () -> locked.isWaitedForBy(run.applicationName()));

                stage.jenkins().killAgent();

                assertThat(run.finish().getResult(), is(Result.FAILURE));
                orphans = run.processes("pg_dump");
                assertThat("pg_dump does not notice", orphans, is(not(empty())));
                stage.jenkins().restartAgent();
                run.start();
                JenkinsWithAgent.await(
                        "the orphan has ended", () -> orphans.stream().noneMatch(ProcessHandle::isAlive));
            }

            assertThat(run.log(), run.finish().getResult(), is(Result.SUCCESS));
            new PostFaultChecks(run, run.finish()).ask(Fault.survives("it is back", "", "", nothing -> {}));
        }
    }

    private static List<String> leftOnAgent(FaultRun run) throws IOException {
        return files.leftBy(run.job().getName());
    }
}
