package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.engine.catalog.RetentionRules;
import io.jenkins.plugins.pgbackup.engine.catalog.TimeSpan;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which dumps stay. */
final class KeepArguments {

    static final String HEADING = "%nKeep:%n";

    @Option(names = "--keep-last", paramLabel = "N", description = "The newest N dumps")
    private Integer last;

    @Option(
            names = "--keep-daily",
            paramLabel = "N",
            description = "The newest dump of each of the newest N days that have one")
    private Integer daily;

    @Option(names = "--keep-weekly", paramLabel = "N", description = "Likewise of weeks, from Monday")
    private Integer weekly;

    @Option(names = "--keep-monthly", paramLabel = "N", description = "Likewise of months")
    private Integer monthly;

    @Option(names = "--keep-yearly", paramLabel = "N", description = "Likewise of years")
    private Integer yearly;

    @Option(
            names = "--keep-within",
            paramLabel = "TIME",
            description = "All dumps of this time before the newest one: 30d, 8w, 1y6m, 12h")
    private String within;

    @Option(names = "--keep-minimum", paramLabel = "N", description = "At least N dumps, whatever the others say")
    private Integer minimum;

    @Option(
            names = "--keep-timezone",
            paramLabel = "ZONE",
            description = "Where a day begins, as in Europe/Berlin (default: UTC)")
    private String timezone;

    @Option(
            names = "--any-job",
            description =
                    "Judge the dumps of all Jenkins jobs, too; without it only those that the command line has made")
    private boolean anyJob;

    /**
     * The rules.
     *
     * @return empty if there is no such option
     * @throws InvalidInputException if they do not say which dumps stay
     */
    Optional<RetentionRules> rules() {
        boolean given = anyJob
                || Stream.of(last, daily, weekly, monthly, yearly, within, minimum, timezone)
                        .anyMatch(Objects::nonNull);
        return given
                ? Optional.of(new RetentionRules(
                        number(last),
                        number(daily),
                        number(weekly),
                        number(monthly),
                        number(yearly),
                        within == null ? null : TimeSpan.parse(within),
                        number(minimum),
                        timezone == null ? null : RetentionRules.parseTimezone(timezone)))
                : Optional.empty();
    }

    boolean anyJob() {
        return anyJob;
    }

    private static int number(Integer option) {
        return option == null ? 0 : option;
    }
}
