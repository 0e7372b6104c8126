package io.jenkins.plugins.pgbackup;

import hudson.FilePath;
import hudson.model.FreeStyleProject;
import hudson.model.TaskListener;
import hudson.remoting.Callable;
import hudson.remoting.Channel;
import hudson.remoting.ChannelBuilder;
import hudson.slaves.ComputerLauncher;
import hudson.slaves.DumbSlave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import hudson.slaves.RetentionStrategy;
import hudson.slaves.SlaveComputer;
import hudson.tasks.Builder;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jenkinsci.remoting.CallableDecorator;
import org.jenkinsci.remoting.RoleChecker;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * An agent that was taken over: it runs each call, but returns what a test wants. Its side of the channel is in
 * this JVM, where a test can reach it.
 */
final class UntrustedAgent implements AutoCloseable {

    /** What the agent does instead, by the simple name of the task that it was sent, with the name of the class around it. */
    private final Map<String, Lie> lies = new ConcurrentHashMap<>();

    /** By their names: Jenkins writes a launcher to its disk, and with it all that the launcher holds. */
    private static final Map<String, UntrustedAgent> AGENTS = new ConcurrentHashMap<>();

    private final JenkinsRule rule;
    private final String name;
    private final DumbSlave node;
    private final ExecutorService workers = Executors.newCachedThreadPool();

    /** Does something else than a task. */
    @FunctionalInterface
    interface Lie {
        /**
         * @param task what the agent was sent
         * @param honestly runs the task and returns its result
         */
        Object tell(Object task, java.util.concurrent.Callable<Object> honestly) throws Throwable;
    }

    private UntrustedAgent(JenkinsRule rule, String name) throws Exception {
        this.rule = rule;
        this.name = name;
        File root = Files.createTempDirectory("untrusted").toFile();
        node = new DumbSlave(name, root.getPath(), new Launcher());
        AGENTS.put(name, this);
        node.setRetentionStrategy(RetentionStrategy.NOOP);
        String programs = PostgresCluster.shared().bin("pg_dump").getParent().toString();
        node.getNodeProperties()
                .add(new EnvironmentVariablesNodeProperty(
                        new EnvironmentVariablesNodeProperty.Entry("PATH+POSTGRESQL", programs)));
        rule.jenkins.addNode(node);
        rule.jenkins.getComputer(name).connect(false).get();
        rule.waitOnline(node);
    }

    static UntrustedAgent connect(JenkinsRule rule, String name) throws Exception {
        return new UntrustedAgent(rule, name);
    }

    /** From now on, a task is answered with a lie. */
    void lie(String task, Lie lie) {
        lies.put(task, lie);
    }

    /** From now on, its answers are true. */
    void beHonest() {
        lies.clear();
    }

    /** Jenkins forgets it. */
    void remove() throws Exception {
        rule.jenkins.removeNode(node);
    }

    FilePath root() {
        return node.getRootPath();
    }

    FreeStyleProject freestyle(Builder step) throws Exception {
        FreeStyleProject job = rule.createFreeStyleProject(JenkinsWithAgent.newName());
        job.setAssignedNode(node);
        job.getBuildersList().add(step);
        return job;
    }

    @Override
    public void close() throws Exception {
        beHonest();
        remove();
        workers.shutdownNow();
    }

    /** Connects the controller's side over a socket with one whose calls are {@link Decorated}. */
    public static final class Launcher extends ComputerLauncher {

        @Override
        public void launch(SlaveComputer computer, TaskListener listener) throws IOException, InterruptedException {
            UntrustedAgent agent = AGENTS.get(computer.getName());
            try (ServerSocket meeting = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                agent.workers.submit(() -> {
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), meeting.getLocalPort());
                    Channel channel = new ChannelBuilder(agent.name, agent.workers)
                            .withMode(Channel.Mode.BINARY)
                            .build(
                                    new BufferedInputStream(socket.getInputStream()),
                                    new BufferedOutputStream(socket.getOutputStream()));
                    channel.addLocalExecutionInterceptor(agent.new Decorated());
                    return channel;
                });
                Socket socket = meeting.accept();
                computer.setChannel(
                        new BufferedInputStream(socket.getInputStream()),
                        new BufferedOutputStream(socket.getOutputStream()),
                        listener,
                        null);
            }
        }
    }

    private final class Decorated extends CallableDecorator {

        @Override
        public <V, T extends Throwable> Callable<V, T> userRequest(Callable<V, T> call, Callable<V, T> stem) {
            Object work = field(call, "callable");
            Object task = work == null ? null : field(work, "task");
            Object sent = task == null ? (work == null ? call : work) : task;
            Lie lie = lies.get(nameOf(sent));
            return lie == null ? stem : new FalseAnswer<>(sent, stem, lie);
        }

        private static String nameOf(Object object) {
            String name = object.getClass().getName();
            return name.substring(name.lastIndexOf('.') + 1);
        }
    }

    private record FalseAnswer<V, T extends Throwable>(Object task, Callable<V, T> honestly, Lie lie)
            implements Callable<V, T> {

        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("unchecked")
        public V call() throws T {
            try {
                return (V) lie.tell(task, () -> {
                    try {
                        return honestly.call();
                    } catch (Exception e) {
                        throw e;
                    } catch (Throwable e) {
                        throw new IllegalStateException(e);
                    }
                });
            } catch (Throwable e) {
                throw (T) e;
            }
        }

        @Override
        public void checkRoles(RoleChecker checker) {
            // It is the agent that runs this, and the agent allows itself everything.
        }
    }

    /** What a task, or a call of Jenkins' own, was sent with. */
    static Object field(Object object, String name) {
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            try {
                Field field = type.getDeclaredField(name);
                field.setAccessible(true);
                return field.get(object);
            } catch (NoSuchFieldException e) {
                // Perhaps the class above has it.
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return null;
    }
}
