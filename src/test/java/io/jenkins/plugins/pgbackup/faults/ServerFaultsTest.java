package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.fixture.LockedTable;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.PostgresGate;
import io.jenkins.plugins.pgbackup.fixture.SampleDatabase;
import io.jenkins.plugins.pgbackup.fixture.SilentServer;
import java.util.List;
import java.util.UUID;

/** What happens to the PostgreSQL server, to the way there, and to what it lets the user do. */
class ServerFaultsTest extends FaultTable {

    private static final String NO_ANSWER = "ERROR: psql got no answer from 127.0.0.1:… in time: check host, port and"
            + " firewall, or give connect_timeout in the URL more seconds. Its last words: psql: error: connection to"
            + " server at \"127.0.0.1\", port … failed: timeout expired";

    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            Fault.fails(
                    "the server is newer than `pg_dump`",
                    "The build fails before `pg_dump` starts",
                    "ERROR: pg_dump … on agent \"linux-1\" cannot dump PostgreSQL 17.6:"
                            + " install the PostgreSQL client of version 17 or newer there.",
                    run -> {
                        try (PostgresCluster newer = PostgresCluster.createNewer()) {
                            logInTo(newer, "postgres", run);
                            run.finish();
                            assertThat(run.log(), not(containsString(newer.password())));
                        }
                    }),
            Fault.fails(
                    "the server is killed in the middle of a table",
                    "The build fails; what was stored is withdrawn",
                    "ERROR: pg_dump lost its connection to 127.0.0.1:…: look into the server's log for a crash or restart,"
                            + " and for what cuts long connections on the way. Its last words: …",
                    ServerFaultsTest::killTheServer),
            Fault.fails(
                    "the server ends `pg_dump`'s session in the middle of a table",
                    "The build fails; what was stored is withdrawn",
                    "ERROR: pg_dump lost its connection to 127.0.0.1:…: look into the server's log for a crash or restart,"
                            + " and for what cuts long connections on the way. Its last words: …",
                    ServerFaultsTest::endTheSession),
            Fault.fails(
                    "another session holds the lock of a table for longer than `lockWaitTimeout`",
                    "`pg_dump` gives up and the build fails; nothing waits for the lock any longer",
                    "ERROR: pg_dump waited too long for a lock on a table that another session holds: run the backup at"
                            + " another time, or set a longer lock wait timeout. Its last words: …",
                    run -> {
                        try (LockedTable locked =
                                LockedTable.lock(run.stage().postgres(), FaultTestBed.DATABASE, "customer")) {
                            run.set("lockWaitTimeout", 2).finish();
                            JenkinsWithAgent.await(
                                    "nothing waits for the lock", () -> !locked.isWaitedForBy(run.applicationName()));
                        }
                    }),
            Fault.fails(
                    "the user may not read one of the tables",
                    "`pg_dump` gives up and the build fails",
                    "ERROR: pg_dump may not read table secret: GRANT the user the right to it (the role pg_read_all_data"
                            + " has it for all tables), or leave it out of the dump. Its last words: …",
                    run -> RestrictedUserDatabase.in(
                            run, "CREATE TABLE secret (n int); REVOKE ALL ON secret FROM clerk")),
            Fault.fails(
                    "the password is wrong",
                    "The build fails before `pg_dump` starts",
                    "ERROR: psql was refused because user name or password are wrong for postgres: check both."
                            + " Its last words: psql: error: connection to server at \"127.0.0.1\", port … failed:"
                            + " FATAL:  password authentication failed for user \"postgres\"",
                    run -> {
                        String wrong = "the wrong password";
                        String id = UUID.randomUUID().toString();
                        run.stage().jenkins().addLogin(id, PostgresCluster.SUPERUSER, wrong);
                        run.set("credentialsId", id).finish();
                        assertThat(run.log(), not(containsString(wrong)));
                    }),
            Fault.fails(
                    "there is no such database",
                    "The build fails before `pg_dump` starts",
                    "ERROR: psql was refused because there is no database shopp on 127.0.0.1:…:"
                            + " check the database in the URL. Its last words: …",
                    run -> run.set("url", run.stage().postgres().urlWithoutPassword("shopp"))),
            Fault.fails(
                    "the server's host swallows every packet",
                    "The build fails after `connect_timeout`, before `pg_dump` starts",
                    NO_ANSWER,
                    run -> {
                        try (SilentServer host = SilentServer.thatAcceptsNobody()) {
                            reach(host, run);
                        }
                    }),
            Fault.fails(
                    "the server accepts the connection and never answers",
                    "The build fails after `connect_timeout`, before `pg_dump` starts",
                    NO_ANSWER,
                    run -> {
                        try (SilentServer host = SilentServer.thatAcceptsEverybody()) {
                            reach(host, run);
                        }
                    }),
            Fault.fails(
                    "the server refuses the connection",
                    "The build fails before `pg_dump` starts",
                    "ERROR: psql found no server on 127.0.0.1:…, the connection was refused: check host and port in the URL,"
                            + " that the server runs and that its listen_addresses lets agent \"linux-1\" in."
                            + " Its last words: …",
                    run -> {
                        SilentServer gone = SilentServer.thatAcceptsEverybody();
                        gone.close();
                        reach(gone, run);
                    }),
            Fault.fails(
                    "the URL requires TLS and the server has none",
                    "The build fails before `pg_dump` starts",
                    "ERROR: psql cannot use TLS because the server has none:"
                            + " turn TLS on there, or write sslmode=prefer in the URL. Its last words: …",
                    run -> run.set("url", urlOfTheShop(run) + "?sslmode=require")),
            Fault.fails(
                    "the server has too many connections",
                    "The build fails before `pg_dump` starts",
                    "ERROR: psql was refused because the server has no connection left: run the backup when fewer are"
                            + " connected, or raise max_connections or the limit of the role or database."
                            + " Its last words: …",
                    run -> RestrictedUserDatabase.in(run, "ALTER ROLE clerk CONNECTION LIMIT 0")));

    @Override
    List<Fault> faults() {
        return FAULTS;
    }

    private static String urlOfTheShop(FaultRun run) {
        return run.stage().postgres().urlWithoutPassword(FaultTestBed.DATABASE);
    }

    private static void logInTo(PostgresCluster cluster, String database, FaultRun run) throws Exception {
        String id = UUID.randomUUID().toString();
        run.stage().jenkins().addLogin(id, PostgresCluster.SUPERUSER, cluster.password());
        run.set("url", cluster.urlWithoutPassword(database)).set("credentialsId", id);
    }

    private static void reach(SilentServer host, FaultRun run) throws Exception {
        String url = urlOfTheShop(run).replace(":" + run.stage().postgres().port() + "/", ":" + host.port() + "/");
        run.set("url", url + "?connect_timeout=2").finish();
    }

    private static void killTheServer(FaultRun run) throws Exception {
        try (PostgresCluster server = PostgresCluster.create();
                PostgresGate gate = PostgresGate.before(server, FaultRun.IN_THE_MIDDLE)) {
            SampleDatabase.create(server, FaultTestBed.DATABASE);
            logInTo(server, FaultTestBed.DATABASE, run);
            run.set("url", gate.through(server, server.urlWithoutPassword(FaultTestBed.DATABASE)))
                    .start();
            gate.awaitClosed();
            server.stop();
            gate.open();
            run.finish();
        }
    }

    /** While it waits for {@code pg_dump} to take its rows, so that it cannot say goodbye. */
    private static void endTheSession(FaultRun run) throws Exception {
        PostgresCluster server = run.stage().postgres();
        server.createDatabase("ledger");
        try {
            // 60 MB: more than fits on the way.
            server.psql(
                    "ledger",
                    "CREATE TABLE entry AS SELECT repeat(md5(n::text), 31) AS text FROM generate_series(1, 60000) AS n");
            PostgresGate gate =
                    run.set("url", server.urlWithoutPassword("ledger")).gate();
            run.startUntilInTheMiddle();
            String session = " FROM pg_stat_activity WHERE wait_event = 'ClientWrite' AND application_name = "
                    + PostgresCluster.literal(run.applicationName()) + "::name::text";
            JenkinsWithAgent.await(
                    "the server waits",
                    () -> server.psql("postgres", "SELECT count(*)" + session).equals("1"));
            server.psql("postgres", "SELECT pg_terminate_backend(pid)" + session);
            JenkinsWithAgent.await("the session has ended", () -> server.backends(run.applicationName()) == 0);
            gate.open();
            run.finish();
        } finally {
            server.dropDatabase("ledger");
        }
    }
}
