package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.RetentionRules;
import java.util.Optional;

/**
 * Which dumps are to be removed.
 *
 * @param rules which dumps of a database stay
 * @param scope which dumps are judged
 * @param made the name of a dump without which nothing is removed; empty if there is none
 * @param dryRun whether nothing is removed, and the report says what would be
 */
public record PruneRequest(RetentionRules rules, PruneScope scope, Optional<String> made, boolean dryRun) {

    /** What is to be removed after a backup: of the same server, database and job. */
    public static PruneRequest after(Manifest backup, RetentionRules rules, boolean anyJob) {
        return new PruneRequest(rules, PruneScope.of(backup, anyJob), Optional.of(backup.fileName()), false);
    }
}
