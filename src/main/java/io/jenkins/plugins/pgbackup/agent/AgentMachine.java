package io.jenkins.plugins.pgbackup.agent;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Proc;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.remoting.VirtualChannel;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.machine.Command;
import io.jenkins.plugins.pgbackup.engine.machine.LineService;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The agent that a build runs on.
 *
 * <p>Programs are started by the step's own launcher, so they run where the step would run a shell: in a container, with a
 * tool's environment. FIFOs and files are the agent's own.
 */
public final class AgentMachine implements Machine {

    private final FilePath workspace;
    private final Launcher launcher;
    private final EnvVars environment;
    private final String nodeName;
    private volatile boolean givenUp;

    /**
     * @param workspace the build's workspace
     * @param launcher the step's own, with all its decorations
     * @param environment the step's own
     */
    public AgentMachine(FilePath workspace, Launcher launcher, EnvVars environment) {
        this(workspace, launcher, environment, nodeOf(workspace));
    }

    private AgentMachine(FilePath workspace, Launcher launcher, EnvVars environment, String nodeName) {
        this.workspace = workspace;
        this.launcher = launcher;
        this.environment = new EnvVars(environment);
        this.nodeName = nodeName;
    }

    /**
     * The name under which its node is found again later. An agent that Jenkins no longer knows has the name of its channel, and
     * must not be taken for the controller, whose name is empty.
     */
    private static String nodeOf(FilePath workspace) {
        Computer computer = workspace.toComputer();
        if (computer != null) {
            return computer.getName();
        }
        return workspace.getChannel() instanceof Channel channel ? channel.getName() : "";
    }

    /**
     * A node of this Jenkins as it is outside any build, for what an earlier build has left there.
     *
     * @return empty if it is offline
     */
    public static Optional<AgentMachine> outsideBuilds(Node node) {
        FilePath root = node.getRootPath();
        return root == null
                ? Optional.empty()
                : Optional.of(new AgentMachine(
                        root, node.createLauncher(TaskListener.NULL), new EnvVars(), node.getNodeName()));
    }

    /** The name of the node; empty for the built-in one. */
    public String nodeName() {
        return nodeName;
    }

    @Override
    public String name() {
        return nodeName.isEmpty() ? "the built-in node" : "agent \"" + nodeName + "\"";
    }

    @Override
    public String temporaryDirectory() throws IOException {
        FilePath directory = WorkspaceList.tempDir(workspace);
        if (directory == null) {
            throw new BackupException("The workspace " + workspace.getRemote()
                    + " has no directory above it for temporary files: use another one.");
        }
        return directory.getRemote();
    }

    @Override
    public boolean isLost() {
        return givenUp || workspace.getChannel() instanceof Channel channel && channel.isClosingOrClosed();
    }

    @Override
    public void giveUp() {
        givenUp = true;
    }

    private void requireAnswering() throws BackupException {
        if (givenUp) {
            throw new BackupException(
                    name() + " does not answer: look for a process or a file system there that hangs.");
        }
    }

    @Override
    public String variable(String name) {
        return environment.get(name);
    }

    @Override
    public <T> Future<T> submit(Task<T> task) throws IOException, InterruptedException {
        requireAnswering();
        return new ReceivedResult<>(task, workspace.actAsync(new TaskCallable<>(task)), name());
    }

    @Override
    public RunningProgram start(Command command, OutputStream out, OutputStream err)
            throws IOException, InterruptedException {
        requireAnswering();
        Launcher.ProcStarter starter = launcher.launch()
                .cmds(launcher.isUnix() ? startedByEnv(command) : command.arguments())
                .envs(launcher.isUnix() ? set(command) : setAndRemoved(command))
                .pwd(workspace)
                .quiet(true)
                .stdout(out)
                .stderr(err);
        try {
            return new AgentProgram(starter.start());
        } catch (IOException e) {
            if (saysNotFound(e)) {
                throw ProgramNotFoundException.notFound(command.program(), name());
            }
            throw new BackupException(
                    command.program() + " could not be started on " + name() + " (" + ReceivedResult.message(e) + ").",
                    e);
        }
    }

    /**
     * Java looks on the PATH of the agent for what it starts; {@code env} looks on the PATH that the build has. It also
     * removes variables, those of a container's image too, of which a launcher does not know. {@code -u} is not in POSIX, but
     * GNU, BSD, macOS and BusyBox have it.
     */
    private static List<String> startedByEnv(Command command) {
        List<String> started = new ArrayList<>();
        started.add("env");
        removed(command).forEach(variable -> started.add("-u" + variable));
        started.addAll(command.arguments());
        return started;
    }

    private static Stream<String> removed(Command command) {
        return command.environment().entrySet().stream()
                .filter(variable -> variable.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted();
    }

    /** The step's own environment as the command changes it. */
    private EnvVars set(Command command) {
        return new EnvVars(environment).overrideAll(command.environment());
    }

    /** The same for a launcher that is to remove variables itself, which it does for an empty value. */
    private EnvVars setAndRemoved(Command command) {
        EnvVars variables = set(command);
        removed(command).forEach(variable -> variables.put(variable, ""));
        return variables;
    }

    @Override
    public boolean makeFifos(List<String> paths) throws IOException, InterruptedException {
        return call(new MakeFifos(List.copyOf(paths)));
    }

    @Override
    public <T> T export(Class<T> type, T object) {
        VirtualChannel channel = workspace.getChannel();
        return channel.export(type, object);
    }

    @Override
    public LineService exportLineService(LineService answers) {
        // On the built-in node nothing is sent anywhere.
        return workspace.getChannel() instanceof Channel ? LineRpc.of(answers) : answers;
    }

    /** ENOENT, as Java reports it from Linux, macOS and Windows. */
    private static boolean saysNotFound(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains("error=2,") || message.contains("error=2:")) {
                return true;
            }
        }
        return false;
    }

    private record AgentProgram(Proc process) implements RunningProgram {

        @Override
        public boolean isAlive() throws IOException, InterruptedException {
            try {
                return process.isAlive();
            } catch (IOException e) {
                throw received(e);
            }
        }

        @Override
        public int join() throws IOException, InterruptedException {
            try {
                return process.join();
            } catch (IOException e) {
                throw received(e);
            }
        }

        @Override
        public void kill() throws IOException, InterruptedException {
            try {
                process.kill();
            } catch (IOException e) {
                throw received(e);
            }
        }

        private static IOException received(IOException failure) {
            return new IOException(ReceivedResult.message(failure), failure);
        }
    }
}
