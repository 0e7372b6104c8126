package io.jenkins.plugins.pgbackup.view;

import hudson.Util;
import io.jenkins.plugins.pgbackup.engine.PruneReport;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/**
 * One backup as its build keeps it and as the step returns it to the stages that follow: what people look for, and nothing
 * secret.
 */
public final class BackupSummary implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private final String uri;
    private final String fileName;
    private final String database;
    private final String host;
    private final long sizeBytes;
    private final String sha256;
    private final long durationMillis;
    private final String format;
    private final String compression;
    private final String serverVersion;
    private final String clientVersion;
    private final String driver;
    private final boolean proven;
    private final String proof;
    private final String atRest;
    private final String restore;
    private final ArrayList<String> warnings;
    private final Integer tables;
    private final Long rows;
    private ArrayList<String> removed;
    private ArrayList<String> kept;
    private String removedBy;

    /** @throws IllegalArgumentException if a number or the digest is none that a backup has */
    public BackupSummary(Manifest manifest) {
        if (manifest.sizeBytes() < 0 || manifest.durationMillis() < 0) {
            throw new IllegalArgumentException("a negative size or duration");
        }
        if (!SHA_256.matcher(manifest.sha256()).matches()) {
            throw new IllegalArgumentException("not a SHA-256");
        }
        uri = manifest.uri();
        fileName = manifest.fileName();
        database = manifest.database();
        host = line(manifest.host());
        sizeBytes = manifest.sizeBytes();
        sha256 = manifest.sha256();
        durationMillis = manifest.durationMillis();
        format = line(manifest.format());
        compression = line(manifest.compression());
        serverVersion = line(manifest.serverVersion());
        clientVersion = line(manifest.clientVersion());
        driver = line(manifest.driver());
        proven = manifest.proof().proven();
        proof = line(manifest.proof().how());
        atRest = line(manifest.atRest());
        restore = manifest.restore();
        warnings = new ArrayList<>(
                manifest.warnings().stream().map(BackupSummary::line).toList());
        boolean counted = manifest.tables() != null && manifest.uncounted() == null;
        tables = counted ? manifest.tables().size() : null;
        rows = counted ? manifest.tables().stream().mapToLong(DumpedTable::rows).sum() : null;
    }

    /** What an agent answered may be part of every text. Names, and the command with them, must be those that are there. */
    private static String line(String text) {
        return text == null ? null : PrintableLine.of(text, BuildLog.LONGEST_SENTENCE);
    }

    /** Where the dump is: a path of the agent, or an {@code s3://} URI. */
    @Whitelisted
    public String getUri() {
        return uri;
    }

    /** The dump's name. */
    @Whitelisted
    public String getFileName() {
        return fileName;
    }

    /** The database's name. */
    @Whitelisted
    public String getDatabase() {
        return database;
    }

    /** The server as it was reached: {@code db.example.com:5432}. */
    public String getHost() {
        return host;
    }

    /** How many bytes are stored. */
    @Whitelisted
    public long getSizeBytes() {
        return sizeBytes;
    }

    /** Of the stored bytes, in lower-case hexadecimal. */
    @Whitelisted
    public String getSha256() {
        return sha256;
    }

    /** From the backup's start to the dump's name, in milliseconds. */
    @Whitelisted
    public long getDurationMillis() {
        return durationMillis;
    }

    /** {@code custom}, {@code plain} or {@code tar}. */
    @Whitelisted
    public String getFormat() {
        return format;
    }

    /** {@code zstd:1}, {@code gzip:6} or {@code none}. */
    public String getCompression() {
        return compression;
    }

    /** PostgreSQL's version, or {@code null} if the agent has no {@code psql}. */
    @Whitelisted
    public String getServerVersion() {
        return serverVersion;
    }

    /** The version of {@code pg_dump}. */
    @Whitelisted
    public String getClientVersion() {
        return clientVersion;
    }

    /** {@code local} or {@code s3}. */
    @Whitelisted
    public String getDriver() {
        return driver;
    }

    /** Whether the dump was read to its end by a program that understands it. */
    @Whitelisted
    public boolean isProven() {
        return proven;
    }

    /** How it was proven, or why it was not: a clause, {@code read to its end by pg_restore 17.6}. */
    @Whitelisted
    public String getProof() {
        return proof;
    }

    /** What the stored bytes were compared with: a clause, {@code read back and digested}. */
    @Whitelisted
    public String getAtRest() {
        return atRest;
    }

    /** The command that restores the dump. */
    public String getRestore() {
        return restore;
    }

    /** What to know of the dump though the backup went well: a sentence each; mostly none. */
    @Whitelisted
    public List<String> getWarnings() {
        return List.copyOf(warnings);
    }

    /** How many tables have their data in the dump, or {@code null} if they or their rows were not counted. */
    @Whitelisted
    public Integer getTables() {
        return tables;
    }

    /** How many rows they have together, or {@code null} as for {@link #getTables()}. */
    @Whitelisted
    public Long getRows() {
        return rows;
    }

    /** Notes which older dumps were removed after the backup, and which stay. */
    public void notePruned(PruneReport report) {
        removed = new ArrayList<>(
                report.removed().stream().map(PruneReport.Dump::fileName).toList());
        kept = new ArrayList<>(
                report.kept().stream().map(dump -> dump.dump().fileName()).toList());
    }

    /** The names of older dumps that were removed after the backup, or {@code null} if it was not looked for any. */
    @Whitelisted
    public List<String> getRemoved() {
        return removed == null ? null : List.copyOf(removed);
    }

    /** The names of the dumps that stay, the newest first, or {@code null} as for {@link #getRemoved()}. */
    @Whitelisted
    public List<String> getKept() {
        return kept == null ? null : List.copyOf(kept);
    }

    /** @param build that has removed the dump, as people write it */
    void noteRemoval(String build) {
        removedBy = build;
    }

    /** The build that has removed the dump, or {@code null} if none has, as far as is known. */
    public String getRemovedBy() {
        return removedBy;
    }

    /** The same as {@link #getUri()}. */
    @Override
    @Whitelisted
    public String toString() {
        return uri;
    }

    /** The stored size as people read it. ({@code size} means something else to a Jelly view.) */
    public String getStoredSize() {
        return size(sizeBytes);
    }

    /** The duration as people read it. */
    public String getDuration() {
        return Util.getTimeSpanString(durationMillis);
    }

    /** A number of bytes as people read it. */
    public static String size(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
    }
}
