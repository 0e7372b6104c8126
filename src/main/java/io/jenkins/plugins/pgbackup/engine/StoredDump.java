package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpSuffix;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import io.jenkins.plugins.pgbackup.engine.stream.Replay;
import io.jenkins.plugins.pgbackup.engine.stream.Replayed;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One dump of a store, as it can be read back.
 *
 * @param dumps where it is
 * @param name its name there
 * @param format by its manifest, or else by its name
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
     * @throws BackupException where neither a manifest nor its name tells its format
     */
    public static StoredDump find(StoredDumps dumps, String name) throws IOException {
        Optional<Manifest> manifest = new Catalog(dumps).manifestOf(name);
        DumpSuffix suffix = DumpSuffix.of(name);
        DumpFormat format = manifest.map(m -> DumpFormat.parse(m.format()))
                .or(suffix::format)
                .orElseThrow(() -> new InvalidInputException("The name " + name
                        + " does not tell what kind of dump it is, and it has no manifest: name it .dump, .sql or .tar, "
                        + "with .gz or .zst behind where it is compressed."));
        return new StoredDump(dumps, name, format, suffix.stream(), manifest);
    }

    /** Where it is, as people write it. */
    public String uri() {
        return dumps.uri(name);
    }

    /**
     * Feeds it to a program while it is read.
     *
     * @param run starts the program; stopped by the caller
     * @param program who reads it
     * @param arguments gives the program's arguments for the path it is to read
     */
    Replayed feed(PipedPrograms<Replayed> run, String program, Function<String, List<String>> arguments)
            throws IOException, InterruptedException {
        String path = run.path("dump");
        boolean piped = run.makeFifos(List.of(path));
        if (piped) {
            run.start(program, arguments.apply(path));
        }
        run.pump(new Replay(dumps, name, format, compression, path, piped, run.watch(), run.silence()));
        Replayed replayed = await(run);
        if (!piped) {
            run.start(program, arguments.apply(path));
        }
        run.awaitPrograms();
        return replayed;
    }

    /** Fetches the whole of it to a new file, which programs can seek in. */
    Replayed fetch(PipedPrograms<Replayed> run, String path) throws IOException, InterruptedException {
        run.pump(new Replay(dumps, name, format, compression, path, false, run.watch(), run.silence()));
        return await(run);
    }

    /** Reads it to its end for its digest alone. */
    Replayed read(PipedPrograms<Replayed> run) throws IOException, InterruptedException {
        run.pump(new Replay(dumps, name, format, compression, null, false, run.watch(), run.silence()));
        return await(run);
    }

    private Replayed await(PipedPrograms<Replayed> run) throws IOException, InterruptedException {
        Replayed replayed = run.awaitPump();
        if (!replayed.endSeen()) {
            throw new BackupException(
                    uri() + " does not end as a complete " + format + " dump does: it is cut off, do not rely on it.");
        }
        return replayed;
    }

    /** Says where the bytes that were read differ from those that were stored. */
    void mustBeUnchanged(Replayed replayed) throws BackupException {
        if (manifest.isEmpty()) {
            return;
        }
        if (replayed.storedBytes() != manifest.get().sizeBytes()) {
            throw new BackupException(uri() + " has " + replayed.storedBytes() + " bytes where its manifest says "
                    + manifest.get().sizeBytes() + ": it is not the dump that was made, do not rely on it.");
        }
        if (!replayed.sha256().equals(manifest.get().sha256())) {
            throw new BackupException(uri() + " has the SHA-256 " + replayed.sha256() + " where its manifest says "
                    + manifest.get().sha256() + ": its bytes were changed, do not rely on it.");
        }
    }
}
