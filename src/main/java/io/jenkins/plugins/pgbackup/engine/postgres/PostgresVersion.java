package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a PostgreSQL server or client program.
 *
 * @param number as in {@code server_version_num}: 150018 is 15.18, 90624 is 9.6.24; what stands for a beta ends in 0
 * @param text as people write it: {@code 15.18}, {@code 9.6.24}, {@code 18beta1}
 */
public record PostgresVersion(int number, String text) {

    /** PostgreSQL 17's release notes, "Server Configuration". */
    public static final int FIRST_WITH_TRANSACTION_TIMEOUT = 17;

    private static final Pattern FORM = Pattern.compile(
            "(?<![\\w.])(\\d{1,3})(?:\\.(\\d{1,3}))?(?:\\.(\\d{1,3}))?(devel|(?:alpha|beta|rc)\\d{0,3})?(?![\\w])");

    public PostgresVersion {
        if (number < 80000 || number > 9_999_999) {
            throw new IllegalArgumentException("not a version number of PostgreSQL: " + number);
        }
    }

    /**
     * Reads what a program prints for {@code --version}, as {@code pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)},
     * or the bare version.
     *
     * @throws BackupException if there is no version of PostgreSQL in it
     */
    public static PostgresVersion ofProgram(String line) throws BackupException {
        int afterName = line.indexOf(") ") + 1; // behind the product's name, which may have a number of its own
        Matcher version = FORM.matcher(line.substring(afterName));
        if (version.find()) {
            int major = Integer.parseInt(version.group(1));
            int number = major >= 10
                    ? major * 10000 + part(version, 2)
                    : major * 10000 + part(version, 2) * 100 + part(version, 3);
            if (number >= 80000) {
                return new PostgresVersion(number, version.group());
            }
        }
        throw new BackupException(Quoted.of(line.strip()) + " is not the version of a PostgreSQL program:"
                + " check what runs under that name.");
    }

    private static int part(Matcher version, int group) {
        return version.group(group) == null ? 0 : Integer.parseInt(version.group(group));
    }

    /**
     * Reads {@code server_version_num}.
     *
     * @throws IllegalArgumentException if the number is none of PostgreSQL 8 or later
     */
    static PostgresVersion ofServerNumber(int number) {
        String text = number >= 100000
                ? number / 10000 + "." + number % 10000
                : number / 10000 + "." + number / 100 % 100 + "." + number % 100;
        return new PostgresVersion(number, text);
    }

    /** 15 for 15.18; 9 for 9.6.24. */
    public int major() {
        return number / 10000;
    }

    /**
     * Whether a {@code pg_dump} of this version takes a server of that version: {@code pg_dump} refuses a server of a
     * newer major version than its own (before 10, a major version has two numbers: 9.6).
     */
    public boolean canDump(PostgresVersion server) {
        return server.number / 100 <= number / 100;
    }

    /**
     * Whether a server of that version knows what programs of this one set at the beginning: from 17 on {@code pg_restore}, and
     * {@code pg_dump} in a plain dump, set {@code transaction_timeout}, whatever the server was that the dump is of.
     */
    public boolean canRestoreTo(PostgresVersion server) {
        return !hasTransactionTimeout() || server.hasTransactionTimeout();
    }

    /**
     * Whether {@code pg_restore} of this version reads an archive that {@code pg_dump} of that version made ({@code K_VERS_MAX} in
     * PostgreSQL's {@code pg_backup_archiver.h}).
     */
    public boolean canRead(PostgresVersion pgDump) {
        return pgDump.archiveVersion() <= archiveVersion();
    }

    /** The minor number of the archive format's version 1; before PostgreSQL 12 it differs between releases of one version. */
    private int archiveVersion() {
        int major = major();
        return major >= 17 ? 16 : major == 16 ? 15 : major >= 12 ? 14 : 13;
    }

    /** Whether this version has the parameter {@code transaction_timeout}. */
    public boolean hasTransactionTimeout() {
        return major() >= FIRST_WITH_TRANSACTION_TIMEOUT;
    }

    /** Whether {@code pg_dump} of this version takes {@code --no-sync}; before 10 it never syncs. */
    boolean hasNoSync() {
        return major() >= 10;
    }

    /** Whether {@code pg_dump} of this version takes {@code --strict-names}; before 9.6 it passes over what matches nothing. */
    public boolean hasStrictNames() {
        return number >= 90600;
    }

    /** Whether {@code pg_dump} of this version can compress with zstd, if it was built with it. */
    boolean hasZstd() {
        return major() >= 16;
    }

    /** The major versions, as people write them, whose programs take a server of this version and restore to it. */
    public String majorsThatRestoreHere() {
        int last = FIRST_WITH_TRANSACTION_TIMEOUT - 1;
        return hasTransactionTimeout() ? major() + " or newer" : major() == last ? "" + last : major() + " to " + last;
    }

    /** The number as people write it, without the product's name. */
    @Override
    public String toString() {
        return text;
    }
}
