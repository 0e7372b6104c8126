package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.TaskListener;
import hudson.model.TopLevelItem;
import hudson.remoting.Pipe;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Uninterruptibly;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;
import io.jenkins.plugins.pgbackup.engine.stream.PumpResult;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What an agent can do to its controller that was taken over. (Each field of each result: {@code TaskResultTest}.) */
@WithJenkins
class UntrustedAgentTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String DATABASE = "untrusted";

    private static JenkinsRule jenkins;
    private static UntrustedAgent agent;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        agent = UntrustedAgent.connect(rule, "untrusted");
        POSTGRES.createDatabase(DATABASE);
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "login", null, PostgresCluster.SUPERUSER, POSTGRES.password()));
    }

    @AfterAll
    static void stop() throws Exception {
        POSTGRES.dropDatabase(DATABASE);
        agent.close();
    }

    @AfterEach
    void forget() throws Exception {
        System.clearProperty(Uninterruptibly.GRACE_SECONDS);
        agent.beHonest();
        for (TopLevelItem job : jenkins.jenkins.getItems()) {
            job.delete();
        }
    }

    @Test
    void canBackUpLikeAnyOther() throws Exception {
        FreeStyleBuild build = job().scheduleBuild2(0).get();
        jenkins.assertBuildStatusSuccess(build);
        assertThat(build.getArtifacts(), hasSize(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PrivateDirectory$Make",
                "PrivateDirectory$Write",
                "LoadZstd",
                "MakeFifos",
                "Pump",
                "LocalStore$Publish"
            })
    void cannotReturnAnythingElseThanATaskReturns(String task) throws Exception {
        for (Object lie : new Object[] {"../../config.xml", 1L, null}) {
            agent.lie(task, (sent, honestly) -> lie);

            FreeStyleBuild build = job().scheduleBuild2(0).get();

            String log = JenkinsRule.getLog(build);
            assertThat(log, build.getResult(), is(Result.FAILURE));
            String name = task.substring(task.indexOf('$') + 1);
            assertThat(
                    log,
                    containsString("ERROR: agent \"untrusted\" returned an invalid result of " + name + ", as none"));
            assertThat("a stack trace", log, not(containsString("\tat ")));
            assertThat(build.getArtifacts(), is(empty()));
        }
    }

    /** It answers with a path of the controller, publishes nothing, and makes archiving fail. */
    @ParameterizedTest
    @ValueSource(strings = {"dump.dump", "backups/"})
    void cannotMakeTheControllerRemoveAFile(String destination) throws Exception {
        Path victim = jenkins.jenkins.getRootDir().toPath().resolve("victim.xml");
        Path manifest = victim.resolveSibling("victim.xml.json");
        for (String path : List.of(victim.toString(), "../../../../victim.xml")) {
            Files.writeString(victim, "the controller's own");
            Files.writeString(manifest, "the controller's own");
            agent.lie("OpenDestination$Make", (sent, honestly) -> withPath(honestly.call(), path));
            agent.lie("LocalStore$Publish", (sent, honestly) -> true);
            agent.lie("LocalStore$Write", (sent, honestly) -> true);
            agent.lie("FilePath$CopyRecursiveRemoteToLocal", (sent, honestly) -> {
                try (OutputStream archive = ((Pipe) UntrustedAgent.field(sent, "pipe")).getOut()) {
                    archive.write("this is no archive".repeat(100).getBytes(StandardCharsets.US_ASCII));
                }
                return 0;
            });

            FreeStyleBuild build = job(destination).scheduleBuild2(0).get();

            String log = JenkinsRule.getLog(build);
            assertThat(log, build.getResult(), is(Result.FAILURE));
            assertThat("the archiving has to be what failed", log, containsString("Archiving "));
            assertThat(log, Files.readString(victim), is("the controller's own"));
            assertThat(log, Files.readString(manifest), is("the controller's own"));
            assertThat(build.getArtifacts(), is(empty()));
        }
    }

    @Test
    void cannotForgeTheLogByAFailure() throws Exception {
        for (Exception failure : List.of(
                new BackupException("\u001b[2J\nFinished: SUCCESS\n\u202e" + "x".repeat(1 << 20)),
                new IllegalStateException("\u001b[2J\nFinished: SUCCESS\n" + "x".repeat(1 << 20)))) {
            agent.lie("Pump", (sent, honestly) -> {
                throw failure;
            });

            FreeStyleBuild build = job().scheduleBuild2(0).get();

            String log = JenkinsRule.getLog(build);
            assertThat(build.getResult(), is(Result.FAILURE));
            assertThat(log, not(containsString("\u001b")));
            assertThat(log, not(containsString("\u202e")));
            assertThat(log.lines().filter("Finished: SUCCESS"::equals).toList(), is(empty()));
            assertThat(log.length(), is(lessThan(10_000)));
        }
    }

    /** Any name of a table is possible, so it is shown in no log and obeyed by no terminal that shows the manifest. */
    @Test
    void cannotForgeAnythingByTheNameOfATable() throws Exception {
        String name = "\u001b[2J\nFinished: SUCCESS\n\u202e<b>";
        agent.lie("Pump", (sent, honestly) -> {
            PumpResult truth = (PumpResult) honestly.call();
            return new PumpResult(
                    truth.rawBytes(),
                    truth.sha256(),
                    truth.endSeen(),
                    truth.receipt(),
                    new DumpContents(List.of(new DumpedTable(name, name, 7L, 70)), List.of(), null));
        });

        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(job().scheduleBuild2(0));

        String log = JenkinsRule.getLog(build);
        assertThat(log, not(containsString("\u001b")));
        assertThat(log, not(containsString("\u202e")));
        assertThat(log.lines().filter("Finished: SUCCESS"::equals).toList(), hasSize(1));
        String manifest = Files.readString(build.getArtifacts().stream()
                .map(artifact -> artifact.getFile().toPath())
                .filter(file -> file.toString().endsWith(".json"))
                .findFirst()
                .orElseThrow());
        assertThat(manifest, containsString("\\u001B[2J\\nFinished: SUCCESS\\n\\u202e<b>"));
        assertThat(manifest, not(containsString("\u001b")));
        assertThat(manifest, not(containsString("\u202e")));
    }

    /** At its first task, or while the dump is made and when it is to be ended. */
    @ParameterizedTest
    @ValueSource(strings = {"PrivateDirectory$Make", "Pump Fifo$Release"})
    void cannotHoldABuildThatIsAborted(String tasks) throws Exception {
        System.setProperty(Uninterruptibly.GRACE_SECONDS, "2");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        UntrustedAgent.Lie hanging = (sent, honestly) -> {
            reached.countDown();
            while (never.getCount() > 0) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // An agent need not cancel a call if it should.
                }
            }
            return true;
        };
        for (String task : tasks.split(" ")) {
            agent.lie(task, hanging);
        }
        FreeStyleProject job = job();
        FreeStyleBuild build = job.scheduleBuild2(0).waitForStart();
        while (!reached.await(100, TimeUnit.MILLISECONDS)) {
            assertThat(JenkinsRule.getLog(build), build.isBuilding(), is(true));
        }

        build.getExecutor().interrupt();

        jenkins.waitForCompletion(build);
        assertThat(build.getResult(), is(Result.ABORTED));
        assertThat("the note for the next backup", notes(build), hasSize(1));
        never.countDown();
        agent.beHonest();
        jenkins.assertBuildStatusSuccess(job.scheduleBuild2(0));
        assertThat("the note for the next backup", notes(build), is(empty()));
    }

    /** The same record with a lie as its path. Its other texts go back to the agent, which would stop at them. */
    private static Object withPath(Object truth, String lie) throws ReflectiveOperationException {
        RecordComponent[] components = truth.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            components[i].getAccessor().setAccessible(true);
            values[i] = components[i].getName().equals("path")
                    ? lie
                    : components[i].getAccessor().invoke(truth);
        }
        Constructor<?> constructor = truth.getClass().getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    /** What is noted of its backup is not looked for on the controller later. */
    @Test
    void isNotTakenForTheControllerOnceItIsRemoved() throws Exception {
        try (UntrustedAgent other = UntrustedAgent.connect(jenkins, "other")) {
            FilePath workspace = other.root();
            Launcher launcher = workspace.createLauncher(TaskListener.NULL);
            other.remove();

            AgentMachine machine = new AgentMachine(workspace, launcher, new EnvVars());

            assertThat(machine.nodeName(), is("other"));
        }
    }

    private static FreeStyleProject job() throws Exception {
        return job("backups/");
    }

    private static FreeStyleProject job(String destination) throws Exception {
        PgBackupBuilder step = new PgBackupBuilder(POSTGRES.urlWithoutPassword(DATABASE));
        step.setDriver("local");
        step.setDestination(destination);
        step.setCredentialsId("login");
        return agent.freestyle(step);
    }

    private static List<Path> notes(FreeStyleBuild build) throws Exception {
        try (Stream<Path> files = Files.list(build.getRootDir().toPath())) {
            return files.filter(file -> file.getFileName().toString().startsWith("pgbackup-"))
                    .toList();
        }
    }
}
