package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramFailedException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.TemporaryFile;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.postgres.TargetFacts;
import io.jenkins.plugins.pgbackup.engine.stream.ArchiveList;
import io.jenkins.plugins.pgbackup.engine.stream.ReplayResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Restores an archive: a dump in the custom or tar format. */
public final class RestoreByPgRestore implements RestoreProgram {

    private static final Pattern IGNORED = Pattern.compile("(errors ignored on restore: \\d+)");

    private final Machine machine;
    private final PostgresClient client;
    private final StoredDump dump;
    private final PostgresUrl url;
    private final RestoreOptions options;
    private final Optional<TargetFacts> target;
    private final Supplier<PipedPrograms<ReplayResult>> otherRun;
    private final Consumer<String> notice;
    private final Consumer<String> warning;

    /** The archive as a file, or {@code null} if it is read from a FIFO. */
    private String file;

    /** What is restored of it, or {@code null} for all. */
    private String list;

    /**
     * @param target what the database says about itself, or empty if it could not be queried
     * @param otherRun makes another run of programs on the machine
     * @param notice is told what a person may want to know
     * @param warning is told what a person has to know though the restore goes well
     */
    public RestoreByPgRestore(
            Machine machine,
            PostgresClient client,
            StoredDump dump,
            PostgresUrl url,
            RestoreOptions options,
            Optional<TargetFacts> target,
            Supplier<PipedPrograms<ReplayResult>> otherRun,
            Consumer<String> notice,
            Consumer<String> warning) {
        this.machine = machine;
        this.client = client;
        this.dump = dump;
        this.url = url;
        this.options = options;
        this.target = target;
        this.otherRun = otherRun;
        this.notice = notice;
        this.warning = warning;
    }

    @Override
    public void prepare(PipedPrograms<ReplayResult> run) throws IOException, InterruptedException {
        Optional<PostgresVersion> server = target.map(TargetFacts::version);
        if (server.isPresent()) {
            mustBeTakenBy(server.get());
        }
        PostgresVersion pgRestore = client.versionOf("pg_restore");
        mustRead(pgRestore);
        if (server.isPresent()) {
            mustBeKnownTo(server.get(), pgRestore);
        }
        String head = run.path("head");
        boolean piped = options.jobs() == 1 && run.makeFifos(List.of(head));
        if (!piped) {
            file = run.path("dump");
            mustHaveRoom();
            dump.mustBeUnchanged(new ReplayRun(dump, run).fetch(file));
        }
        if (target.map(TargetFacts::publicSchema).orElse(true)) {
            list = listWithoutCreationOfPublicSchema(piped ? head : file, run);
        }
    }

    private void mustHaveRoom() throws IOException, InterruptedException {
        Optional<Long> size = dump.manifest().map(Manifest::rawBytes);
        long room = machine.call(TemporaryFile.room(file)).bytes();
        if (size.isPresent() && size.get() > room) {
            throw new BackupException("The temporary file " + file + " of the dump would take " + size.get()
                    + " bytes, and there is room for " + room
                    + ": restore over one connection, which needs no such file, or choose another directory for temporary"
                    + " files.");
        }
        notice.accept("The dump is fetched to the temporary file " + file + " first"
                + size.map(bytes -> ": it takes " + bytes + " bytes of " + room + " that are free there.")
                        .orElse("."));
    }

    /** @return the path of the list of what is restored, or {@code null} for all of the archive */
    private String listWithoutCreationOfPublicSchema(String archive, PipedPrograms<ReplayResult> run)
            throws IOException, InterruptedException {
        String all = run.path("list");
        look(archive, PgRestore.list(dump.format(), archive, all));
        String ofSchema = run.path("list-of-schema");
        if (!machine.call(ArchiveList.ofPublicSchema(all, ofSchema))) {
            return null;
        }
        String script = run.path("script-of-schema");
        look(archive, PgRestore.script(dump.format(), archive, ofSchema, script));
        String kept = run.path("use-list");
        return machine.call(ArchiveList.withoutCreationOfPublicSchema(all, script, kept)) ? kept : null;
    }

