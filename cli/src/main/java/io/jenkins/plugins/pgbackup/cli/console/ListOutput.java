package io.jenkins.plugins.pgbackup.cli.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpSuffix;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The dumps of a store.
 *
 * @param place the store, for people
 * @param entries the newest first
 * @param elsewhere where there are dumps below it, if there are none in it
 * @param now what their age counts to
 */
public record ListOutput(String place, List<Catalog.Entry> entries, List<String> elsewhere, Instant now)
        implements CommandOutput {

    private static final String UNKNOWN = "?";

    private static final int MOST_PLACES = 20;

    @Override
    public List<String> lines() {
        if (entries.isEmpty()) {
            return none();
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "SIZE", "AGE", "POSTGRESQL", "PG_DUMP", "FORMAT", "PROVEN"));
        entries.forEach(entry -> rows.add(row(entry)));
        return new Table(rows).lines();
    }

    private List<String> none() {
        if (elsewhere.isEmpty()) {
            return List.of("There are no dumps in " + place + ".");
        }
        List<String> lines = new ArrayList<>();
        lines.add("There are no dumps in " + place + " itself, but there are some in:");
        elsewhere.stream().limit(MOST_PLACES).forEach(lines::add);
        if (elsewhere.size() > MOST_PLACES) {
            lines.add("and " + (elsewhere.size() - MOST_PLACES) + " more");
        }
        return lines;
    }

    @Override
    public String json() {
        return Json.of(entries.stream().map(Dump::of).toList());
    }

    private List<String> row(Catalog.Entry entry) {
        Optional<Manifest> manifest = entry.manifest();
        return List.of(
                entry.file().name(),
                HumanReadable.bytes(entry.file().sizeBytes()),
                HumanReadable.age(Duration.between(entry.file().modified(), now)),
                said(manifest, Manifest::serverVersion),
                said(manifest, Manifest::clientVersion),
                manifest.map(Manifest::format)
                        .or(() -> DumpSuffix.of(entry.file().name()).format().map(DumpFormat::id))
                        .orElse(UNKNOWN),
                said(manifest, m -> m.proof() == null ? null : m.proof().proven() ? "yes" : "no"));
    }

    private static String said(Optional<Manifest> manifest, Function<Manifest, String> what) {
        return manifest.map(what).orElse(UNKNOWN);
    }

    /**
     * One dump for programs.
     *
     * @param modified ISO 8601, UTC
     * @param manifest left out where there is none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Dump(String fileName, long sizeBytes, String modified, Manifest manifest) {

        static Dump of(Catalog.Entry entry) {
            return new Dump(
                    entry.file().name(),
                    entry.file().sizeBytes(),
                    entry.file().modified().toString(),
                    entry.manifest().orElse(null));
        }
    }
}
