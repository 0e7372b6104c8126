package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.leftover.AbandonedBackups;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs what a step does on its agent, and makes one sentence for people of each failure. */
final class StepRunner {

    private static final Logger LOGGER = Logger.getLogger(StepRunner.class.getName());

    private StepRunner() {}

    /** What is done. */
    @FunctionalInterface
    interface Work<T> {
        T on(AgentMachine machine) throws IOException, InterruptedException;
    }

    /**
     * The sentences for failures that have none of their own.
     *
     * @param stopped with the reason
     * @param agentLost with the agent's name
     */
    record Sentences(Function<Object, String> stopped, Function<Object, String> agentLost) {}

    /**
     * Cleans up what earlier builds of the job could not, makes the workspace, and does the work.
     *
     * @throws AbortException with one sentence for people if it could not be done
     * @throws InterruptedException if the build was aborted
     */
    static <T> T run(BuildContext context, Sentences sentences, Work<T> work) throws IOException, InterruptedException {
        try {
            return onAgent(context, sentences, work);
        } catch (InvalidInputException | BackupException e) {
            throw abort(e.getMessage(), e);
        } catch (AbortException e) {
            throw e;
        } catch (ClosedByInterruptException e) {
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (IOException e) {
            throw abort(sentences.stopped.apply(UnforeseenFailure.explain(e)), e);
        } catch (RuntimeException e) {
            // Its stack trace would tell the readers of the build's log nothing.
            LOGGER.log(Level.WARNING, "a step stopped", e);
            throw abort(sentences.stopped.apply(UnforeseenFailure.explain(e)), e);
        }
    }

    private static <T> T onAgent(BuildContext context, Sentences sentences, Work<T> work)
            throws IOException, InterruptedException {
        AgentMachine machine = new AgentMachine(context.workspace(), context.launcher(), context.environment());
        try {
            new AbandonedBackups(context.build(), machine, context.listener()).withdraw();
            context.workspace().mkdirs();
            return work.on(machine);
        } catch (AbortException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (machine.isLost()) {
                throw abort(sentences.agentLost.apply(machine.name()), e);
            }
            throw e;
        }
    }

    static AbortException abort(String sentence, Exception cause) {
        LOGGER.log(Level.FINE, "a step failed", cause);
        return new AbortException(PrintableLine.of(sentence, BuildLog.LONGEST_SENTENCE));
    }
}
