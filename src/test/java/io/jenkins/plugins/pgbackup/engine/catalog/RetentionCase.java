package io.jenkins.plugins.pgbackup.engine.catalog;

import io.jenkins.plugins.pgbackup.engine.catalog.Retention.Dump;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is kept of some dumps by some rules. {@code docs/retention.md} shows every case.
 *
 * @param rules {@code daily 2, within 30d}
 * @param now the moment of the run, in UTC
 * @param dumps each by the time of its start, in UTC; {@code ?} behind one that is not proven, a letter behind those of one moment
 * @param kept those that stay, each with its reasons
 */
public record RetentionCase(String name, String rules, String now, List<String> dumps, List<String> kept) {

    private static final String NOW = "2026-03-31 12:00";

    public static final List<RetentionCase> ALL = List.of(
            of(
                    "The newest dumps",
                    "last 2",
                    "2026-03-31 02:00, 2026-03-30 02:00, 2026-03-29 02:00",
                    "2026-03-31 02:00: newest proven, last 2; 2026-03-30 02:00: last 2"),
            of(
                    "The newest of each day",
                    "daily 2",
                    "2026-03-31 02:00, 2026-03-31 01:00, 2026-03-30 02:00, 2026-03-29 02:00",
                    "2026-03-31 02:00: newest proven, daily 2; 2026-03-30 02:00: daily 2"),
            of(
                    "Days without a dump do not count",
                    "daily 2",
                    "2026-03-31 02:00, 2026-03-20 02:00, 2026-03-01 02:00",
                    "2026-03-31 02:00: newest proven, daily 2; 2026-03-20 02:00: daily 2"),
            of(
                    "As long as there are fewer weeks, the oldest dump stays, too; weeks begin on Monday",
                    "weekly 3",
                    "2026-03-31 02:00, 2026-03-30 02:00, 2026-03-29 02:00, 2026-03-28 02:00",
                    "2026-03-31 02:00: newest proven, weekly 3; 2026-03-29 02:00: weekly 3;"
                            + " 2026-03-28 02:00: oldest, weekly 3"),
            new RetentionCase(
                    "A week may belong to two years",
                    "weekly 2",
                    "2027-01-10 12:00",
                    list("2027-01-03 02:00, 2026-12-31 02:00, 2026-12-27 02:00, 2026-12-20 02:00", ", "),
                    list("2027-01-03 02:00: newest proven, weekly 2; 2026-12-27 02:00: weekly 2", "; ")),
            of(
                    "The newest of each month and of each year",
                    "monthly 2, yearly 2",
                    "2026-03-31 02:00, 2026-02-28 02:00, 2026-01-31 02:00, 2025-12-31 02:00, 2025-06-30 02:00,"
                            + " 2024-12-31 02:00",
                    "2026-03-31 02:00: newest proven, monthly 2, yearly 2; 2026-02-28 02:00: monthly 2;"
                            + " 2025-12-31 02:00: yearly 2"),
            of(
                    "As long as there are fewer years, the oldest dump stays, too",
                    "yearly 3",
                    "2026-03-31 02:00, 2026-01-01 02:00, 2025-12-31 02:00, 2025-06-30 02:00",
                    "2026-03-31 02:00: newest proven, yearly 3; 2025-12-31 02:00: yearly 3;"
                            + " 2025-06-30 02:00: oldest, yearly 3"),
            of(
                    "One rule is enough",
                    "last 2, daily 2",
                    "2026-03-31 02:00, 2026-03-31 01:00, 2026-03-30 02:00, 2026-03-29 02:00",
                    "2026-03-31 02:00: newest proven, last 2, daily 2; 2026-03-31 01:00: last 2;"
                            + " 2026-03-30 02:00: daily 2"),
            of(
                    "A time before the newest dump: when no more dumps are made, none becomes too old",
                    "within 2d",
                    "2026-03-20 02:00, 2026-03-19 02:00, 2026-03-18 02:00, 2026-03-18 01:59",
                    "2026-03-20 02:00: newest proven, within 2d; 2026-03-19 02:00: within 2d;"
                            + " 2026-03-18 02:00: within 2d"),
            of(
                    "A month is one of the calendar",
                    "within 1m",
                    "2026-03-31 02:00, 2026-02-28 02:00, 2026-02-27 02:00",
                    "2026-03-31 02:00: newest proven, within 1m; 2026-02-28 02:00: within 1m"),
            of(
                    "The minimum is filled with the newest",
                    "daily 1, minimum 3",
                    "2026-03-31 02:00, 2026-03-31 01:00, 2026-03-30 02:00, 2026-03-29 02:00",
                    "2026-03-31 02:00: newest proven, daily 1; 2026-03-31 01:00: minimum 3;"
                            + " 2026-03-30 02:00: minimum 3"),
            of(
                    "The minimum adds nothing where enough stay",
                    "daily 3, minimum 3",
                    "2026-03-31 02:00, 2026-03-31 01:00, 2026-03-30 02:00, 2026-03-29 02:00, 2026-03-28 02:00",
                    "2026-03-31 02:00: newest proven, daily 3; 2026-03-30 02:00: daily 3; 2026-03-29 02:00: daily 3"),
            of(
                    "The minimum counts proven dumps",
                    "last 1, minimum 2",
                    "2026-03-31 02:00?, 2026-03-30 02:00, 2026-03-29 02:00?, 2026-03-28 02:00, 2026-03-27 02:00",
                    "2026-03-31 02:00?: newer than the newest proven; 2026-03-30 02:00: newest proven, last 1;"
                            + " 2026-03-28 02:00: minimum 2"),
            of(
                    "The newest proven dump stays, and what is newer",
                    "last 1",
                    "2026-03-31 02:00?, 2026-03-30 02:00, 2026-03-29 02:00",
                    "2026-03-31 02:00?: newer than the newest proven; 2026-03-30 02:00: newest proven, last 1"),
            of(
                    "A dump that is not proven takes no other's place",
                    "daily 2",
                    "2026-03-31 02:00, 2026-03-30 03:00?, 2026-03-30 02:00, 2026-03-29 02:00?",
                    "2026-03-31 02:00: newest proven, daily 2; 2026-03-30 02:00: daily 2"),
            of(
                    "A time keeps dumps that are not proven, too",
                    "within 1d",
                    "2026-03-31 02:00, 2026-03-30 12:00?, 2026-03-29 02:00?",
                    "2026-03-31 02:00: newest proven, within 1d; 2026-03-30 12:00?: within 1d"),
            of(
                    "Where none is proven, all stay",
                    "last 1",
                    "2026-03-31 02:00?, 2026-03-30 02:00?",
                    "2026-03-31 02:00?: none is proven; 2026-03-30 02:00?: none is proven"),
            of(
                    "Dumps of one moment are told apart by their names",
                    "last 1",
                    "2026-03-31 02:00 a, 2026-03-31 02:00 b, 2026-03-30 02:00",
                    "2026-03-31 02:00 b: newest proven, last 1"),
            of(
                    "A dump of a clock that is ahead stays, and counts for nothing",
                    "last 1, minimum 2",
                    "2027-01-01 02:00, 2026-03-31 02:00, 2026-03-30 02:00, 2026-03-29 02:00",
                    "2027-01-01 02:00: made after now; 2026-03-31 02:00: newest proven, last 1;"
                            + " 2026-03-30 02:00: minimum 2"),
            new RetentionCase(
                    "Where the clock of the run is behind, all stay",
                    "last 1",
                    "1970-01-01 00:00",
                    list("2026-03-31 02:00, 2026-03-30 02:00", ", "),
                    list("2026-03-31 02:00: made after now; 2026-03-30 02:00: made after now", "; ")),
            new RetentionCase(
                    "Where it is ahead, nothing is older than it was",
                    "within 1d",
                    "2126-03-31 12:00",
                    list("2026-03-31 02:00, 2026-03-30 02:00, 2026-03-29 02:00", ", "),
                    list("2026-03-31 02:00: newest proven, within 1d; 2026-03-30 02:00: within 1d", "; ")),
            of(
                    "Days of UTC",
                    "daily 2",
                    "2026-03-30 22:30, 2026-03-30 21:30, 2026-03-30 01:00",
                    "2026-03-30 22:30: newest proven, daily 2; 2026-03-30 01:00: oldest, daily 2"),
            of(
                    "Days of another time zone, in summer time since the day before",
                    "daily 2, timezone Europe/Berlin",
                    "2026-03-30 22:30, 2026-03-30 21:30, 2026-03-30 01:00",
                    "2026-03-30 22:30: newest proven, daily 2; 2026-03-30 21:30: daily 2"));

