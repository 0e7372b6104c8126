package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;

/**
 * Work for the machine that has the bytes. Its fields travel there and its result travels back, so both are small.
 *
 * @param <T> what comes back; {@link Serializable}
 */
@FunctionalInterface
public interface Task<T> extends Serializable {

    T run() throws IOException, InterruptedException;

    /**
     * What else is to be done on the machine should it lose whoever sent this task while it runs; the task itself is interrupted
     * then. It may be made of classes that only the sender has, so it is asked for while he is still there.
     */
    default Optional<Task<?>> whenAbandoned() {
        return Optional.empty();
    }
}
