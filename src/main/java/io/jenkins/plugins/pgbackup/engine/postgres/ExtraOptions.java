package io.jenkins.plugins.pgbackup.engine.postgres;

import static io.jenkins.plugins.pgbackup.engine.postgres.NamePattern.Kind.EXTENSION;
import static io.jenkins.plugins.pgbackup.engine.postgres.NamePattern.Kind.FOREIGN_SERVER;
import static io.jenkins.plugins.pgbackup.engine.postgres.NamePattern.Kind.SCHEMA;
import static io.jenkins.plugins.pgbackup.engine.postgres.NamePattern.Kind.TABLE;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which options of {@code pg_dump} a person may add to those that are decided here already.
 *
 * <p>The rule has to see what {@code getopt_long} sees: {@code --fil} and {@code -vf/tmp/x} name a file just as
 * {@code --file} does. Where it cannot know (a short option of no version up to 18), it refuses.
 */
final class ExtraOptions {

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

    /** Of those, what takes a pattern, and what it does with what matches. */
    private static final List<NamePattern> PATTERNS = List.of(
            including("extension", EXTENSION),
            including("include-foreign-data", FOREIGN_SERVER),
            including("schema", SCHEMA),
            including("table", TABLE),
            including("table-and-children", TABLE),
            excluding("exclude-extension", EXTENSION),
            excluding("exclude-schema", SCHEMA),
            excluding("exclude-table", TABLE),
            excluding("exclude-table-and-children", TABLE),
            excluding("exclude-table-data", TABLE),
            excluding("exclude-table-data-and-children", TABLE));

    private static final Map<Character, NamePattern> SHORT_PATTERNS = Map.of(
            'e', including("e", EXTENSION),
            'n', including("n", SCHEMA),
            't', including("t", TABLE),
            'N', excluding("N", SCHEMA),
            'T', excluding("T", TABLE));

    /** By these a person says whether large objects are dumped, the last of them that nothing but definitions is. */
    private static final Set<String> ON_LARGE_OBJECTS =
            Set.of("blobs", "large-objects", "no-blobs", "no-large-objects", "schema-only");

    private static final String SHORT_ON_LARGE_OBJECTS = "bBs";

    private ExtraOptions() {}

    private static NamePattern including(String option, NamePattern.Kind kind) {
        return new NamePattern(option, kind, false, "");
    }

    private static NamePattern excluding(String option, NamePattern.Kind kind) {
        return new NamePattern(option, kind, true, "");
    }

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

    /**
     * The pattern that an option gives to {@code pg_dump}, be the option's name abbreviated.
     *
     * @param option one that was checked
     */
    static Optional<NamePattern> pattern(String option) {
        int equals = option.indexOf('=');
        if (option.startsWith("--") && equals > 0) {
            String name = option.substring(2, equals);
            return PATTERNS.stream()
                    .filter(pattern -> pattern.option().startsWith(name))
                    .min(Comparator.comparingInt(pattern -> pattern.option().length()))
                    .map(found -> given(found, option, equals + 1));
        }
        int letter = letterWithArgument(option);
        return option.startsWith("--") || letter < 0
                ? Optional.empty()
                : Optional.ofNullable(SHORT_PATTERNS.get(option.charAt(letter)))
                        .map(found -> given(found, option, letter + 1));
    }

    private static NamePattern given(NamePattern found, String option, int value) {
        return new NamePattern(option.substring(0, value), found.kind(), found.excludes(), option.substring(value));
    }

    /** Whether an option says if large objects are dumped. */
    static boolean isOnLargeObjects(String option) {
        if (option.startsWith("--")) {
            return ON_LARGE_OBJECTS.stream().anyMatch(name -> name.startsWith(option.substring(2)));
        }
        int letter = letterWithArgument(option);
        return option.substring(1, letter < 0 ? option.length() : letter)
                .chars()
                .anyMatch(c -> SHORT_ON_LARGE_OBJECTS.indexOf(c) >= 0);
    }

    private static int letterWithArgument(String option) {
        return IntStream.range(1, option.length())
                .filter(i -> SHORT_WITH_ARGUMENT.indexOf(option.charAt(i)) >= 0)
                .findFirst()
                .orElse(-1);
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
