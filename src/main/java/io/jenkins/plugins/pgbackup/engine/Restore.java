package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramFailedException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.Operation;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.ProgramFailure;
import io.jenkins.plugins.pgbackup.engine.postgres.TargetFacts;
import io.jenkins.plugins.pgbackup.engine.run.PipedPrograms;
import io.jenkins.plugins.pgbackup.engine.run.PostgresClient;
import io.jenkins.plugins.pgbackup.engine.run.RestoreByPgRestore;
import io.jenkins.plugins.pgbackup.engine.run.RestoreByPsql;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.RestoreProgram;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.stream.ReplayResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Puts a stored dump into a database. */
public final class Restore {

    private final Machine machine;
    private final BackupListener listener;

    /** @param machine where {@code pg_restore} runs */
    public Restore(Machine machine, BackupListener listener) {
        this.machine = machine;
        this.listener = listener;
    }

    /**
     * Restores a dump.
     *
     * @param url the database; it must exist. Without a password in it, libpq uses what it finds on the machine
     * @throws RestoreRefusedException if it was not restored, or not whole, and a person may want that otherwise
     * @throws BackupException if it could not be restored whole
     */
    public void run(StoredDump dump, PostgresUrl url, RestoreOptions options) throws IOException, InterruptedException {
        DumpFormat format = dump.format();
        if (options.jobs() > 1 && format != DumpFormat.CUSTOM) {
            throw new InvalidInputException("Several jobs can restore the custom format only, and " + dump.name()
                    + " is " + format.id() + ": leave the number of jobs out.");
        }
        if (options.clean() && format == DumpFormat.PLAIN) {
            throw new InvalidInputException(
                    "A plain dump cannot drop what it finds: restore " + dump.name() + " into an empty database.");
        }
        Session session = new Session(Operation.RESTORE, machine, url, Journal.NONE, listener);
        session.run(() -> {
            restore(session, dump, url, options);
            return null;
        });
    }

    private void restore(Session session, StoredDump dump, PostgresUrl url, RestoreOptions options)
            throws IOException, InterruptedException {
        PostgresClient client = session.client();
        client.noteUnused(session.listener());
        Optional<TargetFacts> target = queryTarget(client, url, options, dump.format());
        if (!options.clean() && !options.force()) {
            mustBeEmpty(target, url);
        }
        Supplier<PipedPrograms<ReplayResult>> runs = () -> session.programs(Duration.ZERO);
        RestoreProgram program = dump.format() == DumpFormat.PLAIN
                ? new RestoreByPsql(client, dump, url, options, target.orElseThrow())
                : new RestoreByPgRestore(machine, client, dump, url, options, target, runs);
        try (PipedPrograms<ReplayResult> run = runs.get()) {
            program.prepare(run);
            restore(program, run, url, options);
        }
    }

    /** Queries the database. If there is no psql, an archive can be restored, to a database of which nothing is known. */
    private static Optional<TargetFacts> queryTarget(
            PostgresClient client, PostgresUrl url, RestoreOptions options, DumpFormat format)
            throws IOException, InterruptedException {
        try {
            return Optional.of(client.queryTarget(url));
        } catch (ProgramNotFoundException e) {
            if (format == DumpFormat.PLAIN || !options.clean() && !options.force()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static void mustBeEmpty(Optional<TargetFacts> target, PostgresUrl url) throws RestoreRefusedException {
        long relations = target.map(TargetFacts::relations).orElse(0L);
        if (relations > 0) {
            throw new RestoreRefusedException(
                    Remedy.CLEAN_OR_FORCE,
                    "The database " + url.display() + " has " + relations
                            + " tables and views already: restore into an empty one.");
        }
    }

    private static void restore(
            RestoreProgram program, PipedPrograms<ReplayResult> run, PostgresUrl url, RestoreOptions options)
            throws IOException, InterruptedException {
        try {
            program.restore(run);
        } catch (BackupException e) {
            throw ended(e, url, options);
        }
    }

    /** What a person has to know of a restore that failed after it had begun. */
    private static BackupException ended(BackupException e, PostgresUrl url, RestoreOptions options) {
        String sentence = e.getMessage();
        if (!options.singleTransaction()) {
            sentence += " The database " + url.display() + " may hold a part of the dump now"
                    + (options.clean() ? ", and lack a part of what it had" : "") + ": restore into a new one.";
        }
        if (e instanceof RestoreRefusedException refused) {
            return refused.saying(sentence);
        }
        if (e instanceof ProgramFailedException failed) {
            if (ProgramFailure.isRestriction(failed.lastLines())) {
                return new RestoreRefusedException(Remedy.TRUST, sentence, e);
            }
            if (options.singleTransaction() && ProgramFailure.isOfOneTransaction(failed.lastLines())) {
                return new RestoreRefusedException(Remedy.SEVERAL_TRANSACTIONS, sentence, e);
            }
        }
        return new BackupException(sentence, e);
    }
}
