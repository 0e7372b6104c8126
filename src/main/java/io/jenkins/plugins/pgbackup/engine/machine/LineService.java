package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.Closeable;
import java.io.IOException;

/** Answers questions. Each of them is a line of text, and so is each answer. */
@FunctionalInterface
public interface LineService extends Closeable {

    /**
     * Answers one question.
     *
     * @param question without a line feed
     * @return the answer, without one either
     * @throws io.jenkins.plugins.pgbackup.engine.failure.BackupException with a sentence if there is none to this question
     * @throws IOException if the other side does not answer
     * @throws InterruptedException if the thread that waits for it is interrupted; no further question is answered then
     */
    String call(String question) throws IOException, InterruptedException;

    /** Says that there will be no further question. */
    @Override
    default void close() throws IOException {
        // Most need not know.
    }
}
