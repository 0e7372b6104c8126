package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What became of the dumps of a place.
 *
 * @param dryRun whether nothing was removed that is named so
 * @param removed those that no rule keeps, in the order in which they were removed
 * @param kept those that stay, by server and database the newest first
 * @param foreign how many were not judged, by the reason
 * @param failures those that no rule keeps, and are still there
 */
public record PruneReport(
        boolean dryRun,
        List<Dump> removed,
        List<Kept> kept,
        Map<ForeignReason, Integer> foreign,
        List<Failure> failures) {

    private static final int MOST_ROWS_REMOVED = 20;
    private static final int MOST_ROWS_KEPT = 60;

    public PruneReport {
        removed = List.copyOf(removed);
        kept = List.copyOf(kept);
        foreign = Map.copyOf(foreign);
        failures = List.copyOf(failures);
    }

    /** One dump, as its manifest has it. */
    public record Dump(
            String fileName, String server, String database, String selection, String startedAt, long sizeBytes) {

        private String group() {
            return "database " + database + " on " + server
                    + (selection.equals(DumpOptions.WHOLE_DATABASE) ? "" : " with " + selection);
        }
    }

    /**
     * A dump that stays.
     *
     * @param reasons a few words each
     */
    public record Kept(Dump dump, List<String> reasons) {

        public Kept {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * A dump that could not be removed.
     *
     * @param sentence why not, and what to do
     */
    public record Failure(Dump dump, String sentence) {}

    /** A sentence of those that could not be removed: the first one's, with what to do. */
    public Optional<String> warning() {
        return failures.stream()
                .findFirst()
                .map(first -> first.sentence()
                        + (failures.size() == 1 ? "" : " Likewise " + (failures.size() - 1) + " more."));
    }

    /** Says all of it. */
    public void tell(BackupListener listener) {
        warning().ifPresent(sentence -> listener.onNotice("WARNING: " + sentence));
        lines().forEach(listener::onNotice);
    }

    /** A short table for people: what was removed, and why the others stay. */
    public List<String> lines() {
        Map<String, List<Row>> groups = new LinkedHashMap<>();
        kept.forEach(k -> add(groups, k.dump(), "kept", String.join(", ", k.reasons())));
        failures.forEach(f -> add(groups, f.dump(), "FAILED", ""));
        removed.forEach(r -> add(groups, r, dryRun ? "would be removed" : "removed", ""));
        List<String> lines = new ArrayList<>();
        if (groups.isEmpty()) {
            lines.add("There are no dumps to judge.");
        }
        groups.forEach((group, rows) -> {
            long going = rows.stream().filter(row -> !row.fate().equals("kept")).count();
            lines.add("Of the " + group + ": " + (rows.size() - going) + " kept, " + count(rows, removedWord()) + " "
                    + removedWord() + (failures.isEmpty() ? "" : ", " + count(rows, "FAILED") + " not removed") + ".");
            lines.addAll(table(rows));
        });
        if (!foreign.isEmpty()) {
            lines.add("Left alone: "
                    + foreign.entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(reason ->
                                    reason.getValue() + " " + reason.getKey().words())
                            .collect(Collectors.joining(", "))
                    + ".");
        }
        return lines;
    }

    private String removedWord() {
        return dryRun ? "would be removed" : "removed";
    }

    private static long count(List<Row> rows, String fate) {
        return rows.stream().filter(row -> row.fate().equals(fate)).count();
    }

    private record Row(String fate, String fileName, String startedAt, String why) {}

    private static void add(Map<String, List<Row>> groups, Dump dump, String fate, String why) {
        groups.computeIfAbsent(dump.group(), group -> new ArrayList<>())
                .add(new Row(fate, dump.fileName(), dump.startedAt(), why));
    }

    private static List<String> table(List<Row> rows) {
        List<Row> shown = new ArrayList<>();
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (Row row : rows) {
            int number = numbers.merge(row.fate(), 1, Integer::sum);
            if (number <= (row.fate().equals("kept") ? MOST_ROWS_KEPT : MOST_ROWS_REMOVED)) {
                shown.add(row);
            }
        }
        int fate = shown.stream().mapToInt(row -> row.fate().length()).max().orElse(0);
        int name = shown.stream().mapToInt(row -> row.fileName().length()).max().orElse(0);
        List<String> lines = shown.stream()
                .map(row -> ("  " + padded(row.fate(), fate) + "  " + padded(row.fileName(), name) + "  "
                                + row.startedAt() + "  " + row.why())
                        .stripTrailing())
                .collect(Collectors.toCollection(ArrayList::new));
        if (shown.size() < rows.size()) {
            lines.add("  and " + (rows.size() - shown.size()) + " more");
        }
        return lines;
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
