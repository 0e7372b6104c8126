package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import java.util.List;
import java.util.Optional;

/**
 * How a dump is tested.
 *
 * @param server where a database is created for the test and dropped after it; empty for a private server
 * @param checks statements that must each give one row with one value that is true
 * @param amcheck whether {@code pg_amcheck} looks for corruption
 * @param trust whether the dump may run programs: as a superuser of the private server, and by {@code psql}
 */
public record RestoreTestRequest(Optional<PostgresUrl> server, List<String> checks, boolean amcheck, boolean trust) {

    public RestoreTestRequest {
        checks = List.copyOf(checks);
        if (checks.stream().anyMatch(String::isBlank)) {
            throw new InvalidInputException("A check is empty: write a query that gives one row with one value that is"
                    + " true, as select count(*) > 1000 from orders.");
        }
        if (checks.stream().anyMatch(check -> check.indexOf('\0') >= 0)) {
            throw new InvalidInputException("A check contains a NUL character: write it without.");
        }
    }
}
