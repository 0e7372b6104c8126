package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreCommandLine;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.Uninterruptibly;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpEncoding;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFileName;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.NameFacts;
import io.jenkins.plugins.pgbackup.engine.postgres.Operation;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.postgres.ServerFacts;
import io.jenkins.plugins.pgbackup.engine.proof.Proof;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.run.DumpRun;
import io.jenkins.plugins.pgbackup.engine.run.EncodingChoice;
import io.jenkins.plugins.pgbackup.engine.run.PgRestore;
import io.jenkins.plugins.pgbackup.engine.run.PipedPrograms;
import io.jenkins.plugins.pgbackup.engine.run.PostgresClient;
import io.jenkins.plugins.pgbackup.engine.run.ProofChoice;
import io.jenkins.plugins.pgbackup.engine.run.SelectionCheck;
import io.jenkins.plugins.pgbackup.engine.store.CommitReport;
import io.jenkins.plugins.pgbackup.engine.store.ExpectedContent;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.stream.PumpResult;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One backup, from the question to the manifest.
 *
 * <p>What the machine has and what the server holds is queried; a place for the dump is opened that is not visible;
 * {@code pg_dump} runs and its bytes go by; when all of it ended well the dump gets its name and its manifest. In every other
 * ending it is withdrawn.
 */
public final class Backup {

    /** How long libpq waits for a server to answer, where the URL does not say. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    /** What an uncompressed dump may outgrow its database by: {@code bytea} doubles as text, compressed rows unfold. */
    private static final int UNCOMPRESSED_GROWTH = 3;

    private final BackupRequest request;
    private final Machine machine;
    private final Store store;
    private final Session session;
    private final BackupListener listener;
    private final Clock clock;

    /**
     * @param machine where {@code pg_dump} runs
     * @param store where the dump goes
     * @param journal is told what there is to clean up, before there is any of it
     * @param listener is told what happens
     * @param clock tells when it starts and ends
     */
    public Backup(
            BackupRequest request,
            Machine machine,
            Store store,
            Journal journal,
            BackupListener listener,
            Clock clock) {
        this.request = request;
        this.machine = machine;
        this.store = store;
        this.clock = clock;
        this.session = new Session(Operation.BACKUP, machine, request.url(), journal, listener);
        this.listener = session.listener();
    }

    /**
     * Makes it, once.
     *
     * @return what was made
     * @throws BackupException with a sentence for people if it could not be made; nothing of it can be seen then, and what
     *     is left of it stands in the journal
     * @throws InterruptedException if it was stopped; as before
     */
    public Manifest run() throws IOException, InterruptedException {
        if (request.verification() == Verification.REREAD) {
            store.requireReadable();
        }
        return session.run(this::make);
    }

    private Manifest make() throws IOException, InterruptedException {
        Instant started = clock.instant();
        PostgresClient client = session.client();
        client.noteUnused(listener);
        PostgresVersion pgDump = client.versionOf("pg_dump");
        PostgresUrl url =
                request.url().withDefaultParameter("connect_timeout", String.valueOf(CONNECT_TIMEOUT.toSeconds()));
        Optional<ServerFacts> facts = queryServer(client, url);
        if (facts.isPresent() && !pgDump.canDump(facts.get().version())) {
            throw new BackupException("pg_dump " + pgDump + " on " + machine.name() + " cannot dump PostgreSQL "
                    + facts.get().version() + ": install the PostgreSQL client of version "
                    + facts.get().version().major() + " or newer there.");
        }
        SelectionCheck.Result names = new SelectionCheck(machine, client).of(request.options(), pgDump, url, facts);
        Optional<String> givenName = store.givenFileName();
        DumpEncoding encoding = new EncodingChoice(machine, listener).of(request.options(), pgDump, givenName);
        String database =
                url.databaseName().or(() -> facts.map(ServerFacts::database)).orElse("database");
        String name = givenName.orElseGet(() -> name(database, encoding));
        List<String> warnings = new ArrayList<>(names.warnings());
        newerClient(facts, pgDump, encoding).ifPresent(warnings::add);
        warnings.forEach(session::warn);
        listener.onStart(store.announce(name), source(url, database, facts, pgDump));

        PendingBackup pending =
                Uninterruptibly.call(() -> store.open(name, expectedBytes(facts, encoding)), PendingBackup::withdraw);
        try {
            session.remember(pending.leftover());
            Made made = dump(url, pgDump, names.names(), encoding, pending);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            CommitReport atRest = pending.commit(written(made.pumped()));
            Manifest manifest =
                    manifest(name, database, url, facts, pgDump, encoding, pending, made, atRest, started, warnings);
            describe(name, manifest);
            return manifest;
        } catch (IOException | InterruptedException | RuntimeException e) {
            withdraw(pending, e);
            throw e;
        }
    }

    /** Of a plain dump the statement that an older server does not know is left out when it is restored. */
    private Optional<String> newerClient(Optional<ServerFacts> facts, PostgresVersion pgDump, DumpEncoding encoding) {
        return facts.map(ServerFacts::version)
                .filter(server -> encoding.format() != DumpFormat.PLAIN && !pgDump.canRestoreTo(server))
                .map(server -> "pg_dump " + pgDump + " is newer than the server, PostgreSQL " + server
                        + ", and its dump can be restored to PostgreSQL 17 or newer alone: install the PostgreSQL client "
                        + server.majorsThatRestoreHere() + " on " + machine.name() + ", or choose the plain format.");
    }

