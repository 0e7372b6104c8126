package io.jenkins.plugins.pgbackup.cli.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.pgbackup.engine.PruneReport;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The dumps of a place after those were removed that no rule keeps, for programs.
 *
 * @param dryRun whether those of {@code removed} are still there
 * @param foreign how many were not judged, by the reason
 * @param failures those that could not be removed
 */
record PrunedDumps(
        boolean dryRun, List<Dump> removed, List<Dump> kept, Map<String, Integer> foreign, List<Dump> failures) {

    /**
     * One dump.
     *
     * @param reasons why it stays, or {@code null}
     * @param failure why it could not be removed, or {@code null}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Dump(
            String fileName,
            String server,
            String database,
            String selection,
            String startedAt,
            long sizeBytes,
            List<String> reasons,
            String failure) {

        private static Dump of(PruneReport.Dump dump, List<String> reasons, String failure) {
            return new Dump(
                    dump.fileName(),
                    dump.server(),
                    dump.database(),
                    dump.selection(),
                    dump.startedAt(),
                    dump.sizeBytes(),
                    reasons,
                    failure);
        }
    }

    static PrunedDumps of(PruneReport report) {
        Map<String, Integer> foreign = new TreeMap<>();
        report.foreign().forEach((reason, number) -> foreign.put(reason.id(), number));
        return new PrunedDumps(
                report.dryRun(),
                report.removed().stream().map(dump -> Dump.of(dump, null, null)).toList(),
                report.kept().stream()
                        .map(kept -> Dump.of(kept.dump(), kept.reasons(), null))
                        .toList(),
                foreign,
                report.failures().stream()
                        .map(failure -> Dump.of(failure.dump(), null, failure.sentence()))
                        .toList());
    }
}
