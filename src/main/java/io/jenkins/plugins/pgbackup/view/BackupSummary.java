package io.jenkins.plugins.pgbackup.view;

import hudson.Util;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is kept of one backup with its build: what people look for there, and nothing secret. */
public final class BackupSummary {

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
    private final boolean proven;
    private final String proof;
    private final String atRest;
    private final String restore;
    private final ArrayList<String> warnings;

    BackupSummary(Manifest manifest) {
        uri = manifest.uri();
        fileName = manifest.fileName();
        database = manifest.database();
        host = manifest.host();
        sizeBytes = manifest.sizeBytes();
        sha256 = manifest.sha256();
        durationMillis = manifest.durationMillis();
        format = manifest.format();
        compression = manifest.compression();
        serverVersion = manifest.serverVersion();
        clientVersion = manifest.clientVersion();
        proven = manifest.proof().proven();
        proof = manifest.proof().how();
        atRest = manifest.atRest();
        restore = manifest.restore();
        warnings = new ArrayList<>(manifest.warnings());
    }

    /** A sentence each. */
    public List<String> getWarnings() {
        return warnings == null ? List.of() : List.copyOf(warnings);
    }

    public String getUri() {
        return uri;
    }

    public String getFileName() {
        return fileName;
    }

    public String getDatabase() {
        return database;
    }

    public String getHost() {
        return host;
    }

    public String getSha256() {
        return sha256;
    }

    public String getFormat() {
        return format;
    }

    public String getCompression() {
        return compression;
    }

    public String getServerVersion() {
        return serverVersion;
    }

    public String getClientVersion() {
        return clientVersion;
    }

    public boolean isProven() {
        return proven;
    }

    /** How the dump was proven, or why it was not. */
    public String getProof() {
        return proof;
    }

    /** What the stored bytes were compared with, or {@code null} in what earlier versions recorded. */
    public String getAtRest() {
        return atRest;
    }

    /** The command that restores the dump. */
    public String getRestore() {
        return restore;
    }

    /** The stored size as people read it. ({@code size} means something else to a Jelly view.) */
    public String getStoredSize() {
        return size(sizeBytes);
    }

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
