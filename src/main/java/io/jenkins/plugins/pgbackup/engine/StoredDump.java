package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpSuffix;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.run.PipedPrograms;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import io.jenkins.plugins.pgbackup.engine.stream.PsqlScript;
import io.jenkins.plugins.pgbackup.engine.stream.Replay;
import io.jenkins.plugins.pgbackup.engine.stream.ReplayResult;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One dump of a store, as it can be read back.
 *
 * @param dumps where it is
 * @param name its name there
 * @param format by its name, or else by its manifest
 * @param compression what {@code pg_dump}'s output was compressed with as a whole, by its name
 * @param manifest what it says of itself
 */
public record StoredDump(
        StoredDumps dumps,
        String name,
        DumpFormat format,
        Compression.Method compression,
        Optional<Manifest> manifest) {

    /**
     * Finds out what a dump is.
     *
     * @throws BackupException where its manifest is that of another dump
     * @throws InvalidInputException where neither a manifest nor its name tells its format
     */
    public static StoredDump find(StoredDumps dumps, String name) throws IOException {
        Optional<Manifest> manifest = new Catalog(dumps).manifestOf(name);
        DumpSuffix suffix = DumpSuffix.of(name);
        if (manifest.isPresent()) {
            mustDescribe(manifest.get(), name, suffix, dumps.uri(name));
        }
        DumpFormat format = suffix.format()
                .or(() -> manifest.map(m -> DumpFormat.parse(m.format())))
                .orElseThrow(() -> new InvalidInputException("The name " + name
                        + " does not tell what kind of dump it is, and it has no manifest: name it .dump, .sql or .tar, "
                        + "with .gz or .zst behind where it is compressed."));
        return new StoredDump(dumps, name, format, suffix.stream(), manifest);
    }

    /** A format decides which program reads a dump, so no argument may contradict its name. */
    private static void mustDescribe(Manifest manifest, String name, DumpSuffix suffix, String uri)
            throws BackupException {
        if (!manifest.fileName().equals(name)) {
            throw new BackupException("The manifest beside " + uri + " is that of " + Quoted.of(manifest.fileName())
                    + ": give the dump and its manifest their old names again, or find out who put them there.");
        }
        if (Arrays.stream(DumpFormat.values()).noneMatch(f -> f.id().equals(manifest.format()))) {
            throw new BackupException("The manifest beside " + uri + " says that the format is "
                    + Quoted.of(manifest.format()) + ", which no dump has: it was not made with the dump,"
                    + " do not rely on either.");
        }
        Optional<DumpFormat> named = suffix.format();
        if (named.isPresent() && !named.get().id().equals(manifest.format())) {
            throw new BackupException(
                    uri + " has the name of a " + named.get() + " dump, and its manifest says that it is "
                            + manifest.format() + ": one of the two was changed, do not rely on them.");
        }
    }

    /** Where it is, as people write it. */
    public String uri() {
        return dumps.uri(name);
    }

    /** The version of {@code pg_dump} that made it; empty where no manifest tells. */
    public Optional<PostgresVersion> clientVersion() {
        try {
            String version = manifest.map(Manifest::clientVersion).orElse(null);
            return version == null ? Optional.empty() : Optional.of(PostgresVersion.ofProgram(version));
        } catch (BackupException e) {
            return Optional.empty();
        }
    }

    /**
     * Feeds it to a program while it is read.
     *
     * @param run starts the program; stopped by the caller
     * @param program who reads it
     * @param arguments gives the program's arguments for the path it is to read
     */
    public ReplayResult feed(PipedPrograms<ReplayResult> run, String program, Function<String, List<String>> arguments)
            throws IOException, InterruptedException {
        String path = run.path("dump");
        boolean piped = run.makeFifos(List.of(path));
        if (piped) {
            run.start(program, arguments.apply(path));
        }
        ReplayResult replayed = read(run, path, piped, null);
        if (!piped) {
            run.start(program, arguments.apply(path));
        }
        run.awaitPrograms();
        return replayed;
    }

    /**
     * Feeds a plain dump to {@code psql} while it is read. A script has an end wherever it is cut off, so a second file lets
     * {@code psql} come to its own end only when the dump was seen whole and unchanged; else it is stopped before.
     *
     * @param run starts {@code psql}; stopped by the caller
     * @param script what of the dump is fed
     * @param arguments gives {@code psql}'s arguments for the paths that it is to read, one after the other
     */
    public void feedScript(
            PipedPrograms<ReplayResult> run, PsqlScript script, Function<List<String>, List<String>> arguments)
            throws IOException, InterruptedException {
        String path = run.path("dump");
        String end = run.path("end");
        boolean piped = run.makeFifos(List.of(path, end));
        if (piped) {
            run.start("psql", arguments.apply(List.of(path, end)));
        }
        mustBeUnchanged(read(run, path, piped, script));
        if (piped) {
            run.end(end);
        } else {
            run.start("psql", arguments.apply(List.of(path)));
        }
        run.awaitPrograms();
    }

    /**
     * Feeds an archive to a program that needs its head alone, and reads no more of it than that.
     *
     * @param fifo made by the same run
     */
    public void feedHead(PipedPrograms<ReplayResult> run, String program, String fifo, List<String> arguments)
            throws IOException, InterruptedException {
        run.start(program, arguments);
        run.pump(new Replay(dumps, name, format, compression, fifo, true, true, null, run.watch(), run.silence()));
        run.awaitPump();
        run.awaitPrograms();
    }

    /** Fetches the whole of it to a new file, which programs can seek in. */
    public ReplayResult fetch(PipedPrograms<ReplayResult> run, String path) throws IOException, InterruptedException {
        return read(run, path, false, null);
    }

    /** Reads it to its end for its digest alone. */
    ReplayResult read(PipedPrograms<ReplayResult> run) throws IOException, InterruptedException {
        return read(run, null, false, null);
    }

    private ReplayResult read(PipedPrograms<ReplayResult> run, String reader, boolean fifo, PsqlScript script)
            throws IOException, InterruptedException {
        run.pump(new Replay(dumps, name, format, compression, reader, fifo, false, script, run.watch(), run.silence()));
        ReplayResult replayed = run.awaitPump();
        if (replayed.refused()) {
            throw new RestoreRefusedException(
                    Remedy.TRUST,
                    uri()
                            + " holds psql's command \\unrestrict among its statements, behind which it could run programs:"
                            + " find out who made it.");
        }
        if (!replayed.endSeen()) {
            throw new BackupException(
                    uri() + " does not end as a complete " + format + " dump does: it is cut off, do not rely on it.");
        }
        return replayed;
    }

    /** Says where the bytes that were read differ from those that were stored. */
    public void mustBeUnchanged(ReplayResult replayed) throws BackupException {
        if (manifest.isEmpty()) {
            return;
        }
        if (replayed.storedBytes() != manifest.get().sizeBytes()) {
            throw new BackupException(uri() + " has " + replayed.storedBytes() + " bytes where its manifest says "
                    + manifest.get().sizeBytes() + ": it is not the dump that was made, do not rely on it.");
        }
        if (!replayed.sha256().equals(manifest.get().sha256())) {
            throw new BackupException(uri() + " has the SHA-256 " + replayed.sha256() + " where its manifest says "
                    + Quoted.of(manifest.get().sha256()) + ": its bytes were changed, do not rely on it.");
        }
    }
}
