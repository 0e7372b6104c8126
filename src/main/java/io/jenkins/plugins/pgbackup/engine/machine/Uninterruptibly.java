package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Steps that an interrupt must not leave half done, because it would not be known then what they have done. An interrupt waits
 * until the step has ended, but not for ever: a machine or a file system that does not answer must not make a build impossible
 * to abort.
 *
 * <p>Each step runs on a thread of its own. The calling thread is interrupted afterwards if it was interrupted before or
 * meanwhile.
 */
public final class Uninterruptibly {

    /** The system property that sets {@link #grace} in seconds, for tests that wait until it is over. */
    public static final String GRACE_SECONDS = Uninterruptibly.class.getName() + ".graceSeconds";

    /** How long a step may still take after an interrupt, and how long a machine may take to clean up: 30 seconds. */
    static Duration grace() {
        return Duration.ofSeconds(Long.getLong(GRACE_SECONDS, 30));
    }

    private Uninterruptibly() {}

    /** What cleans up. */
    @FunctionalInterface
    public interface CleanUp {
        void run() throws IOException, InterruptedException;
    }

    /** What removes again what a step has made for a caller that no longer waits. */
    @FunctionalInterface
    public interface Undo<T> {
        void run(T made) throws IOException, InterruptedException;
    }

    /**
     * Runs a step that waits for a machine.
     *
     * @return what the step returned
     * @throws InterruptedException if the step did not end within {@link #grace} after an interrupt; the machine is
     *     {@linkplain Machine#giveUp given up} then
     */
    public static <T> T call(Machine machine, Callable<T> step) throws IOException, InterruptedException {
        try {
            return await(start(step));
        } catch (TimeoutException e) {
            machine.giveUp();
            throw interrupted(e);
        }
    }

    /**
     * Runs a step that waits for anything else.
     *
     * @param late is given what the step returns after its caller has stopped waiting
     * @return what the step returned
     * @throws InterruptedException if the step did not end within {@link #grace} after an interrupt
     */
    public static <T> T call(Callable<T> step, Undo<T> late) throws IOException, InterruptedException {
        FutureTask<T> running = start(step);
        try {
            return await(running);
        } catch (TimeoutException e) {
            start(() -> {
                late.run(running.get());
                return null;
            });
            throw interrupted(e);
        }
    }

    /**
     * Cleans up on a machine.
     *
     * @throws IOException if that failed, or did not end within {@link #grace}; the machine is
     *     {@linkplain Machine#giveUp given up} then
     */
    public static void cleanUp(Machine machine, CleanUp step) throws IOException, InterruptedException {
        Duration grace = grace();
        try {
            await(started(step), grace);
        } catch (TimeoutException e) {
            machine.giveUp();
            throw new IOException(machine.name() + " did not answer within " + grace.toSeconds() + " seconds", e);
        }
    }

    /** Cleans up what has time limits of its own. */
    public static void cleanUp(CleanUp step) throws IOException, InterruptedException {
        FutureTask<Void> running = started(step);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    running.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw Machine.causeOf(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static FutureTask<Void> started(CleanUp step) {
        return start(() -> {
            step.run();
            return null;
        });
    }

    private static <T> FutureTask<T> start(Callable<T> step) {
        FutureTask<T> running = new FutureTask<>(step);
        Thread thread = new Thread(running, "pgbackup step");
        thread.setDaemon(true);
        thread.start();
        return running;
    }

    /** Waits for the end, from an interrupt on for {@link #grace} at most. */
    private static <T> T await(FutureTask<T> running) throws IOException, InterruptedException, TimeoutException {
        try {
            return running.get();
        } catch (ExecutionException e) {
            throw Machine.causeOf(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return await(running, grace());
        }
    }

    /** Waits for the end, interrupted or not. */
    private static <T> T await(FutureTask<T> running, Duration limit)
            throws IOException, InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw Machine.causeOf(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As a call does that is interrupted while it waits: the thread's own flag is cleared. */
    private static InterruptedException interrupted(TimeoutException cause) {
        Thread.interrupted();
        return (InterruptedException) new InterruptedException().initCause(cause);
    }
}
