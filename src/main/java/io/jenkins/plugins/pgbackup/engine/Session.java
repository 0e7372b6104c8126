package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.postgres.Operation;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.SecretMask;
import io.jenkins.plugins.pgbackup.engine.run.NewDatabase;
import io.jenkins.plugins.pgbackup.engine.run.PipedPrograms;
import io.jenkins.plugins.pgbackup.engine.run.PostgresClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * What each story has on its machine while it is told: a private directory, PostgreSQL's programs with the password at hand, and
 * a listener that is told no secret. It is opened and closed in one way for all of them.
 *
 * <p>A failure of the cleaning up is a warning. It never takes the place of the failure that ended the story, to which it is
 * added as a suppressed one.
 */
final class Session {

    private final Operation operation;
    private final Machine machine;
    private final PostgresUrl url;
    private final String[] databases;
    private final Journal journal;
    private final SecretMask mask;
    private final BackupListener listener;

    /** In whose directory this one has its own, or {@code null}. */
    private final Session outer;

    private PrivateDirectory directory;
    private PostgresClient client;
    private boolean leftBehind;

    /**
     * @param operation what the programs are run for
     * @param machine where they run
     * @param url the database that they connect to; without a password in it libpq uses what it finds on the machine
     * @param journal is told what there is to clean up, before there is any of it
     * @param listener is told what happens, without secrets
     * @param databases of the same server that they connect to besides
     */
    Session(
            Operation operation,
            Machine machine,
            PostgresUrl url,
            Journal journal,
            BackupListener listener,
            String... databases) {
        this(null, operation, machine, url, journal, listener, databases);
    }

    private Session(
            Session outer,
            Operation operation,
            Machine machine,
            PostgresUrl url,
            Journal journal,
            BackupListener listener,
            String... databases) {
        this.outer = outer;
        this.operation = operation;
        this.machine = machine;
        this.url = url;
        this.databases = databases.clone();
        this.journal = journal;
        // The programs inherit the variable where the environment is the caller's.
        this.mask = new SecretMask(url.password().orElse(null), machine.variable("PGPASSWORD"));
        this.listener = new MaskedListener(listener, mask);
    }

    /**
     * A session for another database while this one is open. What it leaves behind is in this one's directory, so this one's
     * journal knows of it.
     */
    Session inside(Operation inner, PostgresUrl database, String... databasesBesides) {
        return new Session(this, inner, machine, database, Journal.NONE, listener, databasesBesides);
    }

    /** Where the programs run. */
    Machine machine() {
        return machine;
    }

    /** A text without the secrets of this session. What is thrown and what the listener is told has none anyway. */
    String masked(String text) {
        String masked = mask.mask(text);
        return outer == null ? masked : outer.masked(masked);
    }

    /** One step of a story, or all of it. */
    @FunctionalInterface
    interface Story<T> extends Callable<T> {

        @Override
        T call() throws IOException, InterruptedException;
    }

    /**
     * Opens the session, tells a story, and closes the session.
     *
     * @throws BackupException with a sentence for people that holds no secret
     */
    <T> T run(Story<T> story) throws IOException, InterruptedException {
        try {
            PrivateDirectory chosen = outer == null ? PrivateDirectory.choose(machine) : outer.directory.chooseInside();
            directory = chosen;
            remember(Map.of());
            return runIn(chosen, story);
        } catch (RestoreRefusedException e) {
            throw e.saying(masked(e.getMessage()));
        } catch (BackupException e) {
            throw new BackupException(masked(e.getMessage()), e);
        }
    }

    private <T> T runIn(PrivateDirectory made, Story<T> story) throws IOException, InterruptedException {
        Exception reason = null;
        try {
            made.make();
            client = PostgresClient.on(operation, machine, made, url, databases);
            return story.call();
        } catch (IOException | InterruptedException | RuntimeException e) {
            reason = e;
            throw e;
        } finally {
            close(made, reason);
        }
    }

    /** The private directory, while the story is told. */
    PrivateDirectory directory() {
        return directory;
    }

    /** PostgreSQL's programs, while the story is told. */
    PostgresClient client() {
        return client;
    }

    /** A database that the story makes. */
    NewDatabase newDatabase(PostgresUrl server, String name) {
        return new NewDatabase(client, directory, server, name);
    }

    /** A listener that is told no secret. */
    BackupListener listener() {
        return listener;
    }

    /**
     * A new run of programs that are connected by FIFOs.
     *
     * @param stallTimeout how long nothing may move; zero is for ever
     */
    <T> PipedPrograms<T> programs(Duration stallTimeout) {
        return new PipedPrograms<>(machine, directory, client, url, stallTimeout, listener);
    }

    /** Remembers what of a store there is to clean up, besides the private directory. */
    void remember(Map<String, String> pending) throws IOException {
        journal.remember(new Leftovers(String.valueOf(directory), pending));
    }

    /**
     * Says that something could not be cleaned up. It stays in the journal. If the cleaning up was interrupted, the thread stays
     * interrupted.
     *
     * @param sentence for people
     * @param failure of the cleaning up
     * @param reason that the story ended for, or {@code null} if it ended well
     */
    void couldNotCleanUp(String sentence, Exception failure, Exception reason) {
        if (failure instanceof InterruptedException) {
            // Not thrown, but not lost: what comes after the story need not begin.
            Thread.currentThread().interrupt();
        }
        leftBehind = true;
        warn(sentence);
        if (reason != null) {
            reason.addSuppressed(failure);
        }
    }

    /** Of a machine that is lost people read that it is, not all that therefore could not be done there. */
    void warn(String sentence) {
        if (!machine.isLost()) {
            listener.onNotice("WARNING: " + sentence);
        }
    }

    private void close(PrivateDirectory made, Exception reason) {
        try {
            made.delete();
        } catch (IOException | InterruptedException | RuntimeException e) {
            couldNotCleanUp(
                    made + " on " + machine.name() + " could not be removed: " + UnforeseenFailure.explain(e) + ".",
                    e,
                    reason);
        }
        if (leftBehind) {
            return;
        }
        try {
            journal.forget();
        } catch (IOException e) {
            // No harm: who reads the journal finds nothing to clean up.
            warn("The note on what would be left behind could not be removed: " + e.getMessage());
        }
    }
}
