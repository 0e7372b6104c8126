package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramFailedException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.Uninterruptibly;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFileName;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;
import io.jenkins.plugins.pgbackup.engine.postgres.Operation;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.ProgramFailure;
import io.jenkins.plugins.pgbackup.engine.postgres.SqlText;
import io.jenkins.plugins.pgbackup.engine.postgres.TargetFacts;
import io.jenkins.plugins.pgbackup.engine.run.NewDatabase;
import io.jenkins.plugins.pgbackup.engine.run.PipedPrograms;
import io.jenkins.plugins.pgbackup.engine.run.PostgresClient;
import io.jenkins.plugins.pgbackup.engine.run.RestoreByPgRestore;
import io.jenkins.plugins.pgbackup.engine.run.RestoreByPsql;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.RestoreProgram;
import io.jenkins.plugins.pgbackup.engine.run.Script;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.stream.ReplayResult;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * One restore of a stored dump to a database.
 *
 * <p>What the target has is queried first. A database that the restore makes is dropped again where it fails, and takes the name of
 * another one only when all is done.
 */
public final class Restore {

    /** What {@link Leftovers#pending} calls a database that the restore makes. */
    static final String PENDING_DATABASE = "database";

    /** Likewise the database whose name that one has taken, or is about to take, under its new name. */
    private static final String PENDING_REPLACED = "replaced";

    /** Of a database that is to take another name when it is complete. */
    private static final String PREFIX = "pgbackup_restore_";

    private static final Pattern RANDOM_NAME = Pattern.compile("pgbackup_(?:restore_[0-9a-f]{12}|test_[0-9a-f]{32})");

    private static final String REPLACED = "_before_";

    /** As {@code createdb} does it: in these, statements about other databases are run. */
    private static final List<String> MAINTENANCE_DATABASES = List.of("postgres", "template1");

    private final Machine machine;
    private final RestoreRequest request;
    private final StoredDump dump;
    private final Clock clock;
    private final String id;
    private final PostgresUrl url;
    private final PostgresUrl filled;
    private final Session session;
    private final BackupListener listener;
    private final List<String> warnings = new ArrayList<>();

    /**
     * @param machine where {@code pg_restore} runs
     * @param journal is told what there is to clean up, before there is any of it
     * @param listener is told what happens
     * @param clock tells when it starts and ends
     */
    public Restore(
            RestoreRequest request,
            StoredDump dump,
            Machine machine,
            Journal journal,
            BackupListener listener,
            Clock clock) {
        this(
                request,
                dump,
                machine,
                clock,
                (url, databases) -> new Session(Operation.RESTORE, machine, url, journal, listener, databases));
    }

    /** A restore as a part of another story. */
    Restore(RestoreRequest request, StoredDump dump, Session outer, Clock clock) {
        this(
                request,
                dump,
                outer.machine(),
                clock,
                (url, databases) -> outer.inside(Operation.RESTORE, url, databases));
    }

    private Restore(
            RestoreRequest request,
            StoredDump dump,
            Machine machine,
            Clock clock,
            BiFunction<PostgresUrl, String[], Session> sessions) {
        this.request = request;
        this.dump = dump;
        this.machine = machine;
        this.clock = clock;
        this.id = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        this.url = request.url()
                .withApplicationName(
                        SqlText.name(request.url().applicationName().orElse("pgbackup"), " " + id));
        this.filled = request.target().isMade() ? url.withDatabase(PREFIX + id) : url;
        this.session = sessions.apply(url, otherDatabases());
        this.listener = session.listener();
    }

    private String[] otherDatabases() {
        List<String> others = new ArrayList<>();
        if (request.target().isMade()) {
            others.addAll(MAINTENANCE_DATABASES);
            filled.databaseName().ifPresent(others::add);
        }
        return others.toArray(String[]::new);
    }

    /**
     * Drops what a restore has made that could not do so itself, because its process or its machine was lost.
     *
     * @param machine with PostgreSQL's programs
     * @param url that the restore was to fill
     * @param pending that it noted
     * @return the database's name; empty if there is none any more
     */
    public static Optional<String> withdraw(
            Machine machine, PostgresUrl url, Map<String, String> pending, BackupListener listener)
            throws IOException, InterruptedException {
        String database = pending.getOrDefault(PENDING_DATABASE, "");
        String replaced = pending.getOrDefault(PENDING_REPLACED, "");
        Session session = new Session(
                Operation.RESTORE, machine, url, Journal.NONE, listener, MAINTENANCE_DATABASES.toArray(String[]::new));
        return session.run(() -> {
            NewDatabase made = session.newDatabase(maintenance(session, url), database);
            if (RANDOM_NAME.matcher(database).matches() && made.exists(database)) {
                made.drop();
                return Optional.of(database);
            }
            // Only where the new one has its name, so that one of the two is there in any case.
            if (replaced.contains(REPLACED)
                    && made.exists(replaced)
                    && made.exists(url.databaseName().orElseThrow())) {
                made.dropReplaced(replaced);
                return Optional.of(replaced);
            }
            return Optional.empty();
        });
    }

