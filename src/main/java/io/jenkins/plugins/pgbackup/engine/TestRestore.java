package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport.Check;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport.Result;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramFailedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.TemporaryFile;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.Operation;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.postgres.ProgramFailure;
import io.jenkins.plugins.pgbackup.engine.run.PipedPrograms;
import io.jenkins.plugins.pgbackup.engine.run.PostgresClient;
import io.jenkins.plugins.pgbackup.engine.run.PrivateServer;
import io.jenkins.plugins.pgbackup.engine.run.ReplayRun;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.RestoredContents;
import io.jenkins.plugins.pgbackup.engine.run.RestoredDatabase;
import io.jenkins.plugins.pgbackup.engine.run.RestoredDatabase.Finding;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.run.TemporaryDatabase;
import io.jenkins.plugins.pgbackup.engine.stream.ReplayResult;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Restores a stored dump into a database of its own, and says whether the dump is what it should be. */
public final class TestRestore {

    /** Nothing connects anywhere with what this URL's session has. */
    private static final PostgresUrl NO_DATABASE = PostgresUrl.parse("postgresql://");

    private static final String DIGEST = "digest";
    private static final String RESTORE = "restore";
    private static final String ROWS = "rows";
    private static final String EXTENSIONS = "extensions";
    private static final String INDEXES = "indexes and constraints";
    private static final String SEQUENCES = "sequences";
    private static final String AMCHECK = "pg_amcheck";

    private final Machine machine;
    private final Journal journal;
    private final BackupListener listener;
    private final Clock clock;

    /**
     * @param machine where {@code pg_restore} runs, and a private server
     * @param journal is told what there is to clean up
     */
    public TestRestore(Machine machine, Journal journal, BackupListener listener, Clock clock) {
        this.machine = machine;
        this.journal = journal;
        this.listener = listener;
        this.clock = clock;
    }

    /** A step of the test that looks at something. */
    @FunctionalInterface
    private interface Look {
        Finding at() throws IOException, InterruptedException;
    }

    /** An empty database, of which there can be another one. */
    private interface Place extends AutoCloseable {

        /** An empty database, in place of the one before. */
        PostgresUrl empty() throws IOException, InterruptedException;

        /** What roles were created for the dump. */
        List<String> roles() throws IOException, InterruptedException;

        /** How {@code pg_amcheck} is started. */
        String amcheck();

        @Override
        void close();
    }

    /**
     * Tests a dump.
     *
     * @return what was found, also if the dump could not be restored
     * @throws BackupException if there is nothing to restore it to
     */
    public RestoreTestReport run(StoredDump dump, RestoreTestRequest request) throws IOException, InterruptedException {
        PostgresUrl url = request.server().orElse(NO_DATABASE);
        Session session = new Session(Operation.RESTORE, machine, url, journal, listener);
        return DumpsInUse.whileReading(
                dump.uri(),
                () -> session.run(() -> {
                    try (Place place = request.server().isPresent()
                            ? new OnServer(session, url)
                            : privateServer(session, dump, request)) {
                        return new Run(session, dump, request, place).test();
                    }
                }));
    }

    private Place privateServer(Session session, StoredDump dump, RestoreTestRequest request)
            throws IOException, InterruptedException {
        PostgresClient client = session.client();
        warnOfLittleRoom(session, dump);
        PrivateServer server =
                PrivateServer.start(machine, session.directory(), client, leastMajor(dump, client), session.listener());
        session.listener()
                .onNotice("A private server, PostgreSQL " + server.version() + ", has its data in "
                        + session.directory() + " on " + machine.name() + ".");
        return new Private(server, request);
    }

    /** How large the database will be is not known: it has indexes, and may hold in a few bytes what is long as text. */
    private void warnOfLittleRoom(Session session, StoredDump dump) throws IOException, InterruptedException {
        long room = machine.call(TemporaryFile.room(session.directory().path("data")))
                .bytes();
        long bytes = dump.manifest().map(Manifest::rawBytes).orElse(0L);
        if (room < bytes) {
            session.warn("The data of the private server goes to " + session.directory() + ", where there is room for "
                    + room + " bytes, and the dump holds " + bytes
                    + ": if it does not suffice, choose another directory for temporary files, or name a server.");
        }
    }

