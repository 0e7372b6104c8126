package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.util.stream.Collectors.joining;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What it means when {@code pg_dump}, {@code psql} or {@code pg_restore} failed, and what to do next.
 *
 * <p>Their exit code is 1 for nearly everything, so their words tell; they must run with {@code LC_MESSAGES=C}. The words that
 * they pass on from the server are in the language of its {@code lc_messages}, which only a superuser can change for a session
 * (PostgreSQL, 20.11.2 Locale and Formatting). Of the three only {@code psql} can be made to say the SQLSTATE of an error,
 * which is the same in every language: with the variable {@code VERBOSITY} set to {@code verbose}.
 */
public final class ProgramFailure {

    private static final int LONGEST_QUOTE = 600;

    /** libpq, getopt and a verbose psql say these beside the reason; the first names our own temporary file. */
    private static final Pattern NOISE = Pattern.compile(
            "password retrieved from file .*|(\\S+: )?hint: Try .* for more information\\.|LOCATION:  .*");

    /** How each of the programs begins the line that says why it stops; psql passes on the server's as they are. */
    private static final Pattern REASON = Pattern.compile(
            "^\\S+: (error|fatal): (?!a worker process died unexpectedly)|^(psql:.*)?(ERROR|FATAL|PANIC):");

    /** How {@code pg_restore} begins the statement that failed, in which any words may stand. */
    private static final String STATEMENT = "Command was: ";

    /** In the server's words (SQLSTATE 42501), which it says in English where {@code lc_messages} is so. */
    private static final Pattern MISSING_RIGHT = Pattern.compile(
            "ERROR:  (?:42501: )?(?:permission denied|must be (?:superuser|owner|member|able)|only superuser)");

    private static final Pattern OWN_WORDS = Pattern.compile("^\\S+: (?:error|fatal|warning): ");

    /** What a server says of an error to a verbose psql: severity, SQLSTATE and message, of which the first is translated too. */
    private static final Pattern WITH_SQL_STATE =
            Pattern.compile("^(?<severity>(?:psql:.*: )?\\p{L}+:  )(?<state>[0-9A-Z]{5}): (?<message>.*)$");

    /** A severity that is not English, or one that is the same in both and behind it a letter that English does not have. */
    private static final Pattern TRANSLATED = Pattern.compile(
            "(?m)(?:^|: )(?!(?:WARNING|NOTICE|DETAIL|HINT|QUERY|CONTEXT):)(?:(?!(?:ERROR|FATAL|PANIC):)[\\p{Lu}\\p{Lo}]+:  "
                    + "|[\\p{Lu}\\p{Lo}]+:  .*[^\\p{ASCII}])");

    /** Names, in which any letter may be. */
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");

    private static final String IN_ANOTHER_LANGUAGE = "failed for a reason that the server says in its own language:"
            + " see what it said; to have the reasons explained here, let a superuser run ALTER ROLE … SET lc_messages TO 'C'"
            + " for the user";

    /** After 128, a shell's and Java's way to say that a signal ended a program. */
    private static final Map<Integer, String> SIGNALS = Map.of(
            128 + 1, "was hung up (SIGHUP) on ${machine}: look for who ended its session, and run it again",
            128 + 2, "was interrupted (SIGINT) on ${machine}: run it again",
            128 + 6, "crashed (SIGABRT): install the newest minor release of the PostgreSQL client on ${machine}",
            128 + 9,
                    "was killed (SIGKILL) on ${machine}, as the system does when memory runs out:"
                            + " look for \"out of memory\" in its kernel log or for the container's memory limit",
            128 + 11, "crashed (SIGSEGV): install the newest minor release of the PostgreSQL client on ${machine}",
            128 + 13,
                    "was stopped because nothing read its output any more (SIGPIPE):"
                            + " look for what failed before it and run it again",
            128 + 15, "was terminated (SIGTERM) on ${machine}: look for who stopped it, and run it again");

    private ProgramFailure() {}

