package io.jenkins.plugins.pgbackup.engine.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Who made a backup.
 *
 * @param tool the program and its version
 * @param job the job's full name, or {@code null} if no job requested it
 * @param build the build's number or address, or {@code null} if no build requested it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Origin(String tool, String job, String build) {}
