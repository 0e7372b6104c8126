package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.machine.Uninterruptibly;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import java.io.IOException;
import java.util.UUID;

/** A database of a random name on a server, gone when it is closed. */
public final class TemporaryDatabase implements AutoCloseable {

    private final Machine machine;
    private final PostgresUrl server;
    private final BackupListener listener;

    /** Random, so that it is surely ours whether or not it is known to have been created. */
    private final String name = "pgbackup_test_" + UUID.randomUUID().toString().replace("-", "");

    private final NewDatabase database;

    /**
     * Chooses its name; it is not there before {@link #create}.
     *
     * @param client has the password of the URL at hand
     * @param directory for what {@code psql} reads
     * @param server whose user may create databases
     */
    public TemporaryDatabase(
            Machine machine,
            PostgresClient client,
            PrivateDirectory directory,
            PostgresUrl server,
            BackupListener listener) {
        this.machine = machine;
        this.server = server;
        this.listener = listener;
        this.database = new NewDatabase(client, directory, server, name);
    }

    /** Creates it; if that fails, there is none. */
    public void create() throws IOException, InterruptedException {
        try {
            database.create();
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    public String name() {
        return name;
    }

    public PostgresUrl url() {
        return server.withDatabase(name);
    }

    /** Ends the sessions and drops it. That it could not be dropped is said, and nothing thrown for it. */
    @Override
    public void close() {
        try {
            Uninterruptibly.cleanUp(machine, database::drop);
        } catch (IOException | InterruptedException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            listener.onNotice("WARNING: The database " + name + " on " + server.displayHost()
                    + " could not be dropped: " + e.getMessage() + " Drop it yourself.");
        }
    }
}
