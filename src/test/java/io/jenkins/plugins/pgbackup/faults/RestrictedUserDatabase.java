package io.jenkins.plugins.pgbackup.faults;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.util.UUID;

/** A database that is backed up by a clerk, who is no superuser and may read what is in it unless that is forbidden. */
final class RestrictedUserDatabase {

    private static final String NAME = "office";
    private static final String CLERK = "clerk";

    private RestrictedUserDatabase() {}

    /**
     * Lets a run back it up, to its end.
     *
     * @param sql what else is done in it beforehand
     */
    static void in(FaultRun run, String sql) throws Exception {
        PostgresCluster postgres = run.stage().postgres();
        String password = UUID.randomUUID().toString();
        postgres.createDatabase(NAME);
        try {
            postgres.createRole(CLERK, password);
            postgres.psql(
                    NAME,
                    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO clerk; CREATE TABLE open_to_all (n int); "
                            + sql);
            run.stage().jenkins().addLogin(password, CLERK, password);
            run.set("url", postgres.urlWithoutPassword(NAME).replace(PostgresCluster.SUPERUSER + "@", ""))
                    .set("credentialsId", password)
                    .finish();
        } finally {
            postgres.dropDatabase(NAME);
            postgres.psql("postgres", "DROP ROLE IF EXISTS " + CLERK);
        }
    }
}
