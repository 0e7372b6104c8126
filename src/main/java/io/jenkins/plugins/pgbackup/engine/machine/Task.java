package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.IOException;
import java.io.Serializable;

/**
 * Work for the machine that has the bytes. Its fields travel there and its result travels back, so both are small.
 *
 * @param <T> what comes back; {@link Serializable}
 */
@FunctionalInterface
public interface Task<T> extends Serializable {

    T run() throws IOException, InterruptedException;
}
