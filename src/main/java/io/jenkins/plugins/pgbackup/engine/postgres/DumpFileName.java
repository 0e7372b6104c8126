package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a dump's file is named.
 *
 * <p>Of a value that comes from outside (a database, a job), letters and digits of every script, {@code _}, {@code -}
 * and {@code .} stay; everything else becomes {@code _}, as do a dot or dash at the start, a dot at the end and the
 * second of two dots: such a name means nothing to a shell, to Windows, to a URL or to an S3 tool.
 */
public final class DumpFileName {

    public static final String DATABASE = "database";
    public static final String TIMESTAMP = "timestamp";
    public static final String DEFAULT_TEMPLATE = "${database}-${timestamp}";

    /** In bytes of UTF-8: file systems take 255, and {@code .json} and {@code .part} must fit behind the name. */
    public static final int LONGEST = 255 - ".json".length() - ".part".length();

    private static final DateTimeFormatter TIMESTAMP_FORM =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^${}]*)}");
    private static final Pattern NOT_PORTABLE = Pattern.compile("[/\\\\:*?\"<>|]");
    private static final Pattern RESERVED_ON_WINDOWS =
            Pattern.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    private DumpFileName() {}

    /**
     * The name by a template in which {@code ${name}} stands for a variable.
     *
     * @param variables values by name; made safe as the class says
     * @throws InvalidInputException if the template is none, or where the name gets too long
     */
    public static String render(String template, Map<String, String> variables, String suffix) {
        checkTemplate(template, variables.keySet());
        return finished(replaceVariables(template, name -> safe(variables.get(name))), suffix);
    }

    /**
     * Lets a template pass, before any value is known.
     *
     * @throws InvalidInputException with the reason why it does not
     */
    public static void checkTemplate(String template, Collection<String> variables) {
        if (template.isBlank()) {
            throw new InvalidInputException(
                    "The template of the file name is empty: write " + DEFAULT_TEMPLATE + ", or leave it out.");
        }
        String literal = replaceVariables(template, name -> {
            if (!variables.contains(name)) {
                throw new InvalidInputException("The template of the file name has no variable "
                        + Quoted.of("${" + name + "}") + ": it knows ${"
                        + String.join("}, ${", variables.stream().sorted().toList()) + "}.");
            }
            return "x";
        });
        if (literal.indexOf('$') >= 0) {
            throw new InvalidInputException("The template of the file name has a \"$\" that begins no variable: write "
                    + DEFAULT_TEMPLATE + " with both braces.");
        }
        if (literal.contains("..")) {
            throw new InvalidInputException("The template of the file name contains \"..\": leave it out.");
        }
        if (literal.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidInputException(
                    "The template of the file name contains a line break or another control character: leave it out.");
        }
        Matcher notPortable = NOT_PORTABLE.matcher(literal);
        if (notPortable.find()) {
            throw new InvalidInputException("The template of the file name contains " + Quoted.of(notPortable.group())
                    + ", which not every file system takes: leave it out"
                    + (notPortable.group().equals("/") ? ", and write directories into the destination." : "."));
        }
        int bytes = replaceVariables(template, name -> "").getBytes(UTF_8).length;
        if (bytes > LONGEST) {
            throw new InvalidInputException("The template of the file name has " + bytes + " bytes of the " + LONGEST
                    + " that are possible: shorten it.");
        }
        if (literal.startsWith("-") || literal.startsWith(".")) {
            throw new InvalidInputException("The template of the file name begins with "
                    + Quoted.of(literal.substring(0, 1)) + ": begin with a letter or a variable.");
        }
    }

    /** Whether Windows takes a file of that name for a device: {@code NUL}, {@code con.dump}. */
    public static boolean isReservedOnWindows(String name) {
        return RESERVED_ON_WINDOWS.matcher(name).matches();
    }

    /** A moment for a file name: in UTC, to the second, free of characters that a file system dislikes. */
    public static String timestamp(Instant moment) {
        return TIMESTAMP_FORM.format(moment);
    }

    private static String replaceVariables(String template, UnaryOperator<String> value) {
        return VARIABLE.matcher(template).replaceAll(found -> Matcher.quoteReplacement(value.apply(found.group(1))));
    }

    private static String safe(String value) {
        StringBuilder safe = new StringBuilder(value.length());
        value.codePoints().map(c -> staysInName(c) ? c : '_').forEach(safe::appendCodePoint);
        return safe.toString();
    }

    private static boolean staysInName(int c) {
        return Character.isLetterOrDigit(c) || isCombining(c) || c == '_' || c == '-' || c == '.';
    }

    /** Without these, names in many scripts would lose their vowels. */
    private static boolean isCombining(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    private static String finished(String stem, String suffix) {
        String name = stem.replace("..", "._").replaceFirst("^[.-]", "_").replaceFirst("\\.$", "_") + suffix;
        if (isReservedOnWindows(name)) {
            name = "_" + name;
        }
        int bytes = name.getBytes(UTF_8).length;
        if (bytes > LONGEST) {
            throw new InvalidInputException("The dump's file name would have " + bytes + " bytes of the " + LONGEST
                    + " that are possible: shorten its template, or the names in it.");
        }
        return name;
    }
}
