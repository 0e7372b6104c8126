package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import java.util.List;

/**
 * What a restore is to fill, and how.
 *
 * @param url the database; a password in it is used and goes no further, without one libpq uses what it finds on the machine
 * @param target what it is before
 * @param options how the dump is put into it
 * @param scripts files of SQL on the machine that {@code psql} runs in the restored database, in this order
 */
public record RestoreRequest(PostgresUrl url, RestoreTarget target, RestoreOptions options, List<String> scripts) {

    public RestoreRequest {
        scripts = List.copyOf(scripts);
        if (target.isMade() && options.clean()) {
            throw new InvalidInputException(
                    "A database that the restore makes has nothing to drop: choose between cleaning and a new database.");
        }
        if (target.isMade() && url.databaseName().isEmpty()) {
            throw new InvalidInputException(
                    "The URL names no database to make: write it behind the host," + " postgresql://host/database.");
        }
    }

    /** Whether tables of the database are a reason to refuse it. */
    boolean needsEmptyDatabase() {
        return target == RestoreTarget.EMPTY && !options.clean();
    }

    @Override
    public String toString() {
        return "restore to " + url.display();
    }
}
