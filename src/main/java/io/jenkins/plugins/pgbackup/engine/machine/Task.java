package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;

/**
 * Work for the machine that has the bytes. Its fields travel there and its result travels back, so both are small.
 *
 * @param <T> what comes back; {@link Serializable}
 */
public interface Task<T> extends Serializable {

    T run() throws IOException, InterruptedException;

    /**
     * The class of the result: {@link Boolean} for a task that is only done or not, else a record whose constructor accepts
     * nothing that the task cannot have found. The constructor runs again where the result arrives, so that a machine which is
     * not to be trusted can return wrong values, but no invalid ones.
     */
    Class<? super T> resultType();

    /**
     * What else is to be done on the machine if it loses the sender of this task while it runs; the task itself is interrupted
     * then. It may be made of classes that only the sender has, so it is fetched while the sender is still there.
     */
    default Optional<Task<?>> whenAbandoned() {
        return Optional.empty();
    }
}