    private static RetentionCase of(String name, String rules, String dumps, String kept) {
        return new RetentionCase(name, rules, NOW, list(dumps, ", "), list(kept, "; "));
    }

    private static List<String> list(String text, String separator) {
        return Arrays.stream(text.split(separator)).map(String::strip).toList();
    }

    RetentionRules parsedRules() {
        int[] numbers = new int[6];
        TimeSpan within = null;
        String zone = "UTC";
        List<String> names = List.of("last", "daily", "weekly", "monthly", "yearly", "minimum");
        for (String rule : rules.split(", ")) {
            String[] words = rule.split(" ");
            switch (words[0]) {
                case "within" -> within = TimeSpan.parse(words[1]);
                case "timezone" -> zone = words[1];
                default -> numbers[names.indexOf(words[0])] = Integer.parseInt(words[1]);
            }
        }
        return new RetentionRules(
                numbers[0],
                numbers[1],
                numbers[2],
                numbers[3],
                numbers[4],
                within,
                numbers[5],
                RetentionRules.parseTimezone(zone));
    }

    Instant parsedNow() {
        return instant(now);
    }

    List<Dump> parsedDumps() {
        return dumps.stream()
                .map(dump -> new Dump(dump, instant(dump), instant(dump).plusSeconds(60), !dump.endsWith("?")))
                .toList();
    }

    private static Instant instant(String text) {
        return Instant.parse(text.substring(0, 10) + "T" + text.substring(11, 16) + ":00Z");
    }

    /** A row of the page. */
    public String row() {
        String rule = rules + (now.equals(NOW) ? "" : " (now: " + now + ")");
        List<String> names =
                kept.stream().map(k -> k.substring(0, k.indexOf(": "))).toList();
        return "| " + name + " | " + rule + " | " + String.join("<br>", kept) + " | "
                + dumps.stream().filter(dump -> !names.contains(dump)).collect(Collectors.joining("<br>")) + " |";
    }

    @Override
    public String toString() {
        return name;
    }
}
