package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.IOException;

/** Clearing up is not given up because somebody asks the thread to stop meanwhile: stopping is what it is for. */
public final class Cleanup {

    private Cleanup() {}

    /** What is to be done; it may be done twice. */
    @FunctionalInterface
    public interface Step {

        void run() throws IOException, InterruptedException;
    }

    /**
     * Does it, and once more where an interrupt broke it off. The thread is interrupted afterwards if it was before or meanwhile.
     *
     * @throws InterruptedException where it was broken off twice
     */
    public static void run(Step step) throws IOException, InterruptedException {
        boolean interrupted = Thread.interrupted();
        try {
            step.run();
        } catch (InterruptedException e) {
            interrupted = true;
            step.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
