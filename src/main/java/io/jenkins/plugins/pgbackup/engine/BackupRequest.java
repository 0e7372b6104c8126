package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Origin;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What a backup is to be of, and how.
 *
 * @param url the database; a password in it is used and goes no further, without one libpq uses what it finds on the machine
 * @param options what is dumped and in which form
 * @param fileNameTemplate the dump's name without suffix, where the destination does not give one
 * @param variables what the template may use besides {@code database} and {@code timestamp}
 * @param timestamp the moment that the dump's name tells
 * @param verification how much proof it needs
 * @param stallTimeout how long {@code pg_dump} may send nothing; zero is for ever
 * @param origin who requested it
 */
public record BackupRequest(
        PostgresUrl url,
        DumpOptions options,
        String fileNameTemplate,
        Map<String, String> variables,
        Instant timestamp,
        Verification verification,
        Duration stallTimeout,
        Origin origin) {

    public BackupRequest {
        variables = Map.copyOf(variables);
        if (stallTimeout.isNegative()) {
            throw new InvalidInputException("The stall timeout is negative: write a number of seconds, 0 for none.");
        }
    }

    @Override
    public String toString() {
        return "backup of " + url.display();
    }
}
