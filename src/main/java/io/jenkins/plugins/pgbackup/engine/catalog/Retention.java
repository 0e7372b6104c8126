package io.jenkins.plugins.pgbackup.engine.catalog;

import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Says of each dump of one database why it stays, or that no rule keeps it.
 *
 * <p>A dump stays if any rule keeps it. The rules are those of restic's {@code forget}: {@code daily} keeps the newest dump of each
 * of so many days that have one, and as long as there are fewer days, the oldest dump of all, too; likewise the longer periods.
 *
 * <p>Only proven dumps count for the rules, so one that is not proven takes no other's place. It stays while no newer one is
 * proven, and within the time of {@code within}.
 *
 * <p>What was made after now, by a clock that is wrong, stays and counts for nothing: the others are judged as if it was not there.
 */
public final class Retention {

    /** For equal moments the names decide, so that each run judges alike. */
    private static final Comparator<Dump> NEWEST_FIRST = Comparator.comparing(Dump::startedAt)
            .thenComparing(Dump::endedAt)
            .thenComparing(Dump::name)
            .reversed();

    private final RetentionRules rules;
    private final List<Dump> sorted;
    private final Map<Dump, List<String>> reasons = new IdentityHashMap<>();

    private Retention(Collection<Dump> dumps, RetentionRules rules) {
        this.rules = rules;
        this.sorted = new ArrayList<>(dumps);
        sorted.sort(NEWEST_FIRST);
    }

    /**
     * One dump.
     *
     * @param startedAt what it holds is of that moment
     * @param proven whether its manifest says that it was proven whole
     */
    public record Dump(String name, Instant startedAt, Instant endedAt, boolean proven) {}

    /**
     * What becomes of a dump.
     *
     * @param reasons why it stays: a few words each; empty if it need not
     */
    public record Verdict(Dump dump, List<String> reasons) {

        public boolean kept() {
            return !reasons.isEmpty();
        }
    }

    /**
     * Judges all dumps of one database.
     *
     * @return of each dump, the newest first
     */
    public static List<Verdict> judge(Collection<Dump> dumps, RetentionRules rules, Instant now) {
        Retention retention = new Retention(dumps, rules);
        retention.apply(now);
        return retention.sorted.stream()
                .map(dump -> new Verdict(dump, List.copyOf(retention.reasons.getOrDefault(dump, List.of()))))
                .toList();
    }

    private void apply(Instant now) {
        List<Dump> past = new ArrayList<>();
        for (Dump dump : sorted) {
            if (dump.startedAt().isAfter(now)) {
                keep(dump, "made after now");
            } else {
                past.add(dump);
            }
        }
        List<Dump> proven = past.stream().filter(Dump::proven).toList();
        Optional<Dump> newest = proven.stream().findFirst();
        newest.ifPresent(dump -> keep(dump, "newest proven"));
        applyRules(proven);
        for (Dump dump : past) {
            if (newest.isEmpty()) {
                keep(dump, "none is proven");
            } else if (!dump.proven() && !dump.startedAt().isBefore(newest.get().startedAt())) {
                keep(dump, "newer than the newest proven");
            }
        }
        if (rules.within() != null && newest.isPresent()) {
            // Not before now: a time without backups makes nothing old.
            Instant limit = rules.within().before(newest.get().startedAt(), rules.timezone());
            past.stream()
                    .filter(dump -> !dump.startedAt().isBefore(limit))
                    .forEach(dump -> keep(dump, "within " + rules.within()));
        }
        applyMinimum(proven);
    }

    private void applyRules(List<Dump> proven) {
        proven.stream().limit(rules.last()).forEach(dump -> keep(dump, "last " + rules.last()));
        keepPeriods(proven, "daily", rules.daily(), day -> day);
        keepPeriods(
                proven,
                "weekly",
                rules.weekly(),
                day -> day.get(IsoFields.WEEK_BASED_YEAR) + "-" + day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
        keepPeriods(proven, "monthly", rules.monthly(), YearMonth::from);
        keepPeriods(proven, "yearly", rules.yearly(), Year::from);
    }

    private void keepPeriods(List<Dump> proven, String name, int most, Function<LocalDate, Object> periodOf) {
        int left = most;
        Object before = null;
        for (int i = 0; i < proven.size() && left > 0; i++) {
            Dump dump = proven.get(i);
            Object period = periodOf.apply(LocalDate.ofInstant(dump.startedAt(), rules.timezone()));
            if (!period.equals(before)) {
                before = period;
                left--;
                keep(dump, name + " " + most);
            } else if (i == proven.size() - 1) {
                keep(dump, "oldest, " + name + " " + most);
            }
        }
    }

    /** The newest of those that no rule keeps, as far as too few stay. */
    private void applyMinimum(List<Dump> proven) {
        long missing =
                rules.minimum() - proven.stream().filter(reasons::containsKey).count();
        List<Dump> others =
                proven.stream().filter(dump -> !reasons.containsKey(dump)).toList();
        others.stream().limit(Math.max(0, missing)).forEach(dump -> keep(dump, "minimum " + rules.minimum()));
    }

    private void keep(Dump dump, String reason) {
        reasons.computeIfAbsent(dump, d -> new ArrayList<>()).add(reason);
    }
}
