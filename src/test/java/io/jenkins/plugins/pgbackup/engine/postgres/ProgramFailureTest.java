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
        pg_dump: error: connection to server at "127.0.0.1", port 54377 failed: fe_sendauth: no password supplied | has no password for db:5433, which asks for one:
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
        pg_dump: error: Dumping the contents of table "t" failed: PQgetResult() failed.⏎pg_dump: detail: Error message from server: ERROR:  canceling statement due to conflict with recovery | stopped by the standby server
        pg_dump: error: Dumping the contents of table "t" failed: PQgetResult() failed.⏎pg_dump: detail: Error message from server: ERROR:  canceling statement due to user request | stopped by the server (user request):
        pg_dump: error: query failed: ERROR:  permission denied for table t⏎pg_dump: detail: Query was: LOCK TABLE public.t IN ACCESS SHARE MODE | may not read table t: GRANT
        pg_dump: error: query failed: ERROR:  permission denied for large object 16402 | may not read large object 16402: GRANT
        pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "t" | would dump only a part of the table t,
        pg_dump: error: Dumping the contents of table "big" failed: PQgetResult() failed.⏎pg_dump: detail: Error message from server: FATAL:  terminating connection due to administrator command⏎pg_dump: detail: Command was: COPY public.big (g) TO stdout; | somebody ended its session or shut the server down:
        pg_dump: error: Dumping the contents of table "big" failed: PQgetCopyData() failed.⏎pg_dump: detail: Error message from server: server closed the connection unexpectedly⏎	This probably means the server terminated abnormally | lost its connection to db:5433:
        pg_dump: error: no matching tables were found | found none of the tables that were asked for:
        pg_dump: error: no matching schemas were found for pattern "a"".b" | found none of the schemas that match "a"".b": correct the pattern, or write it with its schema, and check
        pg_dump: error: improper qualified name (too many dotted names): a.b.c.d | does not understand a pattern:
        pg_dump: error: query failed: ERROR:  could not open relation with OID 16384 | was dropped while it ran:
        pg_dump: detail: Error message from server: ERROR:  invalid page in block 3 of relation base/5/16384 | met damaged data in the database:
        pg_dump: detail: Error message from server: ERROR:  invalid memory alloc request size 1073741824 | a row that is too big
        pg_dump: detail: Error message from server: ERROR:  out of memory | ran out of memory:
        pg_dump: error: could not write to output file: No space left on device | found no room for the dump on agent-7:
        pg_dump: error: could not write to output file: Broken pipe | nobody read its output any more:
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

        String explained = ProgramFailure.explain("pg_dump", 1, lines, URL, "agent-7");

        assertThat(
                explained, allOf(startsWith("pg_dump "), containsString(sentence), containsString("Its last words: ")));
        assertThat(explained, not(containsString("${")));
        assertThat(explained, not(containsString("$1")));
    }

    @ParameterizedTest
    @CsvSource({
        "137, was killed (SIGKILL) on agent-7",
        "143, was terminated (SIGTERM) on agent-7",
        "141, nobody read its output any more (SIGPIPE)",
        "139, crashed (SIGSEGV)",
        "134, crashed (SIGABRT)",
        "130, was interrupted (SIGINT)",
        "129, was hung up (SIGHUP)",
    })
    void knowsTheSignalsBehindExitCodes(int exitCode, String sentence) {
        assertThat(
                ProgramFailure.explain("pg_dump", exitCode, List.of("pg_dump: warning: x"), URL, "agent-7"),
                containsString(sentence));
    }

    @Test
    void quotesFromTheReasonOnWithoutTheNoise() {
        String explained = ProgramFailure.explain(
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
                ProgramFailure.explain("pg_dump", 3, List.of("a", "b", " c", "d "), URL, "agent-7"));
    }

    @Test
    void saysSoWhereNothingWasSaid() {
        assertEquals(
                "pg_dump failed with exit code 1 and said nothing: run it by hand on agent-7.",
                ProgramFailure.explain("pg_dump", 1, List.of(" "), URL, "agent-7"));
    }

    @Test
    void endsSomeTime() {
        String explained =
                ProgramFailure.explain("pg_dump", 1, List.of("pg_dump: error: " + "x".repeat(5000)), URL, "a");

        assertTrue(explained.length() < 800, explained);
        assertThat(explained, endsWith("x…"));
    }
}