    /** What the dump itself sets at the beginning an older server does not know. */
    private void mustBeTakenBy(PostgresVersion server) throws BackupException {
        Optional<PostgresVersion> pgDump = dump.clientVersion();
        if (pgDump.isPresent() && !pgDump.get().canRestoreTo(server)) {
            throw new BackupException(dump.uri() + " was made by pg_dump " + pgDump.get()
                    + ", and what it makes goes to PostgreSQL 17 or newer alone, but "
                    + url.display() + " is PostgreSQL " + server
                    + ": restore to a newer server, or make a plain dump, or one with pg_dump "
                    + server.majorsThatRestoreHere() + ".");
        }
    }

    private void mustRead(PostgresVersion pgRestore) throws BackupException {
        Optional<PostgresVersion> pgDump = dump.clientVersion();
        if (pgDump.isPresent() && !pgRestore.canRead(pgDump.get())) {
            throw new BackupException("pg_restore " + pgRestore + " on " + machine.name() + " cannot read " + dump.uri()
                    + ", which pg_dump " + pgDump.get() + " made: install the PostgreSQL client of version "
                    + pgDump.get().major() + " or newer there.");
        }
    }

    /** What it sets at the beginning an older server does not know. */
    private void mustBeKnownTo(PostgresVersion server, PostgresVersion pgRestore) throws BackupException {
        if (!pgRestore.canRestoreTo(server)) {
            throw new BackupException("pg_restore " + pgRestore + " on " + machine.name() + " sets transaction_timeout,"
                    + " which PostgreSQL " + server + " of " + url.display()
                    + " does not know: use pg_restore " + server.majorsThatRestoreHere()
                    + ", or restore to PostgreSQL 17 or newer.");
        }
    }

    /** Runs {@code pg_restore} on the head of the archive. */
    private void look(String archive, List<String> arguments) throws IOException, InterruptedException {
        try (PipedPrograms<ReplayResult> listing = otherRun.get()) {
            if (file == null) {
                new ReplayRun(dump, listing).feedHead("pg_restore", archive, arguments);
            } else {
                listing.start("pg_restore", arguments);
                listing.awaitPrograms();
            }
        }
    }

    @Override
    public void restore(PipedPrograms<ReplayResult> run) throws IOException, InterruptedException {
        if (file != null) {
            run.start("pg_restore", arguments(file));
            try {
                run.awaitPrograms();
            } catch (ProgramFailedException e) {
                tolerate(e);
            }
            return;
        }
        try {
            dump.mustBeUnchanged(new ReplayRun(dump, run).feed("pg_restore", this::arguments, this::tolerate));
        } catch (ProgramFailedException e) {
            throw e;
        } catch (BackupException e) {
            // pg_restore commits at the end of an archive, and takes a tar archive that is cut off for one that ends.
            throw new BackupException(
                    e.getMessage() + " What was restored from it may be in the database " + url.display()
                            + ": drop that.",
                    e);
        }
    }

    /** Having gone on after errors, {@code pg_restore} counts them in its last line. */
    private void tolerate(ProgramFailedException failure) throws ProgramFailedException {
        Optional<String> ignored = options.exitOnError()
                ? Optional.empty()
                : failure.lastLines().stream()
                        .map(IGNORED::matcher)
                        .filter(Matcher::find)
                        .map(line -> line.group(1))
                        .findFirst();
        if (ignored.isEmpty()) {
            throw failure;
        }
        warning.accept("pg_restore went on after errors, and what they are about is not restored: " + ignored.get()
                + ", see what it said.");
    }

    private List<String> arguments(String archive) {
        List<String> arguments = new ArrayList<>(List.of(dump.format().argument(), "--no-password"));
        if (options.exitOnError()) {
            arguments.add("--exit-on-error");
        }
        arguments.addAll(options.contents().arguments());
        if (options.clean()) {
            arguments.addAll(List.of("--clean", "--if-exists"));
        }
        if (options.singleTransaction()) {
            arguments.add("--single-transaction");
        }
        if (options.jobs() > 1) {
            arguments.add("--jobs=" + options.jobs());
        }
        if (list != null) {
            arguments.add("--use-list=" + list);
        }
        arguments.add("--dbname=" + url.toConnectionString());
        arguments.add(archive);
        return arguments;
    }
}
