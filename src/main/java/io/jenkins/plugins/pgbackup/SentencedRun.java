package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What a step does on its agent, with one sentence for people in each way in which it can end badly. */
final class SentencedRun {

    private static final Logger LOGGER = Logger.getLogger(SentencedRun.class.getName());

    private SentencedRun() {}

    /** What is done. */
    @FunctionalInterface
    interface Work<T> {
        T on(AgentMachine machine) throws IOException, InterruptedException;
    }

    /**
     * The sentences for what no one has foreseen.
     *
     * @param stopped with the reason
     * @param agentLost with the agent's name
     */
    record Endings(Function<Object, String> stopped, Function<Object, String> agentLost) {}

    /**
     * Does it.
     *
     * @throws AbortException with one sentence for people if it could not be done
     * @throws InterruptedException if the build was aborted
     */
    static <T> T of(FilePath workspace, Launcher launcher, EnvVars environment, Endings endings, Work<T> work)
            throws IOException, InterruptedException {
        try {
            return onAgent(new AgentMachine(workspace, launcher, environment), endings, work);
        } catch (InvalidInputException | BackupException e) {
            throw abort(e.getMessage(), e);
        } catch (AbortException e) {
            throw e;
        } catch (ClosedByInterruptException e) {
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (IOException e) {
            throw abort(endings.stopped.apply(UnforeseenFailure.explain(e)), e);
        } catch (RuntimeException e) {
            // Its stack trace would tell the readers of the build's log nothing.
            LOGGER.log(Level.WARNING, "a step stopped", e);
            throw abort(endings.stopped.apply(UnforeseenFailure.explain(e)), e);
        }
    }

    private static <T> T onAgent(AgentMachine machine, Endings endings, Work<T> work)
            throws IOException, InterruptedException {
        try {
            return work.on(machine);
        } catch (AbortException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (machine.isLost()) {
                throw abort(endings.agentLost.apply(machine.name()), e);
            }
            throw e;
        }
    }

    static AbortException abort(String sentence, Exception cause) {
        LOGGER.log(Level.FINE, "a step failed", cause);
        return new AbortException(PrintableLine.of(sentence, BuildLog.LONGEST_SENTENCE));
    }
}
