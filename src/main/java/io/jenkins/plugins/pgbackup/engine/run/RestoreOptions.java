package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;

/**
 * How a dump is put into a database.
 *
 * @param clean whether what the dump holds is dropped first where it exists
 * @param jobs how many connections restore at once; more than one needs the whole dump in a temporary file
 * @param singleTransaction whether the database is as it was where the dump could not be restored whole
 * @param exitOnError whether the first error ends the restore
 * @param trust whether {@code psql} may run the commands of its own that a plain dump may hold, programs included
 * @param contents what of the dump is restored, and for whom
 */
public record RestoreOptions(
        boolean clean,
        int jobs,
        boolean singleTransaction,
        boolean exitOnError,
        boolean trust,
        RestoredContents contents) {

    /** The whole dump over one connection, or nothing of it. */
    public static final RestoreOptions DEFAULTS = new RestoreOptions(false, 1, true, true, false, RestoredContents.ALL);

    public RestoreOptions {
        if (jobs < 1) {
            throw new InvalidInputException("The number of jobs is " + jobs + ": write 1 or more.");
        }
        if (jobs > 1 && singleTransaction) {
            throw new InvalidInputException("Several jobs cannot restore in a single transaction, as each has its own:"
                    + " choose one of the two.");
        }
        if (!exitOnError && singleTransaction) {
            throw new InvalidInputException(
                    "A restore that goes on after an error cannot be a single transaction, which"
                            + " ends with the first one: choose one of the two.");
        }
    }

    /**
     * Refuses what cannot be done with a dump of that format.
     *
     * @param name the dump's
     * @throws InvalidInputException with a sentence that says what to leave out
     */
    public void check(DumpFormat format, String name) {
        if (jobs > 1 && format != DumpFormat.CUSTOM) {
            throw new InvalidInputException("Several jobs can restore the custom format only, and " + name + " is "
                    + format.id() + ": leave the number of jobs out.");
        }
        if (format != DumpFormat.PLAIN) {
            return;
        }
        if (clean) {
            throw new InvalidInputException(
                    "A plain dump cannot drop what it finds: restore " + name + " into an empty database.");
        }
        if (!exitOnError || !contents.equals(RestoredContents.ALL)) {
            throw new InvalidInputException(
                    "A plain dump is restored as it was made, from its first statement to its last"
                            + " or to the first error, and " + name
                            + " is one: leave out what chooses a part of it, an owner or"
                            + " to go on after errors, or make a dump in the custom format.");
        }
    }
}
