package io.jenkins.plugins.pgbackup.driver;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.Callable;
import hudson.remoting.Channel;
import hudson.remoting.ChannelBuilder;
import hudson.remoting.Pipe;
import hudson.slaves.ComputerLauncher;
import hudson.slaves.DumbSlave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import hudson.slaves.RetentionStrategy;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jenkinsci.remoting.CallableDecorator;
import org.jenkinsci.remoting.RoleChecker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * An agent that answers with a path of the controller wherever a text is asked for, publishes nothing, and makes archiving fail:
 * what the controller removes then is nothing of its own.
 */
@WithJenkins
class UntrustedAgentTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String DATABASE = "untrusted";
    private static final String AGENT = "untrusted-1";

    private static JenkinsWithAgent jenkins;

    /** What the agent says; nothing where it is honest. */
    private static volatile String lie;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        jenkins.add(POSTGRES);
        POSTGRES.createDatabase(DATABASE);
        DumbSlave agent = new DumbSlave(AGENT, directory.toString(), new Launcher());
        agent.setRetentionStrategy(RetentionStrategy.NOOP);
        agent.getNodeProperties()
                .add(new EnvironmentVariablesNodeProperty(new EnvironmentVariablesNodeProperty.Entry(
                        "PATH+POSTGRESQL", POSTGRES.bin("pg_dump").getParent().toString())));
        rule.jenkins.addNode(agent);
        rule.waitOnline(agent);
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.close();
        POSTGRES.dropDatabase(DATABASE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump.dump", "backups/"})
    void removesNoFileOfTheController(String destination) throws Exception {
        Path victim = jenkins.rule().jenkins.getRootDir().toPath().resolve("victim.xml");
        Path manifest = victim.resolveSibling("victim.xml.json");
        for (String path : new String[] {victim.toString(), "../../../../victim.xml"}) {
            Files.writeString(victim, "the controller's own");
            Files.writeString(manifest, "the controller's own");
            lie = path;
            Run<?, ?> build;
            try {
                build = jenkins.build(
                        jenkins.pipeline("node('" + AGENT + "') { "
                                + JenkinsWithAgent.toDisk(POSTGRES.urlWithoutPassword(DATABASE), destination)
                                        .toStep()
                                + " }"),
                        Result.FAILURE);
            } finally {
                lie = null;
            }

            assertThat(JenkinsRule.getLog(build), Files.readString(victim), is("the controller's own"));
            assertThat(Files.readString(manifest), is("the controller's own"));
            assertThat(build.getArtifacts(), is(empty()));
            assertThat(JenkinsRule.getLog(build), containsString("ERROR: "));
        }
    }

    private static Object field(Object object, String name) {
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            try {
                Field field = type.getDeclaredField(name);
                field.setAccessible(true);
                return field.get(object);
            } catch (ReflectiveOperationException e) {
                // In a class above, perhaps.
            }
        }
        return null;
    }

    /** The answer with the lie in the place of each of its texts. */
    private static Object lied(Object answer) {
        if (!(answer instanceof Record)) {
            return answer;
        }
        try {
            RecordComponent[] components = answer.getClass().getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            Object[] values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                components[i].getAccessor().setAccessible(true);
                values[i] = types[i] == String.class
                        ? lie
                        : components[i].getAccessor().invoke(answer);
            }
            Constructor<?> constructor = answer.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Interceptor extends CallableDecorator {

        @Override
        public <V, T extends Throwable> Callable<V, T> userRequest(Callable<V, T> request, Callable<V, T> honest) {
            Object callable = field(request, "callable");
            Object task = callable == null ? null : field(callable, "task");
            String asked = (task == null ? callable == null ? request : callable : task)
                    .getClass()
                    .getName();
            if (lie == null) {
                return honest;
            }
            if (asked.endsWith("LocalStore$Publish") || asked.endsWith("LocalStore$Write")) {
                return new Answer<>(null, nothing -> true);
            }
            if (asked.contains("CopyRecursiveRemoteToLocal")) {
                return new Answer<>(null, nothing -> {
                    try (OutputStream out = ((Pipe) field(callable, "pipe")).getOut()) {
                        out.write("this is no archive".repeat(100).getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return 0;
                });
            }
            return asked.contains(".engine.store.local.") ? new Answer<>(honest, UntrustedAgentTest::lied) : honest;
        }
    }

    private static final class Answer<V, T extends Throwable> implements Callable<V, T> {

        private static final long serialVersionUID = 1L;

        private final transient Callable<V, T> honest;
        private final transient UnaryOperator<Object> instead;

        Answer(Callable<V, T> honest, UnaryOperator<Object> instead) {
            this.honest = honest;
            this.instead = instead;
        }

        @Override
        @SuppressWarnings("unchecked")
        public V call() throws T {
            return (V) instead.apply(honest == null ? null : honest.call());
        }

        @Override
        public void checkRoles(RoleChecker checker) {
            // Of the agent's side.
        }
    }

    /** Connects an agent in this JVM, which executes what it is asked for in another way. */
    public static final class Launcher extends ComputerLauncher {

        @Override
        public void launch(SlaveComputer computer, TaskListener listener) throws IOException, InterruptedException {
            try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                ExecutorService pool = Executors.newCachedThreadPool();
                pool.submit(() -> {
                    Socket socket = new Socket(door.getInetAddress(), door.getLocalPort());
                    Channel channel = new ChannelBuilder(AGENT, pool)
                            .withMode(Channel.Mode.BINARY)
                            .build(
                                    new BufferedInputStream(socket.getInputStream()),
                                    new BufferedOutputStream(socket.getOutputStream()));
                    channel.addLocalExecutionInterceptor(new Interceptor());
                    return channel;
                });
                Socket socket = door.accept();
                computer.setChannel(
                        new BufferedInputStream(socket.getInputStream()),
                        new BufferedOutputStream(socket.getOutputStream()),
                        listener,
                        null);
            }
        }
    }
}
