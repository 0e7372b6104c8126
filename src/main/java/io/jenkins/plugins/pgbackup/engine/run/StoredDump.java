package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.filter.StreamFilter;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpSuffix;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import io.jenkins.plugins.pgbackup.engine.stream.ReplayResult;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * One dump of a store, as it can be read back.
 *
 * @param source where its bytes are
 * @param name its name in the store
 * @param format by its name, or else by its manifest
 * @param filter what {@code pg_dump}'s output went through as a whole, by its name
 * @param manifest what it says of itself
 */
public record StoredDump(
        DumpSource source, String name, DumpFormat format, StreamFilter filter, Optional<Manifest> manifest) {

    /** ISO 8601. */
    private static final int LONGEST_TIME = 40;

    /**
     * Finds out what a dump is.
     *
     * @throws BackupException if its manifest is that of another dump, or says that it is being removed
     * @throws InvalidInputException if neither a manifest nor its name tells its format
     */
    public static StoredDump find(StoredDumps dumps, String name) throws IOException {
        DumpSource source = dumps.source(name);
        Optional<Manifest> manifest = new Catalog(dumps).manifestOf(name);
        DumpSuffix suffix = DumpSuffix.of(name);
        if (manifest.isPresent()) {
            mustDescribe(manifest.get(), name, suffix, source.uri());
        }
        DumpFormat format = suffix.format()
                .or(() -> manifest.map(m -> DumpFormat.parse(m.format())))
                .orElseThrow(() -> new InvalidInputException("The name " + name
                        + " does not tell what kind of dump it is, and it has no manifest: name it .dump, .sql or .tar, "
                        + "with .gz or .zst behind where it is compressed."));
        return new StoredDump(source, name, format, suffix.stream().filter(), manifest);
    }

    /** A format decides which program reads a dump, so no argument may contradict its name. */
    private static void mustDescribe(Manifest manifest, String name, DumpSuffix suffix, String uri)
            throws BackupException {
        if (!manifest.fileName().equals(name)) {
            throw new BackupException("The manifest beside " + uri + " is that of " + Quoted.of(manifest.fileName())
                    + ": give the dump and its manifest their old names again, or find out who put them there.");
        }
        if (manifest.removal() != null) {
            throw new BackupException(
                    uri + " is being removed since " + PrintableLine.of(manifest.removal(), LONGEST_TIME)
                            + ", as no rule keeps it, and may be gone at any moment: choose another dump.");
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

    /** The same, read from another side. */
    public StoredDump readFrom(DumpSource other) {
        return new StoredDump(other, name, format, filter, manifest);
    }

    /** Where it is, as people write it. */
    public String uri() {
        return source.uri();
    }

    /** What it is and when it was made, for people. */
    public String describe() {
        return uri()
                + manifest.map(m -> ", database " + m.database() + ", made "
                                + m.startedAt().replaceFirst("\\.\\d+Z$", "Z")
                                + (m.proof() == null || !m.proof().proven() ? ", not proven" : ", proven"))
                        .orElse("");
    }

    /** The version of {@code pg_dump} that made it; empty if no manifest tells. */
    public Optional<PostgresVersion> clientVersion() {
        return version(manifest.map(Manifest::clientVersion));
    }

    /** The version of the server that it was made from; empty if no manifest tells. */
    public Optional<PostgresVersion> serverVersion() {
        return version(manifest.map(Manifest::serverVersion));
    }

    private static Optional<PostgresVersion> version(Optional<String> text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(PostgresVersion.ofProgram(text.get()));
        } catch (BackupException e) {
            return Optional.empty();
        }
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
