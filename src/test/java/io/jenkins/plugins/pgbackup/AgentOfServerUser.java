package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import hudson.slaves.DumbSlave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import hudson.slaves.JNLPLauncher;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.ServerUser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jvnet.hudson.test.JenkinsRule;

/** An agent in a JVM of its own, run by a user who may start a PostgreSQL server, also if root runs the tests. */
final class AgentOfServerUser implements AutoCloseable {

    private final JenkinsRule rule;
    private final Path directory;
    private final DumbSlave node;
    private final Process process;

    private AgentOfServerUser(JenkinsRule rule, Path directory, DumbSlave node, Process process) {
        this.rule = rule;
        this.directory = directory;
        this.node = node;
        this.process = process;
    }

    static AgentOfServerUser start(JenkinsRule rule) throws Exception {
        // Not below java.io.tmpdir, where only its owner can go.
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "pgbackup-agent-");
        ServerUser.give(directory);
        String name = JenkinsWithAgent.newName();
        DumbSlave node = new DumbSlave(name, directory.toString(), new JNLPLauncher(false));
        node.getNodeProperties()
                .add(new EnvironmentVariablesNodeProperty(new EnvironmentVariablesNodeProperty.Entry(
                        "PATH+POSTGRESQL",
                        PostgresCluster.shared().bin("pg_dump").getParent().toString())));
        rule.jenkins.addNode(node);
        SlaveComputer computer = (SlaveComputer) node.toComputer();
        Path jar = directory.resolve("agent.jar");
        try (InputStream agent =
                URI.create(rule.getURL() + "jnlpJars/agent.jar").toURL().openStream()) {
            Files.copy(agent, jar);
        }
        ServerUser.give(jar);
        List<String> command = new ArrayList<>(ServerUser.prefix());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar.toString(),
                "-url",
                rule.getURL().toString(),
                "-name",
                name,
                "-secret",
                computer.getJnlpMac(),
                "-workDir",
                directory.toString()));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory
                        .resolveSibling(directory.getFileName() + ".log")
                        .toFile())
                .start();
        AgentOfServerUser agent = new AgentOfServerUser(rule, directory, node, process);
        try {
            JenkinsWithAgent.await("the agent is there", computer::isOnline);
            return agent;
        } catch (Exception | Error e) {
            agent.close();
            throw e;
        }
    }

    DumbSlave node() {
        return node;
    }

    /** No server, and no data of one. */
    void mustHaveNothingLeft() throws IOException {
        List<String> servers = ProcessHandle.allProcesses()
                .flatMap(one -> one.info().commandLine().stream())
                .filter(line ->
                        line.contains(directory.toString()) && line.contains("postgres") && !line.contains("agent.jar"))
                .toList();
        assertThat(servers, is(List.of()));
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(file -> file.endsWith("PG_VERSION")).toList(), is(List.of()));
        }
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
        process.destroyForcibly();
        rule.jenkins.removeNode(node);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
        Files.deleteIfExists(directory.resolveSibling(directory.getFileName() + ".log"));
    }
}
