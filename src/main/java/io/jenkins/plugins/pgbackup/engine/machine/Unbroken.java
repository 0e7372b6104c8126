package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Steps that are short and must not be left half done, for nobody could tell then what they have done: an interrupt waits until
 * they have ended.
 */
public final class Unbroken {

    private Unbroken() {}

    /**
     * Does it on a thread of its own. The calling thread is interrupted afterwards if it was before or meanwhile.
     *
     * @return what the step returned
     */
    public static <T> T call(Callable<T> step) throws IOException, InterruptedException {
        FutureTask<T> running = new FutureTask<>(step);
        Thread thread = new Thread(running, "pgbackup step");
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
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
}
