package io.jenkins.plugins.pgbackup.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets SIGINT, SIGTERM and SIGHUP end the program in order: its main thread is interrupted, as an aborted build is, and gets
 * the time to leave nothing behind.
 *
 * <p>The JVM then exits with 128 and the number of the signal, as shells expect.
 */
final class Stop extends Thread {

    /** Longer than the engine needs to end its programs and to withdraw an upload from a store that does not answer. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Thread main;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean underWay;

    private Stop(Thread main) {
        super("stop");
        this.main = main;
    }

    /** Waits for a signal from now on. */
    static Stop of(Thread main) {
        Stop stop = new Stop(main);
        Runtime.getRuntime().addShutdownHook(stop);
        return stop;
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** Tells that the main thread is done; returns whether it ended by itself, and no signal can change that any more. */
    boolean isTooLate() {
        try {
            return Runtime.getRuntime().removeShutdownHook(this);
        } catch (IllegalStateException e) {
            done.countDown();
            return false;
        }
    }

    @Override
    public void run() {
        underWay = true;
        main.interrupt();
        try {
            done.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // Nobody has this thread to interrupt it.
        }
    }
}
