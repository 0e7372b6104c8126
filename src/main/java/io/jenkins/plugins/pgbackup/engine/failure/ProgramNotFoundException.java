package io.jenkins.plugins.pgbackup.engine.failure;

/** A machine has no program of that name that it can run. */
public final class ProgramNotFoundException extends BackupException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    private ProgramNotFoundException(String reason, String advice) {
        super(reason + advice);
        this.reason = reason;
    }

    /** The program is not there. */
    public static ProgramNotFoundException notFound(String program, String machine) {
        return new ProgramNotFoundException(
                program + " was not found on " + machine,
                ": install the PostgreSQL client there, or put its directory on PATH.");
    }

    /**
     * The program is there, and is not run.
     *
     * @param why what the system says of it
     */
    public static ProgramNotFoundException notRun(String program, String machine, String why) {
        return new ProgramNotFoundException(
                program + " cannot be run on " + machine + " (" + why + ")",
                ": check that the user of the backup may execute it, and that it was made for this machine.");
    }

    /** The sentence without what to do: {@code psql was not found on this machine}. */
    public String reason() {
        return reason;
    }
}