    /** A server takes what was dumped from an older one, and knows what the newest of the programs set. */
    private static int leastMajor(StoredDump dump, PostgresClient client) throws IOException, InterruptedException {
        int least = 10;
        Optional<PostgresVersion> dumped = dump.serverVersion();
        if (dumped.isPresent()) {
            least = Math.max(least, dumped.get().major());
        }
        List<PostgresVersion> programs = new ArrayList<>();
        dump.clientVersion().ifPresent(programs::add);
        if (dump.format() != DumpFormat.PLAIN) {
            programs.add(client.versionOf("pg_restore"));
        }
        for (PostgresVersion program : programs) {
            if (program.hasTransactionTimeout()) {
                least = Math.max(least, PostgresVersion.FIRST_WITH_TRANSACTION_TIMEOUT);
            }
        }
        return least;
    }

    /** A database of a random name on the server of a URL. */
    private final class OnServer implements Place {

        private final Session session;
        private final PostgresUrl server;
        private TemporaryDatabase database;

        OnServer(Session session, PostgresUrl server) {
            this.session = session;
            this.server = server;
        }

        @Override
        public PostgresUrl empty() throws IOException, InterruptedException {
            close();
            database =
                    new TemporaryDatabase(machine, session.client(), session.directory(), server, session.listener());
            session.remember(Map.of(Restore.PENDING_DATABASE, database.name()));
            database.create();
            return database.url();
        }

        @Override
        public List<String> roles() {
            return List.of();
        }

        @Override
        public String amcheck() {
            return AMCHECK;
        }

        @Override
        public void close() {
            if (database != null) {
                database.close();
                database = null;
            }
        }
    }

    private record Private(PrivateServer server, RestoreTestRequest request) implements Place {

        @Override
        public PostgresUrl empty() throws IOException, InterruptedException {
            return server.createDatabase(request.trust(), request.amcheck() && server.hasAmcheck());
        }

        @Override
        public List<String> roles() throws IOException, InterruptedException {
            return server.createdRoles();
        }

        @Override
        public String amcheck() {
            return server.path(AMCHECK);
        }

        @Override
        public void close() {
            server.close();
        }
    }

    /** One test. */
    private final class Run {

        private final Session session;
        private final StoredDump dump;
        private final RestoreTestRequest request;
        private final Place place;
        private final Instant start = clock.instant();
        private final List<Check> checks = new ArrayList<>();

        /** Removes the secrets of both sessions: what a program said last is in the sentence of a check. */
        private UnaryOperator<String> masked = UnaryOperator.identity();

        private PostgresUrl database;

        Run(Session session, StoredDump dump, RestoreTestRequest request, Place place) {
            this.session = session;
            this.dump = dump;
            this.request = request;
            this.place = place;
        }

        RestoreTestReport test() throws IOException, InterruptedException {
            String program = dump.format() == DumpFormat.PLAIN ? "psql" : "pg_restore";
            String restoredBy = program + " " + session.client().versionOf(program);
            database = place.empty();
            // With the password of the database's owner, which is not that of the server's superuser.
            Session checking = session.inside(Operation.RESTORE, database);
            masked = checking::masked;
            PostgresVersion target =
                    checking.run(() -> checking.client().queryTarget(database)).version();
            Instant restoring = clock.instant();
            Optional<BackupException> failure = Optional.empty();
            try {
                restore();
            } catch (BackupException e) {
                if (machine.isLost()) {
                    throw e;
                }
                failure = Optional.of(e);
            }
            Check restore = made(
                    RESTORE,
                    failure.isPresent()
                            ? Finding.failed(explained(failure.get()))
                            : Finding.passed("Restored by " + restoredBy + " without an error."),
                    restoring);
            boolean unchanged = checkDigest(failure.isPresent());
            checks.add(restore);
            if (failure.isPresent()) {
                skipTheRest(failure.get());
            } else {
                checkDatabase();
            }
            Instant end = clock.instant();
            Optional<Manifest> manifest = dump.manifest();
            return new RestoreTestReport(
                    dump.uri(),
                    manifest.map(Manifest::database).orElse(null),
                    manifest.filter(m -> unchanged).map(Manifest::sha256).orElse(null),
                    manifest.map(Manifest::serverVersion).orElse(null),
                    manifest.map(Manifest::clientVersion).orElse(null),
                    request.server().map(PostgresUrl::displayHost).orElse("private server on " + machine.name()),
                    target.toString(),
                    restoredBy,
                    start.toString(),
                    end.toString(),
                    Duration.between(start, end).toMillis(),
                    failure.isEmpty(),
                    failure.filter(this::needsTrust).isPresent(),
                    place.roles(),
                    checks);
        }

        /** In one transaction, unless the dump cannot be. */
        private void restore() throws IOException, InterruptedException {
            try {
                restore(true);
            } catch (RestoreRefusedException e) {
                if (e.remedy() != Remedy.SEVERAL_TRANSACTIONS) {
                    throw e;
                }
                session.listener().onNotice(e.getMessage() + " It is restored again, not in a single transaction.");
                database = place.empty();
                restore(false);
            }
        }