    /** Reading it all back takes a while, in which nothing else is heard. */
    private ExpectedContent written(PumpResult pumped) {
        boolean reread = request.verification() == Verification.REREAD;
        if (reread) {
            listener.onNotice("Reading the dump back from where it is stored.");
        }
        return new ExpectedContent(pumped.receipt(), pumped.sha256(), reread);
    }

    /** Writes the manifest. The dump has its name by now, and is no worse without. */
    private void describe(String name, Manifest manifest) throws InterruptedException {
        try {
            Uninterruptibly.call(
                    () -> {
                        store.writeBeside(Manifest.nameFor(name), manifest.toJson());
                        return true;
                    },
                    written -> {});
        } catch (IOException e) {
            listener.onNotice("WARNING: the manifest could not be written beside " + manifest.uri() + ": "
                    + UnforeseenFailure.explain(e) + ".");
        }
    }

    private Optional<ServerFacts> queryServer(PostgresClient client, PostgresUrl url)
            throws IOException, InterruptedException {
        try {
            return Optional.of(client.queryServer(url));
        } catch (ProgramNotFoundException e) {
            listener.onNotice(e.reason() + ": the size of the database and the server's version stay unknown.");
            return Optional.empty();
        }
    }

    private String name(String database, DumpEncoding encoding) {
        Map<String, String> variables = new HashMap<>(request.variables());
        variables.put("database", database);
        variables.put("timestamp", DumpFileName.timestamp(request.timestamp()));
        return DumpFileName.render(request.fileNameTemplate(), variables, encoding.suffix());
    }

    private static String source(
            PostgresUrl url, String database, Optional<ServerFacts> facts, PostgresVersion pgDump) {
        return "database " + database + " on " + url.displayHost()
                + facts.map(f -> ", PostgreSQL " + f.version()).orElse("") + ", pg_dump " + pgDump;
    }

    private static long expectedBytes(Optional<ServerFacts> facts, DumpEncoding encoding) {
        return facts.map(f -> f.databaseBytes() * (encoding.isCompressed() ? 1 : UNCOMPRESSED_GROWTH))
                .orElse(-1L);
    }

    /** What the run made, and what it proves. */
    private record Made(PumpResult pumped, Proof proof) {}

    private Made dump(
            PostgresUrl url, PostgresVersion pgDump, NameFacts names, DumpEncoding encoding, PendingBackup pending)
            throws IOException, InterruptedException {
        Proof proof = new ProofChoice(machine, session.client(), listener)
                .of(request.verification(), encoding.format(), pgDump);
        boolean read = proof.proven() && encoding.format() != DumpFormat.PLAIN;
        try (PipedPrograms<PumpResult> programs = session.programs(request.stallTimeout())) {
            PumpResult pumped = new DumpRun(machine, listener, programs)
                    .run(
                            file -> request.options().arguments(encoding, pgDump, url, names, file),
                            read ? file -> PgRestore.readAll(encoding.format(), file) : null,
                            encoding,
                            pending.target());
            return new Made(pumped, proof);
        } catch (BackupException e) {
            throw new BackupException(request.options().withPatternsAsWritten(e.getMessage(), names), e);
        }
    }

    private Manifest manifest(
            String name,
            String database,
            PostgresUrl url,
            Optional<ServerFacts> facts,
            PostgresVersion pgDump,
            DumpEncoding encoding,
            PendingBackup pending,
            Made made,
            CommitReport atRest,
            Instant started,
            List<String> warnings) {
        Instant ended = clock.instant();
        DumpContents contents = made.pumped().contents();
        return new Manifest(
                atRest.uri(),
                name,
                store.driver(),
                database,
                url.displayHost(),
                facts.map(f -> f.version().toString()).orElse(null),
                pgDump.toString(),
                encoding.format().id(),
                encoding.describe(),
                made.pumped().rawBytes(),
                made.pumped().receipt().sizeBytes(),
                made.pumped().sha256(),
                pending.partSize(),
                atRest.versionId(),
                started.toString(),
                ended.toString(),
                Duration.between(started, ended).toMillis(),
                made.proof(),
                atRest.sizeCompared(),
                atRest.checksumCompared(),
                atRest.reread(),
                request.origin(),
                RestoreCommandLine.of(
                        store.readCommand(name),
                        encoding,
                        request.options().createsPublicSchema(),
                        facts.map(f -> pgDump.canRestoreTo(f.version())).orElse(true)),
                warnings,
                Optional.ofNullable(contents.gap())
                        .map(DumpContents.Gap::reason)
                        .orElse(null),
                contents.known().map(DumpContents::tables).orElse(null),
                contents.known().map(DumpContents::extensions).orElse(null),
                request.options().selection(),
                null);
    }

    private void withdraw(PendingBackup pending, Exception reason) {
        try {
            Uninterruptibly.cleanUp(pending::withdraw);
        } catch (IOException | InterruptedException | RuntimeException e) {
            session.couldNotCleanUp(
                    e instanceof BackupException
                            ? e.getMessage()
                            : "The unfinished dump could not be removed: " + UnforeseenFailure.explain(e) + ".",
                    e,
                    reason);
        }
    }
}
