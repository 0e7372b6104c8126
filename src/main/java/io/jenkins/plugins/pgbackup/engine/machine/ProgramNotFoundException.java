package io.jenkins.plugins.pgbackup.engine.machine;

import io.jenkins.plugins.pgbackup.engine.BackupException;

/** A {@link Machine} has no program of that name that it can run. */
public final class ProgramNotFoundException extends BackupException {

    private static final long serialVersionUID = 1L;

    public ProgramNotFoundException(String program, String machine) {
        super(program + " was not found on " + machine
                + ": install the PostgreSQL client there, or put its directory on PATH.");
    }
}
