package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;

/**
 * How a dump is put into a database.
 *
 * @param clean whether what the dump holds is dropped first where it exists
 * @param force whether a database that has tables already is accepted
 * @param jobs how many connections restore at once; more than one needs the whole dump in a temporary file
 * @param singleTransaction whether the database is as it was where the dump could not be restored whole
 * @param trust whether {@code psql} may run the commands of its own that a plain dump may hold, programs included
 */
public record RestoreOptions(boolean clean, boolean force, int jobs, boolean singleTransaction, boolean trust) {

    public RestoreOptions {
        if (jobs < 1) {
            throw new InvalidInputException("The number of jobs is " + jobs + ": write 1 or more.");
        }
        if (jobs > 1 && singleTransaction) {
            throw new InvalidInputException("Several jobs cannot restore in a single transaction, as each has its own:"
                    + " choose one of the two.");
        }
    }
}
