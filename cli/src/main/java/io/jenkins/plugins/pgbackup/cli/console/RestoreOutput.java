package io.jenkins.plugins.pgbackup.cli.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.pgbackup.engine.RestoreReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The dump that was restored.
 *
 * @param uri where it lies
 * @param database where it was restored to, for people
 * @param tables how many tables there are now, or {@code null} if that could not be queried
 * @param rows how many rows of the dump there are, or {@code null} if that is not known
 * @param replacedIs the name of the database that was replaced, or {@code null} if there is none
 * @param durationMillis from start to end
 * @param warnings a sentence each; mostly none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RestoreOutput(
        String uri,
        String database,
        Long tables,
        Long rows,
        String replacedIs,
        long durationMillis,
        List<String> warnings)
        implements CommandOutput {

    /** @param database for people */
    public static RestoreOutput of(RestoreReport report, String database) {
        return new RestoreOutput(
                report.from(),
                database,
                report.tables().isPresent() ? report.tables().getAsLong() : null,
                report.rows().isPresent() ? report.rows().getAsLong() : null,
                report.keptAs().orElse(null),
                report.durationMillis(),
                report.warnings());
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("Restored " + uri + " to " + database);
        if (tables != null) {
            lines.add(tables + " tables, " + (rows == null ? "" : rows + " rows, ") + "in "
                    + HumanReadable.duration(Duration.ofMillis(durationMillis)));
        }
        if (replacedIs != null) {
            lines.add("The database that was there is " + replacedIs + " now");
        }
        return lines;
    }

    @Override
    public String json() {
        return Json.of(this);
    }
}
