package io.jenkins.plugins.pgbackup.engine.machine;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * The machine on which {@code pg_dump} runs and through whose hands the dump goes: this one for the command line, an agent
 * for a build.
 *
 * <p>Control is held here, bytes move there: whatever touches a file or a byte of the dump is a {@link Task} that is sent
 * to the machine.
 */
public interface Machine {

    /** How people call it, for the middle of a sentence: {@code agent "linux-1"}. */
    String name();

    /**
     * A directory of the machine for what lives as long as one backup.
     *
     * @return its path; it need not exist yet
     */
    String temporaryDirectory() throws IOException, InterruptedException;

    /** Whether the machine was reached once and is no longer, or was given up: nothing can be ended or removed there from here. */
    default boolean isLost() {
        return false;
    }

    /** Says that the machine does not answer: no further call waits for it, and each fails at once. */
    default void giveUp() {
        // This process cannot do without its own machine.
    }

    /**
     * Whether the environment that a program inherits there is that of the person who starts the run, and not one that
     * belongs to the machine and serves every run on it.
     */
    default boolean hasCallersEnvironment() {
        return false;
    }

    /**
     * A variable of the environment that a program inherits there, as far as this side knows it.
     *
     * @return {@code null} if it is not set
     */
    default String variable(String name) {
        return null;
    }

    /** Sends a task to the machine and starts it there. */
    <T> Future<T> submit(Task<T> task) throws IOException, InterruptedException;

    /** Runs a task on the machine to its end. */
    default <T> T call(Task<T> task) throws IOException, InterruptedException {
        Future<T> running = submit(task);
        try {
            return running.get();
        } catch (InterruptedException e) {
            running.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw causeOf(e);
        }
    }

    /**
     * Starts a program on the machine.
     *
     * @param command what to run
     * @param out takes its standard output; only for programs that say little, the dump never goes this way
     * @param err takes its standard error
     * @throws ProgramNotFoundException if the machine has no such program
     */
    RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException, InterruptedException;

    /**
     * Makes FIFOs that only their owner can use.
     *
     * @return false if the machine has none
     */
    boolean makeFifos(List<String> paths) throws IOException, InterruptedException;

    /** Makes an object of this side callable from tasks on the machine, whose fields hold what this returns. */
    <T> T export(Class<T> type, T object);

    /**
     * Likewise, for what one task calls again and again: it may take a tenth of the bytes that a call takes.
     *
     * @param answers of this side, which may be called on any thread
     * @return for one task
     */
    default LineService exportLineService(LineService answers) {
        return export(LineService.class, answers);
    }

    /** The exception that a {@link Task} ended with, from the future's. */
    static IOException causeOf(ExecutionException failed) throws InterruptedException {
        Throwable cause = failed.getCause();
        if (cause instanceof InterruptedException || cause instanceof InterruptedIOException) {
            throw (InterruptedException) new InterruptedException().initCause(cause);
        }
        if (cause instanceof InvalidInputException refused) {
            throw refused;
        }
        if (cause instanceof IOException io) {
            return io;
        }
        return new IOException(UnforeseenFailure.explain(cause), cause);
    }
}
