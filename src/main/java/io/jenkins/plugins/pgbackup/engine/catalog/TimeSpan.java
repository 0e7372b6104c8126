package io.jenkins.plugins.pgbackup.engine.catalog;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far back from a moment, on a calendar: a month has as many days as it has there.
 *
 * @param text as people write it: {@code 30d}
 * @param period years, months and days
 * @param time hours
 */
public record TimeSpan(String text, Period period, Duration time) {

    private static final Pattern TEXT =
            Pattern.compile("(?:(\\d{1,4})y)?(?:(\\d{1,5})m)?(?:(\\d{1,5})w)?(?:(\\d{1,6})d)?(?:(\\d{1,7})h)?");

    /**
     * Reads numbers of years, months, weeks, days and hours, in that order: {@code 30d}, {@code 8w}, {@code 1y6m}, {@code 12h}.
     *
     * @throws InvalidInputException if it is no such text, or nothing at all
     */
    public static TimeSpan parse(String text) {
        String written = text.strip().toLowerCase(Locale.ROOT);
        Matcher found = TEXT.matcher(written);
        if (!found.matches()) {
            throw invalid(text);
        }
        Period period = Period.of(number(found, 1), number(found, 2), 7 * number(found, 3) + number(found, 4));
        Duration time = Duration.ofHours(number(found, 5));
        if (period.isZero() && time.isZero()) {
            throw invalid(text);
        }
        return new TimeSpan(written, period, time);
    }

    private static InvalidInputException invalid(String text) {
        return new InvalidInputException("The time " + Quoted.of(text)
                + " is none: write numbers of years, months, weeks, days and hours, as in 30d, 8w, 1y6m or 12h.");
    }

    private static int number(Matcher found, int group) {
        return found.group(group) == null ? 0 : Integer.parseInt(found.group(group));
    }

    /** The moment that is so far before another one. */
    Instant before(Instant moment, ZoneId zone) {
        return moment.atZone(zone).minus(period).minus(time).toInstant();
    }

    @Override
    public String toString() {
        return text;
    }
}
