package io.jenkins.plugins.pgbackup.engine.catalog;

/**
 * Who made a backup.
 *
 * @param tool the program and its version
 * @param job the job's full name, or {@code null} where no job asked
 * @param build the build's number or address, or {@code null} where no build asked
 */
public record Origin(String tool, String job, String build) {}