    /**
     * Explains a failure in one sentence that says what to do next, and quotes the program's last words behind it.
     *
     * @param operation what it ran for
     * @param program as people know it: {@code pg_dump}
     * @param exitCode not 0
     * @param lastLines what it wrote to stderr last, without control characters
     * @param url where it was to connect to
     * @param machine where it ran, as people call it
     */
    public static String explain(
            Operation operation,
            String program,
            int exitCode,
            List<String> lastLines,
            PostgresUrl url,
            String machine) {
        List<String> heard = lastLines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !NOISE.matcher(line).matches())
                .toList();
        List<String> said = heard.stream().map(ProgramFailure::withoutSqlState).toList();
        String sentence = Optional.ofNullable(SIGNALS.get(exitCode))
                .or(() -> byWords(operation, withoutStatements(said), heard))
                .orElse("failed with exit code " + exitCode
                        + (said.isEmpty() ? " and said nothing: run it by hand on ${machine}" : ": see what it said"))
                .replace("${operation}", operation.noun())
                .replace("${host}", url.displayHost())
                .replace("${machine}", machine);
        return program + " " + sentence + "." + (said.isEmpty() ? "" : " Its last words: " + lastWords(said));
    }

    /** Whether {@code psql} stopped at a command that it does not run under {@code \\restrict}. */
    public static boolean isRestriction(List<String> lastLines) {
        return lastLines.stream()
                .anyMatch(line -> RestoreCauses.RESTRICTION.explain(line).isPresent());
    }

    /** Whether the server has not an extension that the dump needs. */
    public static boolean isMissingExtension(List<String> lastLines) {
        return lastLines.stream()
                .anyMatch(line -> RestoreCauses.NO_EXTENSION.explain(line).isPresent());
    }

    /** Whether it was refused a right. */
    public static boolean isMissingRight(List<String> lastLines) {
        return lastLines.stream().anyMatch(line -> MISSING_RIGHT.matcher(line).find());
    }

    /** Whether it would not have failed so in several transactions. */
    public static boolean isOfOneTransaction(List<String> lastLines) {
        return lastLines.stream()
                .anyMatch(line -> RestoreCauses.OUT_OF_LOCKS.explain(line).isPresent()
                        || RestoreCauses.IN_TRANSACTION.explain(line).isPresent());
    }

    private static Optional<String> byWords(Operation operation, String said, List<String> heard) {
        return operation
                .explain(said)
                .or(() -> lastSqlState(heard).flatMap(SqlStateCauses::explain))
                .or(() -> isTranslated(said) ? Optional.of(IN_ANOTHER_LANGUAGE) : Optional.empty());
    }

    private static boolean isTranslated(String said) {
        return TRANSLATED.matcher(QUOTED.matcher(said).replaceAll("")).find();
    }

    private static String withoutSqlState(String line) {
        return WITH_SQL_STATE.matcher(line).replaceFirst("${severity}${message}");
    }

    private static Optional<String> lastSqlState(List<String> heard) {
        return heard.stream()
                .map(WITH_SQL_STATE::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group("state"))
                .reduce((first, second) -> second);
    }

    private static String withoutStatements(List<String> said) {
        BitSet statements = statements(said);
        return IntStream.range(0, said.size())
                .filter(line -> !statements.get(line))
                .mapToObj(said::get)
                .collect(joining("\n"));
    }

    /** Which of the lines are those of a statement that failed; the program goes on in words of its own. */
    private static BitSet statements(List<String> said) {
        BitSet statements = new BitSet();
        boolean statement = false;
        for (int line = 0; line < said.size(); line++) {
            statement = said.get(line).startsWith(STATEMENT)
                    || statement && !OWN_WORDS.matcher(said.get(line)).find();
            statements.set(line, statement);
        }
        return statements;
    }

    /** From the last reason it gave, or its last three lines. */
    private static String lastWords(List<String> said) {
        BitSet statements = statements(said);
        int from = IntStream.range(0, said.size())
                .filter(line ->
                        !statements.get(line) && REASON.matcher(said.get(line)).find())
                .max()
                .orElse(Math.max(0, said.size() - 3));
        String words = String.join(" ", said.subList(from, said.size()));
        return words.length() <= LONGEST_QUOTE ? words : words.substring(0, LONGEST_QUOTE) + "…";
    }
}
