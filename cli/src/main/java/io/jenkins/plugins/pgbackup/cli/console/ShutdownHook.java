package io.jenkins.plugins.pgbackup.cli.console;

import java.time.Duration;

/**
 * Lets SIGINT, SIGTERM and SIGHUP end the program in order: its main thread is interrupted, as an aborted build is, and gets
 * the time to clean up.
 *
 * <p>The JVM then exits with 128 and the number of the signal, as shells expect.
 */
public final class ShutdownHook extends Thread {

    /** Longer than the engine needs to end its programs and to withdraw an upload from a store that does not answer. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Thread main;
    private volatile boolean underWay;

    private ShutdownHook(Thread main) {
        super("stop");
        this.main = main;
    }

    /** Waits for a signal from now on. */
    public static ShutdownHook of(Thread main) {
        ShutdownHook stop = new ShutdownHook(main);
        Runtime.getRuntime().addShutdownHook(stop);
        return stop;
    }

    public boolean isUnderWay() {
        return underWay;
    }

    /** Whether the main thread may choose the exit code: there was no signal, and none will be waited for from now on. */
    public boolean isTooLate() {
        try {
            return Runtime.getRuntime().removeShutdownHook(this);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Override
    public void run() {
        underWay = true;
        main.interrupt();
        try {
            main.join(LIMIT.toMillis());
        } catch (InterruptedException e) {
            // No other code has this thread, so none interrupts it.
        }
    }
}
