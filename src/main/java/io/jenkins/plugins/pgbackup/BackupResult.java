package io.jenkins.plugins.pgbackup;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What the step returns: the dump it made, for the stages that follow. */
public final class BackupResult implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String uri;
    private final String fileName;
    private final String database;
    private final long sizeBytes;
    private final String sha256;
    private final long durationMillis;
    private final String format;
    private final String serverVersion;
    private final String clientVersion;
    private final String driver;
    private final boolean proven;
    private final String proof;
    private final String atRest;
    private final ArrayList<String> warnings;

    BackupResult(Manifest manifest) {
        uri = manifest.uri();
        fileName = manifest.fileName();
        database = manifest.database();
        sizeBytes = manifest.sizeBytes();
        sha256 = manifest.sha256();
        durationMillis = manifest.durationMillis();
        format = manifest.format();
        serverVersion = manifest.serverVersion();
        clientVersion = manifest.clientVersion();
        driver = manifest.driver();
        proven = manifest.proof().proven();
        proof = manifest.proof().how();
        atRest = manifest.atRest();
        warnings = new ArrayList<>(manifest.warnings());
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

    /** From the build's start to the dump's name, in milliseconds. */
    @Whitelisted
    public long getDurationMillis() {
        return durationMillis;
    }

    /** {@code custom}, {@code plain} or {@code tar}. */
    @Whitelisted
    public String getFormat() {
        return format;
    }

    /** PostgreSQL's version, or {@code null} where the agent has no {@code psql} to ask for it. */
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

    /** What to know of the dump though the backup went well: a sentence each; mostly none. */
    @Whitelisted
    public List<String> getWarnings() {
        return List.copyOf(warnings);
    }

    @Override
    @Whitelisted
    public String toString() {
        return uri;
    }
}
