package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.RetentionRules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Ten years of nightly backups, each of which is followed by {@link Prune}: what there is at the end of each year. */
final class TenYears {

    /** The rules of the page. */
    static final RetentionRules RULES = new RetentionRules(7, 14, 8, 12, 3, null, 3, null);

    private static final LocalDate FIRST = LocalDate.of(2026, Month.MARCH, 1);
    private static final LocalDate LAST = LocalDate.of(2035, Month.DECEMBER, 31);

    private TenYears() {}

    /** Rows of the page. */
    static List<String> rows(Path directory) throws IOException, InterruptedException {
        List<String> rows = new ArrayList<>();
        PrunePlace place = new PrunePlace.Local(directory);
        for (LocalDate day = FIRST; !day.isAfter(LAST); day = day.plusDays(1)) {
            Manifest made = place.make("shop-" + day + ".dump", day.atTime(2, 0).toInstant(ZoneOffset.UTC));
            Clock clock = Clock.fixed(day.atTime(2, 5).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
            new Prune(place.dumps(), Prune.Pins.NONE, new RecordingListener(), clock)
                    .run(PruneRequest.after(made, RULES, false));
            if (day.getMonth() == Month.DECEMBER && day.getDayOfMonth() == 31) {
                rows.add(row(day, new Catalog(place.dumps()).newestFirst()));
            }
        }
        return rows;
    }

    private static String row(LocalDate day, List<Catalog.Entry> entries) {
        Map<String, List<LocalDate>> months = new LinkedHashMap<>();
        entries.stream()
                .map(entry -> entry.file().name().substring("shop-".length(), "shop-2026-01-01".length()))
                .sorted(Comparator.reverseOrder())
                .map(LocalDate::parse)
                .forEach(made -> months.computeIfAbsent(made.toString().substring(0, 7), m -> new ArrayList<>())
                        .add(made));
        String days = months.entrySet().stream()
                .map(month -> month.getKey() + "-"
                        + month.getValue().stream()
                                .map(made -> String.format("%02d", made.getDayOfMonth()))
                                .collect(Collectors.joining(",")))
                .collect(Collectors.joining(" "));
        return "| " + day.getYear() + " | " + entries.size() + " | " + days + " |";
    }
}
