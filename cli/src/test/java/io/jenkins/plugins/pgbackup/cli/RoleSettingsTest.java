package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a role has set for its sessions, and pg_dump and pg_restore get along with, stops nothing. */
class RoleSettingsTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String ROLE = "cli_settings";
    private static final String DATABASE = "cli_settings";
    private static final String COPY = "cli_settings_copy";

    @TempDir
    private Path directory;

    @BeforeAll
    static void create() {
        SmallDatabase.create(CLUSTER, DATABASE);
        CLUSTER.createDatabase(COPY);
        CLUSTER.createRole(ROLE, "secret");
        CLUSTER.psql(DATABASE, "ALTER TABLE fruit OWNER TO cli_settings");
        CLUSTER.psql("postgres", "ALTER DATABASE cli_settings_copy OWNER TO cli_settings");
        CLUSTER.psql("postgres", """
                ALTER ROLE cli_settings SET search_path = hides, pg_catalog;
                ALTER ROLE cli_settings SET lock_timeout = 1;
                ALTER ROLE cli_settings SET idle_in_transaction_session_timeout = 500;
                ALTER ROLE cli_settings SET row_security = off;
                ALTER ROLE cli_settings SET client_encoding = 'LATIN2';
                """);
        for (String database : new String[] {DATABASE, COPY}) {
            CLUSTER.psql(database, """
                    CREATE SCHEMA hides;
                    GRANT USAGE ON SCHEMA hides TO PUBLIC;
                    CREATE FUNCTION hides.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT ''hidden''';
                    CREATE FUNCTION hides.regex(name, text) RETURNS bool LANGUAGE sql AS 'SELECT true';
                    CREATE OPERATOR hides.!~ (LEFTARG = name, RIGHTARG = text, FUNCTION = hides.regex);
                    """);
        }
    }

    @AfterAll
    static void drop() {
        CLUSTER.dropDatabase(DATABASE);
        CLUSTER.dropDatabase(COPY);
        CLUSTER.psql("postgres", "DROP ROLE " + ROLE);
    }

    @Test
    void stopNeitherBackupNorRestore() {
        String dump = directory.resolve("a.dump").toString();
        PgbackupInProcess.run("-d", "local", dump, "--table=public.fruit", CLUSTER.url(ROLE, "secret", DATABASE))
                .mustBeGood();

        PgbackupInProcess.run("restore", dump, CLUSTER.url(ROLE, "secret", COPY))
                .mustBeGood();

        DatabaseComparison.assertSame(CLUSTER, DATABASE, COPY);
    }
}
