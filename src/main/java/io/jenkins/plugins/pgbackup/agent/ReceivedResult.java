package io.jenkins.plugins.pgbackup.agent;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.ObjectStreamException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The result of a task as it arrives from an agent: the one place that receives what agents return, and believes none of it.
 *
 * <p>A result must be of the task's own type, whose constructor has accepted it. A failure's message is one printable line of
 * limited length: it is shown to people, in the log of the build.
 */
record ReceivedResult<T>(Task<T> task, Future<T> result, String agent) implements Future<T> {

    /** In code points. Sentences of this plugin, with all that they quote, are shorter. */
    private static final int LONGEST_MESSAGE = 2_000;

    @Override
    public T get() throws InterruptedException, ExecutionException {
        try {
            return validated(result.get());
        } catch (ExecutionException e) {
            throw new ExecutionException(received(e.getCause()));
        }
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return validated(result.get(timeout, unit));
        } catch (ExecutionException e) {
            throw new ExecutionException(received(e.getCause()));
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return result.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean isCancelled() {
        return result.isCancelled();
    }

    @Override
    public boolean isDone() {
        return result.isDone();
    }

    private T validated(T received) throws ExecutionException {
        if (!task.resultType().isInstance(received)) {
            throw new ExecutionException(invalid(null));
        }
        return received;
    }

    private Throwable received(Throwable failure) {
        if (failure instanceof InterruptedException
                || failure instanceof InterruptedIOException
                || failure instanceof ClosedByInterruptException) {
            return failure;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ObjectStreamException || cause instanceof ClassCastException) {
                return invalid(failure);
            }
        }
        if (failure instanceof BackupException) {
            return new BackupException(message(failure), failure);
        }
        if (failure instanceof InvalidInputException) {
            return new InvalidInputException(message(failure)).initCause(failure);
        }
        return new IOException(message(failure), failure);
    }

    private BackupException invalid(Throwable failure) {
        return new BackupException(
                agent + " returned an invalid result of " + task.getClass().getSimpleName()
                        + ", as none of this plugin's own classes does: do not trust this agent, and look for what"
                        + " changed its Java process.",
                failure);
    }

    /** The message of a failure on an agent, as it may be shown to people. */
    static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : PrintableLine.of(message, LONGEST_MESSAGE);
    }
}