    /**
     * Restores the dump, once.
     *
     * @throws RestoreRefusedException if it was not restored, or not whole, and a person may want that otherwise
     * @throws BackupException if it could not be restored whole
     * @throws InterruptedException if it was stopped; no session of it is left on the server then, and no database that it made
     */
    public RestoreReport run() throws IOException, InterruptedException {
        request.options().check(dump.format(), dump.name());
        return DumpsInUse.whileReading(dump.uri(), () -> session.run(this::restore));
    }

    private RestoreReport restore() throws IOException, InterruptedException {
        Instant started = clock.instant();
        session.client().noteUnused(listener);
        if (dump.manifest().isEmpty()) {
            warn("No manifest lies beside " + dump.uri()
                    + ", so nothing tells whether its bytes are those that were stored.");
        }
        Optional<String> kept = Optional.empty();
        OptionalLong tables;
        if (request.target().isMade()) {
            mustBeReplaceable();
            NewDatabase made = session.newDatabase(
                    maintenance(session, url), filled.databaseName().orElseThrow());
            boolean replaces = exists(made);
            try {
                create(made, replaces);
                tables = fill();
                kept = name(made, replaces);
            } catch (IOException | InterruptedException | RuntimeException e) {
                drop(made, e);
                throw e;
            }
        } else {
            tables = fill();
        }
        return new RestoreReport(
                dump.uri(),
                url.databaseName().orElse(""),
                url.displayHost(),
                tables,
                rows(),
                kept,
                Duration.between(started, clock.instant()).toMillis(),
                warnings);
    }

    /** All that were dumped, as nothing of it was left out and nothing failed. */
    private OptionalLong rows() {
        RestoreOptions options = request.options();
        List<DumpedTable> dumped = dump.manifest().map(Manifest::tables).orElse(null);
        if (dumped == null
                || options.contents().isSelection()
                || !options.exitOnError()
                || dumped.stream().anyMatch(table -> table.rows() == null)) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(dumped.stream().mapToLong(DumpedTable::rows).sum());
    }

    private void mustBeReplaceable() throws BackupException {
        String wanted = url.databaseName().orElseThrow();
        if (request.target().isReplaced() && MAINTENANCE_DATABASES.contains(wanted)) {
            throw new BackupException("The database " + wanted
                    + " cannot be replaced, as the server's own tools use it:" + " restore to another one.");
        }
    }

    private static PostgresUrl maintenance(Session session, PostgresUrl url) throws IOException, InterruptedException {
        BackupException failure = null;
        for (String database : MAINTENANCE_DATABASES) {
            PostgresUrl candidate = url.withDatabase(database);
            try {
                session.client().queryTarget(candidate);
                return candidate;
            } catch (ProgramFailedException e) {
                failure = failure == null ? e : failure;
            }
        }
        throw failure;
    }

    /** @return whether there is a database that it replaces */
    private boolean exists(NewDatabase made) throws IOException, InterruptedException {
        boolean exists = made.exists(url.databaseName().orElseThrow());
        if (exists && request.target() == RestoreTarget.NEW) {
            throw new RestoreRefusedException(
                    Remedy.REPLACE,
                    "There is a database " + request.url().display() + " already: name one that there is not.");
        }
        return exists;
    }

    private void create(NewDatabase made, boolean replaces) throws IOException, InterruptedException {
        session.remember(Map.of(PENDING_DATABASE, filled.databaseName().orElseThrow()));
        Uninterruptibly.call(machine, () -> {
            if (replaces) {
                made.createLike(url.databaseName().orElseThrow());
            } else {
                made.create();
            }
            return true;
        });
    }

    /**
     * Gives it its name. Once it has that, the database that it has replaced is dropped, be the restore stopped or not.
     *
     * @return the name under which the database that was there is kept
     */
    private Optional<String> name(NewDatabase made, boolean replaces) throws IOException, InterruptedException {
        String wanted = url.databaseName().orElseThrow();
        String kept = SqlText.name(wanted, REPLACED + DumpFileName.timestamp(clock.instant()));
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (!replaces) {
            Uninterruptibly.call(machine, () -> {
                made.takeName(wanted);
                return true;
            });
            return Optional.empty();
        }
        boolean dropped = request.target() == RestoreTarget.REPLACED;
        if (dropped) {
            session.remember(Map.of(PENDING_DATABASE, filled.databaseName().orElseThrow(), PENDING_REPLACED, kept));
        }
        return Uninterruptibly.call(machine, () -> {
            made.takeNameOf(wanted, kept);
            return dropped && dropReplaced(made, kept) ? Optional.<String>empty() : Optional.of(kept);
        });
    }

