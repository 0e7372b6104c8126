package io.jenkins.plugins.pgbackup.engine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a restore has made.
 *
 * @param from where the dump is
 * @param database the name of the database that holds it now
 * @param host the server as it was reached
 * @param tables how many tables the database has now; empty if it could not be queried
 * @param rows how many rows of the dump it holds; empty if they were not counted when the dump was made, or not all restored
 * @param keptAs the name of the database that was replaced, if there was one and it stays
 * @param durationMillis from start to end
 * @param warnings what a person has to know of it though the restore went well: a sentence each; mostly none
 */
public record RestoreReport(
        String from,
        String database,
        String host,
        OptionalLong tables,
        OptionalLong rows,
        Optional<String> keptAs,
        long durationMillis,
        List<String> warnings) {

    public RestoreReport {
        warnings = List.copyOf(warnings);
    }
}
