package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words are those of PostgreSQL 15.18 where it could be made to say them, else those of its sources up to 18. */
class ProgramFailureTest {

    private static final PostgresUrl URL = PostgresUrl.parse("postgres://bob:hunter2@db:5433/orders");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        pg_dump: error: aborting because of server version mismatch⏎pg_dump: detail: server version: 17.6; pg_dump version: 15.18 (Debian 15.18-0+deb12u1) | cannot dump PostgreSQL 17.6 because it is of version 15.18: install
        pg_dump: server version: 13.1 (Debian 13.1-1); pg_dump version: 9.6.24⏎pg_dump: aborting because of server version mismatch | cannot dump PostgreSQL 13.1 because it is of version 9.6.24: install
        pg_dump: error: aborting because of server version mismatch | install the PostgreSQL client of the server's version
        pg_dump: error: could not translate host name "db" to address: Name or service not known | found no address for the host db:
        pg_dump: error: connection to server on socket "/nonexist/.s.PGSQL.5432" failed: No such file or directory⏎	Is the server running locally and accepting connections on that socket? | found no server behind the socket /nonexist/.s.PGSQL.5432 on agent-7:
        pg_dump: error: connection to server at "127.0.0.1", port 1 failed: Connection refused⏎	Is the server running on that host and accepting TCP/IP connections? | found no server on db:5433, the connection was refused:
        pg_dump: error: connection to server at "2001:db8::1", port 5432 failed: No route to host | could not reach db:5433 from agent-7:
        pg_dump: error: connection to server at "127.0.0.1", port 54398 failed: timeout expired | got no answer from db:5433 in time:
        pg_dump: error: connection to server at "10.0.0.1", port 5432 failed: Connection timed out | got no answer from db:5433 in time:
        pg_dump: error: connection to server at "127.0.0.1", port 54399 failed: received invalid response to SSL negotiation: H | that is not PostgreSQL:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: server does not support SSL, but SSL was required | cannot use TLS because the server has none:
        pg_dump: error: connection to server at "db", port 5432 failed: root certificate file "/root/.postgresql/root.crt" does not exist | without the file /root/.postgresql/root.crt on agent-7:
        pg_dump: error: connection to server at "db", port 5432 failed: SSL error: certificate verify failed | does not trust the server's certificate:
        pg_dump: error: connection to server at "db", port 5432 failed: server certificate for "other" does not match host name "db" | does not trust the server's certificate:
        pg_dump: error: connection to server at "db", port 5432 failed: SSL error: tlsv1 alert protocol version | could not agree on TLS with db:5433:
        pg_dump: error: connection to server at "db", port 5432 failed: session is read-only | target_session_attrs
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: fe_sendauth: no password supplied | has no password for db:5433, which requires one:
        WARNING: password file "/home/a/.pgpass" has group or world access; permissions should be u=rw (0600) or less⏎psql: error: connection to server at "db", port 5432 failed: fe_sendauth: no password supplied | has no password for db:5433, because libpq ignores /home/a/.pgpass, which not only its owner may read:
        WARNING: password file "/dev/null" is not a plain file⏎psql: error: connection to server at "db", port 5432 failed: fe_sendauth: no password supplied | because libpq ignores /dev/null, which is not a plain file:
        psql: error: connection to server at "db", port 5432 failed: private key file "/x/key" has group or world access; file must have permissions u=rw (0600) or less if owned by the current user | did not use the private key /x/key on agent-7, which not only its owner may read:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  password authentication failed for user "bob"⏎password retrieved from file "/tmp/x/pgpass" | user name or password are wrong for bob:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  Peer authentication failed for user "bob" | refused for the user bob by the server's way to authenticate:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  no pg_hba.conf entry for host "127.0.0.1", user "admin", database "postgres", no encryption | refused by the server's pg_hba.conf:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  pg_hba.conf rejects connection for host "127.0.0.1", user "admin", database "app", no encryption | refused by the server's pg_hba.conf:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  role "nologin_r" is not permitted to log in | nologin_r may not log in:
        pg_dump: error: connection to server on socket "/run/x" failed: FATAL:  role "nix" does not exist | the role nix does not exist:
        pg_dump: error: query failed: ERROR:  role "nixr" does not exist⏎pg_dump: detail: Query was: SET ROLE nixr | the role nixr does not exist:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  database "nodb" does not exist | there is no database nodb on db:5433:
        psql: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  permission denied for database "orders"⏎DETAIL:  User does not have CONNECT privilege. | may not connect to the database orders:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  database "noallow" is not currently accepting connections | the database noallow takes no connections:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  sorry, too many clients already | the server has no connection left:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  too many connections for role "con1" | the server has no connection left:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute | the server has no connection left:
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: FATAL:  the database system is starting up | because the server is starting up:
        pg_dump: error: query failed: ERROR:  canceling statement due to statement timeout⏎pg_dump: detail: Query was: LOCK TABLE public.t IN ACCESS SHARE MODE | another session holds: run the backup at another time, or set a longer lock wait timeout
        pg_dump: error: Dumping the contents of table "t" failed: PQgetResult() failed.⏎pg_dump: detail: Error message from server: ERROR:  canceling statement due to conflict with recovery⏎DETAIL:  User was holding a relation lock for too long. | stopped by the standby server, which had to go on with recovery: dump from the primary
        pg_dump: error: Dumping the contents of table "t" failed: PQgetResult() failed.⏎pg_dump: detail: Error message from server: ERROR:  canceling statement due to conflict with recovery⏎DETAIL:  User query might have needed to see row versions that must be removed. | set hot_standby_feedback to on there
        pg_dump: error: Dumping the contents of table "t" failed: PQgetResult() failed.⏎pg_dump: detail: Error message from server: ERROR:  canceling statement due to user request | stopped by the server (user request):
        pg_dump: error: query failed: ERROR:  permission denied for table t⏎pg_dump: detail: Query was: LOCK TABLE public.t IN ACCESS SHARE MODE | may not read table t: GRANT
        pg_dump: error: query failed: ERROR:  permission denied for large object 16402 | may not read the large object 16402: GRANT SELECT ON LARGE OBJECT 16402 to the user (pg_read_all_data does not include large objects)
        pg_dump: error: query failed: ERROR:  out of shared memory⏎HINT:  You might need to increase max_locks_per_transaction.⏎pg_dump: detail: Query was: LOCK TABLE public.t IN ACCESS SHARE MODE | no room for so many: raise max_locks_per_transaction there
        psql: error: connection to server at "127.0.0.1", port 6432 failed: FATAL:  unsupported startup parameter: options | does not take the parameter options of the connection: connect to PostgreSQL itself, or add options to the pooler's ignore_startup_parameters
        psql: error: connection to server at "127.0.0.1", port 6432 failed: FATAL:  unsupported startup parameter in options: statement_timeout | does not take the parameter statement_timeout of the connection:
        psql: error: connection to server at "127.0.0.1", port 6432 failed: FATAL:  bouncer config error | by a connection pooler, PgBouncer, for its own configuration, in which the database or the user is missing:
        pg_dump: error: connection to server at "127.0.0.1", port 6432 failed: FATAL:  no such database: nix | by a connection pooler such as PgBouncer, which does not know the database nix:
        pg_dump: error: query failed: FATAL:  query_wait_timeout⏎server closed the connection unexpectedly⏎pg_dump: detail: Query was: SELECT pg_catalog.set_config('search_path', '', false); | by a connection pooler such as PgBouncer (query_wait_timeout):
        pg_dump: error: query failed: ERROR:  prepared statement "dumpfunc" already exists | set the pooler's pool_mode to session
        pg_dump: error: connection to server at "127.0.0.1", port 5432 failed: FATAL:  permission denied to set parameter "lc_messages" | may not set lc_messages, as options in the URL request:
        pg_dump: error: connection to server at "127.0.0.1", port 5432 failed: FATAL:  unrecognized configuration parameter "nix" | does not know the parameter nix or its value, which options in the URL set:
        pg_dump: error: query failed: ERROR:  cannot use serializable mode in a hot standby⏎HINT:  You can use REPEATABLE READ instead. | something that a standby server does not do:
        pg_dump: error: query failed: SSL SYSCALL error: EOF detected | lost its connection to db:5433:
        pg_dump: detail: Error message from server: FATAL:  terminating connection due to idle-in-transaction timeout | because of the idle-in-transaction timeout that the server has
        pg_dump: detail: Error message from server: ERROR:  could not write to file "base/pgsql_tmp/pgsql_tmp1.0": No space left on device | the server has no room on its disk (No space left on device): free space on the server, not on agent-7
        pg_dump: error: query failed: ERROR:  unrecognized configuration parameter "app.tenant" | ALTER DATABASE … SET app.tenant to a value first
        pg_dump: error: query failed: ERROR:  could not access file "$libdir/postgis-2.5": No such file or directory | a library that the server does not find ($libdir/postgis-2.5):
        pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "t" | would dump only a part of the table t,
        pg_dump: error: Dumping the contents of table "big" failed: PQgetResult() failed.⏎pg_dump: detail: Error message from server: FATAL:  terminating connection due to administrator command⏎pg_dump: detail: Command was: COPY public.big (g) TO stdout; | its session was ended or the server was shut down:
        pg_dump: error: Dumping the contents of table "big" failed: PQgetCopyData() failed.⏎pg_dump: detail: Error message from server: server closed the connection unexpectedly⏎	This probably means the server terminated abnormally | lost its connection to db:5433:
        pg_dump: error: no matching tables were found | found none of the tables that were requested:
        pg_dump: error: no matching schemas were found for pattern "a"".b" | found none of the schemas that match "a"".b": correct the pattern, or write it with its schema, and check
        pg_dump: error: improper qualified name (too many dotted names): a.b.c.d | does not understand a pattern:
        pg_dump: error: query failed: ERROR:  could not open relation with OID 16384 | was dropped while it ran:
        pg_dump: detail: Error message from server: ERROR:  invalid page in block 3 of relation base/5/16384 | met damaged data in the database:
        pg_dump: detail: Error message from server: ERROR:  invalid memory alloc request size 1073741824 | a row that is too big
        pg_dump: detail: Error message from server: ERROR:  out of memory | ran out of memory:
        pg_dump: error: could not write to output file: No space left on device | found no room for the dump on agent-7:
        pg_dump: error: could not write to output file: Broken pipe | nothing read its output any more:
        pg_dump: error: invalid value "zstd:1" for option -Z/--compress | cannot compress that way in the build that agent-7 has:
        pg_dump: error: this build does not support compression with zstd | cannot compress that way in the build that agent-7 has:
        /usr/lib/postgresql/15/bin/pg_dump: unrecognized option '--nix'⏎pg_dump: hint: Try "pg_dump --help" for more information. | does not know an option, or not so:
        /usr/lib/postgresql/15/bin/pg_dump: option '--section' requires an argument | does not know an option, or not so:
        pg_dump: error: unrecognized section name: "nix"⏎pg_dump: hint: Try "pg_dump --help" for more information. | does not know an option, or not so:
        pg_dump: error: options -s/--schema-only and -a/--data-only cannot be used together | cannot combine two of the options:
        pg_dump: error: invalid URI query parameter: "sslnegotiation" | is too old for one of the URL's parameters:
        pg_dump: error: invalid sslmode value: "foo" | does not know the value of sslmode in the URL:
        pg_restore: error: unsupported version (1.16) in file header | is too old for the dump:
        pg_restore: error: could not read from input file: end of file | found the dump damaged or cut off: do not rely on it, and run the backup again
        pg_restore: error: input file does not appear to be a valid archive | found the dump damaged or cut off:
        """)
    void saysWhatToDo(String said, String sentence) {
        List<String> lines = List.of(said.split("⏎"));

        String explained = ProgramFailure.explain(Operation.BACKUP, "pg_dump", 1, lines, URL, "agent-7");

        assertThat(
                explained, allOf(startsWith("pg_dump "), containsString(sentence), containsString("Its last words: ")));
        assertThat(explained, not(containsString("${")));
        assertThat(explained, not(containsString("$1")));
    }

    /** What {@link RestoreCausesTest} has no server for. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        pg_restore: error: could not execute query: ERROR:  must be able to SET ROLE "owner"⏎Command was: ALTER TABLE public.t OWNER TO owner; | may not give objects to the role owner, their owner in the dump: GRANT that role
        pg_restore: error: could not execute query: ERROR:  could not open extension control file "/usr/share/postgresql/12/extension/postgis.control": No such file or directory⏎Command was: CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public; | found no extension postgis on the server: install its package there
        pg_restore: error: could not execute query: ERROR:  extension "postgis" has no installation script nor update path for version "2.5.1" | found another version of the extension postgis
        pg_restore: error: could not execute query: ERROR:  required extension "cube" is not installed⏎HINT:  Use CREATE EXTENSION ... CASCADE to install required extensions too. | found no extension cube in the database
        pg_restore: error: could not execute query: ERROR:  pg_cron can only be loaded via shared_preload_libraries⏎HINT:  Add pg_cron to the shared_preload_libraries configuration variable in postgresql.conf. | restores the extension pg_cron, which the server must load when it starts:
        pg_restore: error: could not execute query: ERROR:  could not access file "$libdir/postgis-3": No such file or directory | needs a library that the server does not find ($libdir/postgis-3):
        pg_restore: error: could not execute query: ERROR:  collation "de_DE.utf8" for encoding "UTF8" does not exist | found no collation de_DE.utf8 on the server:
        pg_restore: error: could not execute query: ERROR:  could not extend file "base/16384/16390": No space left on device⏎HINT:  Check free disk space. | the server has no room on its disk (No space left on device):
        pg_restore: error: could not execute query: ERROR:  deadlock detected⏎DETAIL:  Process 1 waits for AccessExclusiveLock | to end a deadlock with another session: run the restore again
        pg_restore: error: could not execute query: ERROR:  canceling statement due to statement timeout | was stopped by the server (statement timeout):
        pg_restore: error: COPY failed for table "t": FATAL:  terminating connection due to administrator command | the server was shut down: run the restore again
        pg_restore: error: could not execute query: ERROR:  permission denied to create event trigger "e"⏎HINT:  Must be superuser to create an event trigger. | was refused a right that the restore needs (create event trigger "e"): restore as a superuser
        pg_restore: error: could not execute query: ERROR:  must be superuser to create FOR ALL TABLES publication | was refused a right that the restore needs (must be superuser to create FOR ALL TABLES publication):
        pg_restore: error: could not execute query: ERROR:  permission denied: "RI_ConstraintTrigger_c_16396" is a system trigger | was refused a right that the restore needs (RI_ConstraintTrigger_c_16396):
        pg_restore: error: connection to server at "127.0.0.1", port 5432 failed: FATAL:  role "bob" does not exist | was refused because the role bob does not exist: check the name of the user
        pg_restore: error: unsupported version (1.16) in file header | is too old for the dump: install the PostgreSQL client that made it, or a newer one, on agent-7
        pg_restore: error: a worker process died unexpectedly | lost one of its own processes:
        pg_restore: error: could not execute query: server closed the connection unexpectedly | lost its connection to db:5433:
        """)
    void saysWhatToDoForARestore(String said, String sentence) {
        String explained =
                ProgramFailure.explain(Operation.RESTORE, "pg_restore", 1, List.of(said.split("⏎")), URL, "agent-7");

        assertThat(
                explained,
                allOf(startsWith("pg_restore "), containsString(sentence), containsString("Its last words: ")));
        assertThat(explained, not(containsString("${")));
        assertThat(explained, not(containsString("$1")));
    }

    @Test
    void takesNoWordsFromTheStatementThatFailed() {
        String explained = ProgramFailure.explain(
                Operation.RESTORE,
                "pg_restore",
                1,
                List.of(
                        "pg_restore: error: could not execute query: ERROR:  something that is not known",
                        "Command was: COMMENT ON TABLE t IS 'too many connections",
                        "FATAL:  no password supplied';"),
                URL,
                "agent-7");

        assertEquals(
                "pg_restore failed with exit code 1: see what it said. Its last words: pg_restore: error: could not execute"
                        + " query: ERROR:  something that is not known Command was: COMMENT ON TABLE t IS 'too many"
                        + " connections FATAL:  no password supplied';",
                explained);
    }

    @Test
    void quotesWhatAWorkerSaidRatherThanThatItDied() {
        String explained = ProgramFailure.explain(
                Operation.RESTORE,
                "pg_restore",
                1,
                List.of(
                        "pg_restore: error: could not execute query: ERROR:  relation \"t\" already exists",
                        "Command was: CREATE TABLE t ();",
                        "pg_restore: error: a worker process died unexpectedly"),
                URL,
                "agent-7");

        assertThat(explained, startsWith("pg_restore found relation \"t\" in the database already:"));
        assertThat(explained, containsString("Its last words: pg_restore: error: could not execute query: ERROR:"));
    }

    /** The words are PostgreSQL 15's own translations into German, French, Spanish, Chinese, Russian and Japanese. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "pg_dump: error: query failed: FEHLER:  keine Berechtigung für Tabelle t",
                "pg_dump: error: query failed: ERREUR:  droit refusé pour la table t",
                "pg_dump: error: query failed: ERROR:  no existe el rol «nix»",
                "pg_dump: error: query failed: 错误:  对表 t 权限不够",
                "pg_dump: error: query failed: ОШИБКА:  нет доступа к таблице t",
                "psql: error: connection to server at \"db\", port 5432 failed: FATAL:  Rolle »nix« existiert nicht",
                "pg_dump: error: query failed: ERROR:  テーブル t へのアクセスが拒否されました",
            })
    void saysThatTheServerSpeaksAnotherLanguage(String said) {
        assertThat(
                ProgramFailure.explain(Operation.BACKUP, "pg_dump", 1, List.of(said), URL, "agent-7"),
                allOf(
                        startsWith("pg_dump failed for a reason that the server says in its own language:"),
                        containsString("ALTER ROLE … SET lc_messages TO 'C'"),
                        endsWith("Its last words: " + said)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pg_dump: error: query failed: ERROR:  something that is not known of \"Größe\"",
                "pg_dump: error: something else",
            })
    void takesNoNameForAnotherLanguage(String said) {
        assertThat(
                ProgramFailure.explain(Operation.BACKUP, "pg_dump", 1, List.of(said), URL, "agent-7"),
                startsWith("pg_dump failed with exit code 1: see what it said."));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        42501 | FEHLER:  42501: keine Berechtigung für Schema public | was refused a right that the restore needs:
        42704 | FEHLER:  42704: Rolle »owner1« existiert nicht | found no object of the name that the server says
        42P07 | ERREUR:  42P07: la relation « t » existe déjà | found an object of the dump in the database already:
        57014 | FEHLER:  57014: storniere Anfrage wegen Zeitüberschreitung der Anfrage | then run the restore again
        """)
    void knowsTheSqlStateInEveryLanguage(String state, String said, String sentence) {
        String explained = ProgramFailure.explain(
                Operation.RESTORE,
                "psql",
                3,
                List.of("psql:/tmp/x/dump:82: " + said, "LOCATION:  get_role_oid, acl.c:5201"),
                URL,
                "agent-7");

        assertThat(explained, allOf(startsWith("psql "), containsString(sentence)));
        assertThat(explained, endsWith("Its last words: psql:/tmp/x/dump:82: " + said.replace(" " + state + ":", "")));
    }

    @ParameterizedTest
    @CsvSource({
        "137, was killed (SIGKILL) on agent-7",
        "143, was terminated (SIGTERM) on agent-7",
        "141, nothing read its output any more (SIGPIPE)",
        "139, crashed (SIGSEGV)",
        "134, crashed (SIGABRT)",
        "130, was interrupted (SIGINT)",
        "129, was hung up (SIGHUP)",
    })
    void knowsTheSignalsBehindExitCodes(int exitCode, String sentence) {
        assertThat(
                ProgramFailure.explain(
                        Operation.BACKUP, "pg_dump", exitCode, List.of("pg_dump: warning: x"), URL, "agent-7"),
                containsString(sentence));
    }

    @Test
    void quotesFromTheReasonOnWithoutTheNoise() {
        String explained = ProgramFailure.explain(
                Operation.BACKUP,
                "pg_dump",
                1,
                List.of(
                        "pg_dump: warning: there are circular foreign-key constraints on this table:",
                        "pg_dump: error: connection to server at \"db\" failed: FATAL:  password authentication failed"
                                + " for user \"bob\"",
                        "\tsecond line",
                        "password retrieved from file \"/tmp/x/pgpass\""),
                URL,
                "agent-7");

        assertThat(
                explained,
                endsWith("Its last words: pg_dump: error: connection to server at \"db\" failed: FATAL:  password"
                        + " authentication failed for user \"bob\" second line"));
    }

    @Test
    void quotesTheLastLinesOfWhatItDoesNotKnow() {
        assertEquals(
                "pg_dump failed with exit code 3: see what it said. Its last words: b c d",
                ProgramFailure.explain(Operation.BACKUP, "pg_dump", 3, List.of("a", "b", " c", "d "), URL, "agent-7"));
    }

    @Test
    void saysSoWhereNothingWasSaid() {
        assertEquals(
                "pg_dump failed with exit code 1 and said nothing: run it by hand on agent-7.",
                ProgramFailure.explain(Operation.BACKUP, "pg_dump", 1, List.of(" "), URL, "agent-7"));
    }

    @Test
    void endsSomeTime() {
        String explained = ProgramFailure.explain(
                Operation.BACKUP, "pg_dump", 1, List.of("pg_dump: error: " + "x".repeat(5000)), URL, "a");

        assertTrue(explained.length() < 800, explained);
        assertThat(explained, endsWith("x…"));
    }
}