    private void drop(NewDatabase made, Exception reason) {
        try {
            Uninterruptibly.cleanUp(machine, made::drop);
        } catch (IOException | InterruptedException | RuntimeException e) {
            session.couldNotCleanUp(
                    "The database " + filled.databaseName().orElseThrow()
                            + " that the restore made could not be dropped: " + UnforeseenFailure.explain(e) + ".",
                    e,
                    reason);
        }
    }

    private boolean dropReplaced(NewDatabase made, String kept) throws InterruptedException {
        try {
            made.dropReplaced(kept);
            return true;
        } catch (IOException e) {
            warn("The database that was replaced could not be dropped, and is " + kept + " now: " + e.getMessage());
            return false;
        }
    }

    private void warn(String sentence) {
        warnings.add(session.masked(sentence));
        session.warn(sentence);
    }

    /** @return how many tables there are then */
    private OptionalLong fill() throws IOException, InterruptedException {
        PostgresClient client = session.client();
        Optional<TargetFacts> target = query(client);
        if (request.needsEmptyDatabase()) {
            mustBeEmpty(target);
        }
        olderServer(target).ifPresent(this::warn);
        Supplier<PipedPrograms<ReplayResult>> runs = () -> session.programs(Duration.ZERO);
        RestoreProgram program = dump.format() == DumpFormat.PLAIN
                ? new RestoreByPsql(client, dump, filled, request.options(), target.orElseThrow())
                : new RestoreByPgRestore(
                        machine, client, dump, filled, request.options(), target, runs, listener::onNotice, this::warn);
        try (PipedPrograms<ReplayResult> run = runs.get()) {
            program.prepare(run);
            try {
                program.restore(run);
            } catch (BackupException e) {
                throw ended(e);
            }
            for (String script : request.scripts()) {
                run(new Script(script, filled), runs.get());
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            endSessions(e);
            throw e;
        }
        return target.isPresent() ? OptionalLong.of(client.queryTarget(filled).tables()) : OptionalLong.empty();
    }

    private void run(Script script, PipedPrograms<ReplayResult> programs) throws IOException, InterruptedException {
        listener.onNotice("Running " + script.file() + " in the restored database.");
        try (programs) {
            script.run(programs);
        } catch (BackupException e) {
            throw new BackupException(
                    script.file() + " failed in the restored database: " + e.getMessage()
                            + (request.target().isMade()
                                    ? ""
                                    : " The database " + request.url().display()
                                            + " holds the dump now, without what that file was to do."),
                    e);
        }
    }

    /** The server goes on with a statement for as long as it does not look for its client. */
    private void endSessions(Exception reason) {
        if (machine.isLost()) {
            return;
        }
        try {
            Uninterruptibly.cleanUp(machine, () -> session.client().endSessions(filled, id));
        } catch (IOException | InterruptedException | RuntimeException e) {
            // What keeps them from being ended is mostly the reason why the restore has failed.
            reason.addSuppressed(e);
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Optional<String> olderServer(Optional<TargetFacts> target) {
        return target.map(TargetFacts::version)
                .filter(server -> dump.serverVersion().isPresent()
                        && server.major() < dump.serverVersion().get().major())
                .map(server ->
                        "The dump is of PostgreSQL " + dump.serverVersion().get() + ", and " + url.displayHost()
                                + " is older, PostgreSQL " + server
                                + ": what that does not know cannot be restored.");
    }

    /** Queries the database. If there is no psql, an archive can be restored, to a database of which nothing is known. */
    private Optional<TargetFacts> query(PostgresClient client) throws IOException, InterruptedException {
        try {
            return Optional.of(client.queryTarget(filled));
        } catch (ProgramNotFoundException e) {
            if (dump.format() == DumpFormat.PLAIN || request.needsEmptyDatabase()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private void mustBeEmpty(Optional<TargetFacts> target) throws RestoreRefusedException {
        long relations = target.map(TargetFacts::relations).orElse(0L);
        if (relations > 0) {
            throw new RestoreRefusedException(
                    Remedy.CLEAN_OR_FORCE,
                    "The database " + request.url().display() + " has " + relations
                            + " tables and views already: restore into an empty one.");
        }
    }

    /** What a person has to know of a restore that failed after it had begun. */
    private BackupException ended(BackupException e) {
        RestoreOptions options = request.options();
        String sentence = e.getMessage();
        if (!options.singleTransaction() && !request.target().isMade()) {
            sentence += " The database " + request.url().display() + " may hold a part of the dump now"
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