        private void restore(boolean singleTransaction) throws IOException, InterruptedException {
            RestoreOptions options =
                    new RestoreOptions(false, 1, singleTransaction, true, request.trust(), RestoredContents.ALL);
            new Restore(new RestoreRequest(database, RestoreTarget.EMPTY, options, List.of()), dump, session, clock)
                    .run();
        }

        private String explained(BackupException failure) {
            return isMissingRight(failure)
                    ? failure.getMessage()
                            + " (A dump that is not trusted is restored without the rights of a superuser.)"
                    : failure.getMessage();
        }

        private boolean isMissingRight(BackupException failure) {
            return request.server().isEmpty()
                    && !request.trust()
                    && lastLines(failure).filter(ProgramFailure::isMissingRight).isPresent();
        }

        private boolean needsTrust(BackupException failure) {
            return isMissingRight(failure)
                    || failure instanceof RestoreRefusedException refused && refused.remedy() == Remedy.TRUST;
        }

        /**
         * The restore has compared the digest if it came to its end; else all bytes are read, as a dump that was changed fails
         * in any way.
         *
         * @return whether the stored bytes are those that were made
         */
        private boolean checkDigest(boolean failed) throws IOException, InterruptedException {
            return check(DIGEST, () -> {
                        if (dump.manifest().isEmpty()) {
                            return Finding.skipped(
                                    "No manifest lies beside the dump, so nothing tells whether its bytes"
                                            + " are those that were stored.");
                        }
                        if (failed) {
                            try (PipedPrograms<ReplayResult> run = session.programs(Duration.ZERO)) {
                                dump.mustBeUnchanged(new ReplayRun(dump, run).read());
                            } catch (BackupException e) {
                                return Finding.failed(e.getMessage());
                            }
                        }
                        return Finding.passed("Size and SHA-256 are those of the manifest.");
                    })
                    == Result.PASSED;
        }

        private void checkDatabase() throws IOException, InterruptedException {
            Session checking = session.inside(Operation.RESTORE, database);
            checking.run(() -> {
                RestoredDatabase restored = new RestoredDatabase(checking.client(), checking.directory(), database);
                check(ROWS, () -> restored.rows(dump.manifest()));
                check(EXTENSIONS, () -> restored.extensions(dump.manifest()));
                check(INDEXES, restored::indexesAndConstraints);
                check(SEQUENCES, restored::sequences);
                if (request.amcheck()) {
                    check(
                            AMCHECK,
                            () -> restored.amcheck(
                                    place.amcheck(), request.server().isPresent()));
                }
                for (String sql : request.checks()) {
                    check(sql, () -> restored.own(sql));
                }
                return null;
            });
        }

        private void skipTheRest(BackupException failure) throws IOException, InterruptedException {
            Finding skipped = Finding.skipped("The dump was not restored.");
            check(ROWS, () -> skipped);
            check(EXTENSIONS, () -> {
                List<String> missing = missingExtensions();
                if (!missing.isEmpty()) {
                    return Finding.failed("The server does not have the extensions " + String.join(", ", missing)
                            + ": install their packages there, for its version.");
                }
                return lastLines(failure)
                                .filter(ProgramFailure::isMissingExtension)
                                .isPresent()
                        ? Finding.failed(failure.getMessage())
                        : skipped;
            });
            check(INDEXES, () -> skipped);
            check(SEQUENCES, () -> skipped);
            if (request.amcheck()) {
                check(AMCHECK, () -> skipped);
            }
            for (String sql : request.checks()) {
                check(sql, () -> skipped);
            }
        }

        private List<String> missingExtensions() throws IOException, InterruptedException {
            Session looking = session.inside(Operation.RESTORE, database);
            return looking.run(() -> new RestoredDatabase(looking.client(), looking.directory(), database)
                    .missingExtensions(dump.manifest()));
        }

        private Result check(String name, Look look) throws IOException, InterruptedException {
            Instant before = clock.instant();
            Finding found;
            try {
                found = look.at();
            } catch (BackupException e) {
                if (machine.isLost()) {
                    throw e;
                }
                found = Finding.failed(e.getMessage());
            }
            checks.add(made(name, found, before));
            return found.result();
        }

        private Check made(String name, Finding found, Instant before) {
            return new Check(
                    name,
                    found.result(),
                    masked.apply(found.sentence()),
                    Duration.between(before, clock.instant()).toMillis());
        }

        /** What the program that failed said last. */
        private static Optional<List<String>> lastLines(Throwable failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof ProgramFailedException program) {
                    return Optional.of(program.lastLines());
                }
            }
            return Optional.empty();
        }
    }
}
