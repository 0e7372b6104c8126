package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.IOException;

/** A program that was started on a {@link Machine}. */
public interface RunningProgram {

    /** Whether it has not ended yet. */
    boolean isAlive() throws IOException, InterruptedException;

    /** Waits for its end and for the last of its output, and returns its exit code. */
    int join() throws IOException, InterruptedException;

    /** Ends it and what it started. Does nothing where it has ended. */
    void kill() throws IOException, InterruptedException;
}
