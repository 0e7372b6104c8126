package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;

/**
 * A database whose dump takes minutes, some megabytes a second: a policy that sleeps for each row, and a role that it holds
 * for.
 */
public final class SlowDatabase {

    private static final String ROLE = "slow_reader";
    private static final String PASSWORD = "slow";

    private SlowDatabase() {}

    public static void create(PostgresCluster cluster, String name) {
        cluster.createRole(ROLE, PASSWORD);
        cluster.createDatabase(name);
        cluster.psql(name, """
                CREATE FUNCTION wait_a_little() RETURNS boolean LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_sleep(0.05); RETURN true; END';
                CREATE TABLE slow (words text);
                INSERT INTO slow SELECT repeat(n::text || ' ', 40000) FROM generate_series(1, 1500) AS n;
                ALTER TABLE slow ENABLE ROW LEVEL SECURITY;
                CREATE POLICY slowly ON slow USING (wait_a_little());
                GRANT SELECT ON slow TO slow_reader;
                """);
    }

    public static void drop(PostgresCluster cluster, String name) {
        cluster.dropDatabase(name);
        cluster.psql("postgres", "DROP ROLE " + ROLE);
    }

    public static String url(PostgresCluster cluster, String name) {
        return cluster.url(ROLE, PASSWORD, name);
    }
}
