package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** A session that locks a table, so that {@code pg_dump} waits. */
public final class TableLock implements AutoCloseable {

    private final PostgresCluster cluster;
    private final Process session;

    private TableLock(PostgresCluster cluster, Process session) {
        this.cluster = cluster;
        this.session = session;
    }

    /** Returns when it has the lock. */
    public static TableLock on(PostgresCluster cluster, String database, String table) throws IOException {
        Process session = cluster.client("psql", database, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Writer statements = session.outputWriter(StandardCharsets.UTF_8);
        statements.write("BEGIN; LOCK TABLE " + table + "; SELECT 'locked';\n");
        statements.flush();
        BufferedReader rows =
                new BufferedReader(new InputStreamReader(session.getInputStream(), StandardCharsets.UTF_8));
        if (!"locked".equals(rows.readLine())) {
            throw new IllegalStateException(table + " could not be locked");
        }
        return new TableLock(cluster, session);
    }

    /** Returns when a session waits for it. */
    public void awaitWaiting() throws Exception {
        Await.until(
                "a session waits for the lock",
                () -> !cluster.psql("postgres", "SELECT count(*) FROM pg_locks WHERE NOT granted")
                        .equals("0"));
    }

    /** Gives it back. */
    @Override
    public void close() throws IOException {
        session.getOutputStream().close();
        session.onExit().join();
    }
}
