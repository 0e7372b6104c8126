package io.jenkins.plugins.pgbackup.engine.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.PlainRestore;
import io.jenkins.plugins.pgbackup.engine.RecordingListener;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.machine.ServerUserMachine;
import io.jenkins.plugins.pgbackup.engine.postgres.Operation;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.Query;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dump that is not trusted can do on a private server, and what is done for it there. */
class PrivateServerTest {

    private static Path temporary;
    private static Machine machine;
    private static PrivateDirectory directory;
    private static PrivateServer server;

    @TempDir
    private Path dumps;

    @BeforeAll
    static void start() throws Exception {
        // Not below java.io.tmpdir, where only its owner can go.
        temporary = Files.createTempDirectory(Path.of("/tmp"), "pgbackup-testing-");
        machine = new ServerUserMachine(temporary);
        directory = PrivateDirectory.choose(machine).make();
        PostgresClient client =
                PostgresClient.on(Operation.RESTORE, machine, directory, PostgresUrl.parse("postgresql://"));
        server = PrivateServer.start(machine, directory, client, 10, new RecordingListener());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        directory.delete();
        Files.deleteIfExists(ran());
        Files.delete(temporary);
    }

    /** What programs a dump could run, and what it could become to do it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY (SELECT 1) TO PROGRAM 'COMMAND';",
                "CREATE TABLE public.t (a text); COPY public.t FROM PROGRAM 'COMMAND';",
                "DO $$ BEGIN EXECUTE $x$COPY (SELECT 1) TO PROGRAM 'COMMAND'$x$; END $$;",
                "CREATE FUNCTION public.f(cstring) RETURNS int LANGUAGE c AS '/lib/x86_64-linux-gnu/libc.so.6', 'system';",
                "CREATE TABLE public.t (a int); ALTER TABLE public.t OWNER TO pg_execute_server_program;"
                        + " SET ROLE pg_execute_server_program; COPY (SELECT 1) TO PROGRAM 'COMMAND';",
                "DO $$ DECLARE s name; BEGIN SELECT rolname INTO s FROM pg_roles WHERE rolsuper;"
                        + " EXECUTE format('GRANT %I TO pgbackup', s); EXECUTE format('SET ROLE %I', s); END $$;"
                        + " COPY (SELECT 1) TO PROGRAM 'COMMAND';",
                "CREATE TABLE public.t (a int); DO $$ DECLARE s name; BEGIN SELECT rolname INTO s FROM pg_roles WHERE"
                        + " rolsuper; EXECUTE format('ALTER TABLE public.t OWNER TO %I', s); END $$;",
                "ALTER ROLE pgbackup SUPERUSER; COPY (SELECT 1) TO PROGRAM 'COMMAND';",
                "RESET SESSION AUTHORIZATION; COPY (SELECT 1) TO PROGRAM 'COMMAND';",
                "DROP EVENT TRIGGER pgbackup_before_statement;",
                "CREATE OR REPLACE FUNCTION pg_catalog.pgbackup_before_statement() RETURNS event_trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN COPY (SELECT 1) TO PROGRAM 'COMMAND'; END $$;",
                "SELECT pg_catalog.pg_read_file('/etc/passwd');",
                "SELECT pg_catalog.lo_export(pg_catalog.lo_from_bytea(0, 'x'), 'RAN');",
                "CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN COPY (SELECT 1) TO PROGRAM"
                        + " 'COMMAND'; END $$; CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA public;",
            })
    void aDumpThatIsNotTrustedCannotRunAProgram(String attack) throws Exception {
        PostgresUrl database = server.createDatabase(false, false);
        String sql = attack.replace("COMMAND", "touch " + ran()).replace("RAN", ran().toString());

        assertThrows(BackupException.class, () -> restore(sql, database));

        assertFalse(Files.exists(ran()));
        assertEquals("f", ask(database, "select rolsuper from pg_roles where rolname = current_user"));
    }

    /** As pg_dump writes it: the role and the extension are created before the statements that need them. */
    @Test
    void whatPgDumpCountsOnASuperuserForIsDone() throws Exception {
        PostgresUrl database = server.createDatabase(false, false);

        restore("""
                CREATE SCHEMA s;
                CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA s;
                COMMENT ON EXTENSION pg_stat_statements IS 'another';
                COMMENT ON EXTENSION plpgsql IS 'another';
                CREATE TABLE s.t (a int);
                ALTER TABLE s.t OWNER TO "a ""b""; owner";
                CREATE TABLE public.t (a int);
                ALTER TABLE public.t OWNER TO plain;
                GRANT SELECT ON TABLE s.t TO "A grantee" WITH GRANT OPTION;
                REVOKE ALL ON TABLE s.t FROM revoked;
                ALTER DEFAULT PRIVILEGES FOR ROLE defaulting IN SCHEMA s GRANT SELECT ON TABLES TO defaulted;
                CREATE POLICY p ON s.t FOR SELECT TO one, "the other" USING (true);
                SELECT pg_catalog.lo_create('4711');
                ALTER LARGE OBJECT 4711 OWNER TO of_large_object;
                """, database);

        assertThat(
                server.createdRoles()
                        .containsAll(List.of(
                                "A grantee",
                                "a \"b\"; owner",
                                "defaulted",
                                "defaulting",
                                "of_large_object",
                                "one",
                                "plain",
                                "revoked",
                                "the other")),
                is(true));
        assertEquals(
                "a \"b\"; owner",
                ask(
                        database,
                        "select rolname from pg_class c join pg_roles r on r.oid = relowner"
                                + " where c.oid = 's.t'::regclass"));
        assertEquals(
                "s",
                ask(
                        database,
                        "select nspname from pg_extension join pg_namespace n on n.oid = extnamespace"
                                + " where extname = 'pg_stat_statements'"));
    }

    private void restore(String sql, PostgresUrl database) throws IOException, InterruptedException {
        Files.writeString(
                dumps.resolve("dump.sql"),
                "--\n-- PostgreSQL database dump\n--\n\n" + sql + "\n--\n-- PostgreSQL database dump complete\n--\n\n");
        PlainRestore.run(
                machine,
                new RecordingListener(),
                StoredDump.find(new LocalDumps(dumps), "dump.sql"),
                database,
                RestoreOptions.DEFAULTS);
    }

    private static String ask(PostgresUrl database, String sql) throws Exception {
        PrivateDirectory own = PrivateDirectory.choose(machine).make();
        try {
            return PostgresClient.on(Operation.RESTORE, machine, own, database)
                    .query(database, Query.arguments(database, sql));
        } finally {
            own.delete();
        }
    }

    private static Path ran() {
        return temporary.resolve("ran");
    }
}
