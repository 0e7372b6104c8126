package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.stream.ReplayResult;
import java.io.IOException;

/** The program that puts a dump into a database, as its format needs it. */
public interface RestoreProgram {

    /** Does what can be done before the database is touched. */
    void prepare(PipedPrograms<ReplayResult> run) throws IOException, InterruptedException;

    /**
     * Restores the dump.
     *
     * @param run the same; stopped by the caller
     */
    void restore(PipedPrograms<ReplayResult> run) throws IOException, InterruptedException;
}
