package io.jenkins.plugins.pgbackup.agent;

import hudson.Launcher;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.engine.machine.Fifo;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.machine.Transcript;
import java.io.IOException;
import java.util.List;

/**
 * Makes FIFOs with the agent's own launcher, not the step's: they belong to the agent, whatever container the programs run in.
 * There, as a program that is launched from the controller takes eight times as many bytes of the channel.
 */
record MakeFifos(List<String> paths) implements Task<Boolean> {

    @Override
    public Class<Boolean> resultType() {
        return Boolean.class;
    }

    @Override
    public Boolean run() throws IOException, InterruptedException {
        Launcher agent = new Launcher.LocalLauncher(TaskListener.NULL);
        if (!agent.isUnix()) {
            return false;
        }
        Transcript said = new Transcript(line -> {});
        int exitCode;
        try {
            exitCode = agent.launch()
                    .cmds(Fifo.command(paths))
                    .envs("LC_ALL=C")
                    .quiet(true)
                    .stderr(said)
                    .join();
        } catch (IOException e) {
            // Without the program there are none either.
            return false;
        }
        return Fifo.areMade(paths, exitCode, said.text());
    }
}
