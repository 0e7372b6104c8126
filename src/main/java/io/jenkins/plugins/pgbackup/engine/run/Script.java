package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import java.io.IOException;
import java.util.List;

/**
 * A file of SQL that {@code psql} runs in a database, up to the first error. It is the person's own: what it needs of transactions
 * it says itself.
 *
 * @param file on the machine
 */
public record Script(String file, PostgresUrl url) {

    public void run(PipedPrograms<?> programs) throws IOException, InterruptedException {
        programs.start(
                "psql",
                List.of(
                        "--no-psqlrc",
                        "--no-password",
                        "--quiet",
                        "--output=/dev/null",
                        "--set=ON_ERROR_STOP=1",
                        "--set=VERBOSITY=verbose",
                        "--file=" + file,
                        "--dbname=" + url.toConnectionString()));
        programs.awaitPrograms();
    }
}
