package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.InvalidInputException;
import java.util.List;
import java.util.Set;

/**
 * Which options of {@code pg_dump} a person may add to those that are decided here already.
 *
 * <p>The rule has to see what {@code getopt_long} sees: {@code --fil} and {@code -vf/tmp/x} name a file just as
 * {@code --file} does. Where it cannot know (a short option of no version up to 18), it refuses.
 */
public final class ExtraOptions {

    private static final Set<String> DECIDED_LONG = Set.of(
            "compress",
            "dbname",
            "file",
            "format",
            "help",
            "host",
            "jobs",
            "lock-wait-timeout",
            "no-password",
            "no-sync",
            "password",
            "port",
            "username",
            "version");

    /** {@code -i}, {@code -D} and {@code -o} are of old versions; all take no argument. */
    private static final String SHORT_WITHOUT_ARGUMENT = "abBcCDiOoRsvx";

    private static final String SHORT_WITH_ARGUMENT = "eEnNStT";
    private static final String DECIDED_SHORT = "fFdhpUWwjZV?";

    private static final Set<String> LONG_WITH_ARGUMENT = Set.of(
            "encoding",
            "exclude-extension",
            "exclude-schema",
            "exclude-table",
            "exclude-table-and-children",
            "exclude-table-data",
            "exclude-table-data-and-children",
            "extension",
            "extra-float-digits",
            "filter",
            "include-foreign-data",
            "restrict-key",
            "role",
            "rows-per-insert",
            "schema",
            "section",
            "snapshot",
            "superuser",
            "sync-method",
            "table",
            "table-and-children");

    private ExtraOptions() {}

    /**
     * Lets one option pass.
     *
     * @throws InvalidInputException with the reason why it does not
     */
    public static void check(String option) {
        if (option.chars().anyMatch(c -> c == 0 || c == '\n' || c == '\r')) {
            throw new InvalidInputException("The extra option " + shown(option)
                    + " contains a line break or a NUL character: give each option as an element of its own.");
        }
        if (!option.startsWith("-")) {
            throw new InvalidInputException("The extra option " + shown(option)
                    + " does not begin with \"-\": write an option and its value as one element,"
                    + " as in --section=data.");
        }
        if (option.equals("-") || option.equals("--")) {
            throw new InvalidInputException(
                    "The extra option " + Quoted.of(option) + " is none: write its name behind it, or leave it out.");
        }
        if (option.startsWith("--")) {
            checkLong(option);
        } else {
            checkShort(option);
        }
    }

    static List<String> checked(List<String> options) {
        options.forEach(ExtraOptions::check);
        return List.copyOf(options);
    }

    private static void checkLong(String option) {
        int equals = option.indexOf('=');
        String name = option.substring(2, equals < 0 ? option.length() : equals);
        DECIDED_LONG.stream()
                .sorted()
                .filter(decided -> decided.startsWith(name))
                .findFirst()
                .ifPresent(decided -> {
                    throw decided(shown(option), "--" + decided);
                });
        if (equals < 0 && LONG_WITH_ARGUMENT.contains(name)) {
            throw new InvalidInputException("The extra option " + Quoted.of(option)
                    + " needs a value: write both as one element, as in " + option + "=value.");
        }
    }

    /** One dash begins any number of letters; the first that takes an argument takes what is left. */
    private static void checkShort(String option) {
        for (int i = 1; i < option.length(); i++) {
            char letter = option.charAt(i);
            if (DECIDED_SHORT.indexOf(letter) >= 0) {
                throw decided(shown(option.substring(0, i + 1), i + 1 < option.length()), "-" + letter);
            }
            if (SHORT_WITH_ARGUMENT.indexOf(letter) >= 0) {
                if (i == option.length() - 1) {
                    throw new InvalidInputException("The extra option " + Quoted.of(option)
                            + " needs a value: write both as one element, as in " + option + "value.");
                }
                return;
            }
            if (SHORT_WITHOUT_ARGUMENT.indexOf(letter) < 0) {
                throw new InvalidInputException(
                        "The extra option " + shown(option) + " has the letter " + Quoted.of(String.valueOf(letter))
                                + ", which no pg_dump up to 18 takes: write the long form.");
            }
        }
    }

    /** Without what could be the value of an option, or of an element that is none: that may be or hold a password. */
    private static String shown(String option) {
        int end = option.length();
        for (String beforeValue : List.of("=", "://", "\n", "\r", "\0")) {
            int found = option.indexOf(beforeValue);
            if (found > 0) {
                end = Math.min(end, found + beforeValue.length());
            }
        }
        return shown(option.substring(0, end), end < option.length());
    }

    private static String shown(String beginning, boolean goesOn) {
        return Quoted.of(goesOn ? beginning + "…" : beginning);
    }

    private static InvalidInputException decided(String shown, String decided) {
        return new InvalidInputException("The extra option " + shown + " is or could be pg_dump's " + decided
                + ", which is decided by the backup itself:"
                + " use the backup's own options, or write the name in full.");
    }
}
