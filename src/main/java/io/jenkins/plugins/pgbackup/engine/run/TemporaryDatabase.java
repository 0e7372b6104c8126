package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.Uninterruptibly;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A database of a random name on a server, gone when it is closed. */
public final class TemporaryDatabase implements AutoCloseable {

    private final Machine machine;
    private final PostgresClient client;
    private final PostgresUrl server;
    private final BackupListener listener;

    /** Random, so that it is surely ours whether or not it is known to have been created. */
    private final String name = "pgbackup_test_" + UUID.randomUUID().toString().replace("-", "");

    private TemporaryDatabase(Machine machine, PostgresClient client, PostgresUrl server, BackupListener listener) {
        this.machine = machine;
        this.client = client;
        this.server = server;
        this.listener = listener;
    }

    /**
     * Creates one.
     *
     * @param client has the password of the URL at hand
     * @param server whose user may create databases
     */
    public static TemporaryDatabase create(
            Machine machine, PostgresClient client, PostgresUrl server, BackupListener listener)
            throws IOException, InterruptedException {
        TemporaryDatabase made = new TemporaryDatabase(machine, client, server, listener);
        try {
            made.run(List.of("create database " + made.name + " template template0"));
            return made;
        } catch (IOException | InterruptedException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    public PostgresUrl url() {
        return server.withDatabase(name);
    }

    private void run(List<String> statements) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("--no-psqlrc", "--no-password", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"));
        statements.forEach(statement -> arguments.add("--command=" + statement));
        arguments.add("--dbname=" + server.toConnectionString());
        client.run("psql", arguments, server);
    }

    /** Ends the sessions and drops it. That it could not be dropped is said, and nothing thrown for it. */
    @Override
    public void close() {
        try {
            Uninterruptibly.cleanUp(
                    machine,
                    () -> run(List.of(
                            "select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity"
                                    + " where datname = '" + name + "'",
                            "drop database if exists " + name)));
        } catch (IOException | InterruptedException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            listener.onNotice("WARNING: The database " + name + " on " + server.displayHost()
                    + " could not be dropped: " + e.getMessage() + " Drop it yourself.");
        }
    }
}
