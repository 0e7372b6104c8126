package io.jenkins.plugins.pgbackup.cli;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what will be so sooner or later. */
public final class Await {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Await() {}

    /** @throws IllegalStateException with the description where it never comes to be */
    public static void until(String description, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Waited in vain until " + description);
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }
}
