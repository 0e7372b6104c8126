package io.jenkins.plugins.pgbackup.agent;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LineService;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Questions of an agent in a JVM of its own. */
@WithJenkins
class LineRpcTest {

    private static final int QUESTIONS = 100;
    private static final List<String> EXPECTED =
            IntStream.range(0, QUESTIONS).mapToObj(i -> i + "" + i).toList();

    private static JenkinsWithAgent jenkins;
    private static AgentMachine agent;
    private static Channel channel;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        Node node = rule.jenkins.getNode(JenkinsWithAgent.AGENT);
        agent = AgentMachine.outsideBuilds(node).orElseThrow();
        channel = (Channel) node.getChannel();
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.close();
    }

    @Test
    void answersEachThreadItsOwnQuestion() throws Exception {
        LineService doubling = agent.exportLineService(question -> question + question);

        assertThat(agent.call(new AskFromManyThreads(doubling)), is(EXPECTED));
    }

    @Test
    void carriesTextThatIsNotAscii() throws Exception {
        LineService greeting = agent.exportLineService(question -> "Grüße, " + question);

        assertThat(agent.call(new Ask(greeting, "Zoë")), is("Grüße, Zoë"));
    }

    @Test
    void carriesARefusalWithItsSentence() throws Exception {
        LineService refusing = agent.exportLineService(question -> {
            throw new BackupException("Not that one:\ntake another.");
        });

        BackupException e = assertThrows(BackupException.class, () -> agent.call(new Ask(refusing, "?")));
        assertThat(e.getMessage(), is("Not that one: take another."));
    }

    @Test
    void carriesAFailureAsOne() throws Exception {
        LineService broken = agent.exportLineService(question -> {
            throw new IllegalStateException("no idea");
        });

        IOException e = assertThrows(IOException.class, () -> agent.call(new Ask(broken, "?")));
        assertThat(e.getMessage(), containsString("no idea"));
        assertThat(e instanceof BackupException, is(false));
    }

    @Test
    void endsWithTheInterruptionOfWhoeverWaits() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        LineService hanging = agent.exportLineService(question -> {
            over.await();
            return "";
        });

        String outcome = agent.call(new AskAndBeInterrupted(hanging));
        over.countDown();

        assertThat(outcome, is("interrupted, then: an earlier question is still without its answer"));
    }

    @Test
    void refusesAQuestionWithoutEnd() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        LineService counting = agent.exportLineService(question -> "" + answered.incrementAndGet());

        assertThrows(
                IOException.class,
                () -> agent.call(new Ask(counting, "x".repeat(LineRpc.Server.LONGEST_QUESTION + 1))));
        assertThat(answered.get(), is(0));
    }

    @Test
    void isAnEndForWhoeverWaitsWhenNobodyAnswers() {
        LineRpc.Client client = new LineRpc.Client(new ByteArrayOutputStream(), InputStream.nullInputStream());

        assertThat(
                assertThrows(IOException.class, () -> client.call("?")).getMessage(),
                is("the other side no longer answers"));
    }

    @Test
    void takesAFractionOfTheBytesOfACall() throws Exception {
        LineService here = question -> question;
        agent.call(new AskFromManyThreads(agent.exportLineService(here)));

        long byCall = bytes(new AskFromManyThreads(agent.export(LineService.class, here)));
        long byPipe = bytes(new AskFromManyThreads(agent.exportLineService(here)));

        assertThat(byPipe, allOf(greaterThan(0L), lessThan(byCall / 5)));
    }

    @Test
    void sendsNothingOnTheBuiltInNode() throws Exception {
        LineService here = question -> question;
        FilePath root = jenkins.rule().jenkins.getRootPath();
        AgentMachine builtIn = new AgentMachine(root, root.createLauncher(TaskListener.NULL), new EnvVars());

        assertThat(builtIn.exportLineService(here), is(here));
        assertThat(agent.exportLineService(here), instanceOf(LineRpc.class));
    }

    private static long bytes(Task<?> task) throws Exception {
        try (ChannelBytes bytes = new ChannelBytes(channel)) {
            agent.call(task);
            return bytes.sum();
        }
    }

    /** One question, and the end of asking. */
    private record Ask(LineService answers, String question) implements Task<String> {

        @Override
        public Class<String> resultType() {
            return String.class;
        }

        @Override
        public String run() throws IOException, InterruptedException {
            try (answers) {
                return answers.call(question);
            }
        }
    }

    /** A number from each thread, and the answers in their order. */
    private record AskFromManyThreads(LineService answers) implements Task<List<String>> {

        @Override
        public Class<? super List<String>> resultType() {
            return List.class;
        }

        @Override
        public List<String> run() throws IOException {
            try (answers) {
                return IntStream.range(0, QUESTIONS)
                        .parallel()
                        .mapToObj(number -> ask(String.valueOf(number)))
                        .toList();
            }
        }

        private String ask(String question) {
            try {
                return answers.call(question);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Is interrupted while it waits for an answer, and sends the request again. */
    private record AskAndBeInterrupted(LineService answers) implements Task<String> {

        @Override
        public Class<String> resultType() {
            return String.class;
        }

        @Override
        public String run() throws IOException, InterruptedException {
            Thread client = Thread.currentThread();
            new Thread(() -> interruptOnceItWaits(client)).start();
            try {
                return answers.call("?");
            } catch (InterruptedException e) {
                Thread.interrupted();
                return "interrupted, then: "
                        + assertThrows(IOException.class, () -> answers.call("?"))
                                .getMessage();
            }
        }

        private static void interruptOnceItWaits(Thread client) {
            while (client.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            client.interrupt();
        }
    }
}
