package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.stream.Replayed;
import java.io.IOException;

/** The program that puts a dump into a database, as its format needs it. */
interface RestoreProgram {

    /** Does what can be done before the database is touched. */
    void prepare(PipedPrograms<Replayed> run) throws IOException, InterruptedException;

    /**
     * Restores the dump.
     *
     * @param run the same; stopped by the caller
     */
    void restore(PipedPrograms<Replayed> run) throws IOException, InterruptedException;
}
