package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;

/** A database that is dumped in no time, for tests that do not ask what is in it. */
final class SmallDatabase {

    private SmallDatabase() {}

    static void create(PostgresCluster cluster, String name) {
        cluster.createDatabase(name);
        cluster.psql(
                name,
                "CREATE TABLE fruit (id int PRIMARY KEY, name text);"
                        + "INSERT INTO fruit SELECT n, md5(n::text) FROM generate_series(1, 1000) AS n");
    }
}
