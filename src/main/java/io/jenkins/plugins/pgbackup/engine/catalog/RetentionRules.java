package io.jenkins.plugins.pgbackup.engine.catalog;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Which dumps stay. A number that is 0 and a span that is {@code null} are rules that were not given. {@link Retention} applies
 * them.
 *
 * @param last so many of the newest dumps
 * @param daily the newest dump of each of the newest so many days that have one
 * @param weekly likewise of weeks, which begin on Monday (ISO 8601)
 * @param monthly likewise of months
 * @param yearly likewise of years
 * @param within all dumps that were made within this time before the newest one
 * @param minimum so many dumps stay, whatever the other rules say
 * @param timezone where a day begins; {@code null} for UTC
 */
public record RetentionRules(
        int last, int daily, int weekly, int monthly, int yearly, TimeSpan within, int minimum, ZoneId timezone) {

    /** @throws InvalidInputException with a sentence that says what to write */
    public RetentionRules {
        check("last", last);
        check("daily", daily);
        check("weekly", weekly);
        check("monthly", monthly);
        check("yearly", yearly);
        check("minimum", minimum);
        if (last == 0 && daily == 0 && weekly == 0 && monthly == 0 && yearly == 0 && within == null) {
            throw new InvalidInputException(
                    minimum == 0
                            ? "No rule says which dumps to keep: write at least one of last, daily, weekly, monthly, yearly and within."
                            : "The minimum says how many dumps must stay, and no rule which ones: write at least one of last, daily,"
                                    + " weekly, monthly, yearly and within besides.");
        }
        timezone = timezone == null ? ZoneOffset.UTC : timezone;
    }

    private static void check(String name, int number) {
        if (number < 0) {
            throw new InvalidInputException(
                    "The number of dumps to keep (" + name + ") is negative: write how many, or leave it out.");
        }
    }

    /**
     * Reads the name of a time zone.
     *
     * @throws InvalidInputException if there is none of that name
     */
    public static ZoneId parseTimezone(String text) {
        try {
            return ZoneId.of(text.strip());
        } catch (DateTimeException e) {
            throw new InvalidInputException(
                    "There is no time zone " + Quoted.of(text) + ": write UTC, or a name as Europe/Berlin.");
        }
    }
}
