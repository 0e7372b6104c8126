package io.jenkins.plugins.pgbackup.engine.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.catalog.Retention.Dump;
import io.jenkins.plugins.pgbackup.engine.catalog.Retention.Verdict;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {

    private static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");

    static List<RetentionCase> cases() {
        return RetentionCase.ALL;
    }

    /** In whatever order the store tells of the dumps. */
    @ParameterizedTest
    @MethodSource("cases")
    void keeps(RetentionCase row) {
        List<Dump> dumps = new ArrayList<>(row.parsedDumps());
        for (int i = 0; i < 10; i++) {
            assertEquals(row.kept(), kept(Retention.judge(dumps, row.parsedRules(), row.parsedNow())));
            Collections.shuffle(dumps, new Random(i));
        }
    }

    private static List<String> kept(List<Verdict> verdicts) {
        return verdicts.stream()
                .filter(Verdict::kept)
                .map(verdict -> verdict.dump().name() + ": " + String.join(", ", verdict.reasons()))
                .toList();
    }

    /** With many random dumps and rules: the newest proven dump and the minimum stay, and a second run removes nothing more. */
    @Test
    void removesNeverTooMany() {
        Random random = new Random(14);
        for (int run = 0; run < 2000; run++) {
            List<Dump> dumps = new ArrayList<>();
            for (int i = random.nextInt(40); i > 0; i--) {
                Instant started = NOW.minus(Duration.ofHours(random.nextInt(24 * 365 * 4) - 200));
                dumps.add(new Dump("d" + i, started, started, random.nextInt(4) > 0));
            }
            RetentionRules rules = new RetentionRules(
                    1 + random.nextInt(3),
                    random.nextInt(5),
                    random.nextInt(5),
                    random.nextInt(5),
                    random.nextInt(3),
                    random.nextBoolean() ? TimeSpan.parse("1m") : null,
                    random.nextInt(6),
                    null);

            List<Dump> kept = keptDumps(dumps, rules);

            List<Dump> proven = dumps.stream()
                    .filter(dump -> dump.proven() && !dump.startedAt().isAfter(NOW))
                    .toList();
            long keptProven = kept.stream()
                    .filter(dump -> dump.proven() && !dump.startedAt().isAfter(NOW))
                    .count();
            assertTrue(keptProven >= Math.min(proven.size(), Math.max(1, rules.minimum())), rules::toString);
            proven.stream()
                    .map(Dump::startedAt)
                    .max(Instant::compareTo)
                    .ifPresent(newest -> assertTrue(
                            kept.stream().anyMatch(dump -> dump.startedAt().equals(newest))));
            assertEquals(names(kept), names(keptDumps(kept, rules)), rules::toString);
        }
    }

    private static List<Dump> keptDumps(List<Dump> dumps, RetentionRules rules) {
        return Retention.judge(dumps, rules, NOW).stream()
                .filter(Verdict::kept)
                .map(Verdict::dump)
                .toList();
    }

    private static Set<String> names(List<Dump> dumps) {
        return dumps.stream().map(Dump::name).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0 | No rule says which dumps to keep: write at least one of last, daily, weekly, monthly, yearly and within.",
                "0 | 3 | The minimum says how many dumps must stay, and no rule which ones: write at least one of last, daily,"
                        + " weekly, monthly, yearly and within besides.",
                "-1 | 0 | The number of dumps to keep (daily) is negative: write how many, or leave it out.",
                "1 | -1 | The number of dumps to keep (minimum) is negative: write how many, or leave it out.",
            })
    void refusesRulesThatSayNothing(int daily, int minimum, String sentence) {
        assertEquals(
                sentence,
                assertThrows(
                                InvalidInputException.class,
                                () -> new RetentionRules(0, daily, 0, 0, 0, null, minimum, null))
                        .getMessage());
    }

    @Test
    void aDayIsOneOfUtcUnlessATimeZoneIsGiven() {
        assertEquals(ZoneOffset.UTC, new RetentionRules(1, 0, 0, 0, 0, null, 0, null).timezone());
        assertEquals(
                "There is no time zone \"Berlin\": write UTC, or a name as Europe/Berlin.",
                assertThrows(InvalidInputException.class, () -> RetentionRules.parseTimezone("Berlin"))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "30d, P30D, PT0S",
        " 8W , P56D, PT0S",
        "1y6m, P1Y6M, PT0S",
        "12h, P0D, PT12H",
        "1y2m3w4d5h, P1Y2M25D, PT5H"
    })
    void readsATime(String text, Period period, Duration time) {
        TimeSpan span = TimeSpan.parse(text);
        assertEquals(period, span.period());
        assertEquals(time, span.time());
        assertEquals(text.strip().toLowerCase(), span.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "d", "0d", "-1d", "30 days", "5h1d", "1.5d", "99999999d"})
    void refusesATimeThatIsNone(String text) {
        assertEquals(
                "The time \"" + text + "\" is none: write numbers of years, months, weeks, days and hours, as in"
                        + " 30d, 8w, 1y6m or 12h.",
                assertThrows(InvalidInputException.class, () -> TimeSpan.parse(text))
                        .getMessage());
    }
}
