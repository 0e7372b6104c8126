package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.util.Collections;
import java.util.List;

/**
 * A connection URI in which variables stand.
 *
 * <p>A variable that is all of it holds a whole URL. Any other holds the text of the part in which it stands (user, password,
 * database, name or value of a parameter), not encoded, and whatever it holds remains in that part: {@code shop?host=other} in
 * the place of the database is a database of that name. In the place of hosts it holds a host, {@code host:port} or a list of
 * these, an IPv6 address in brackets; in that of a port, digits.
 */
public final class UrlTemplate {

    /** Stands for the value of a variable: a code point that is no character (Unicode, 23.7 Noncharacters). */
    public static final String PLACE = "\uFFFF";

    private UrlTemplate() {}

    /**
     * Reads the URL that a template and its values make.
     *
     * @param template with {@link #PLACE} for each variable
     * @param variables in the order of their places
     * @throws InvalidInputException as {@link PostgresUrl#parse} does, and where a value cannot stand in its place; no value is
     *     repeated
     */
    public static PostgresUrl fill(String template, List<Variable> variables) {
        if (isWhole(template)) {
            return PostgresUrl.parse(variables.get(0).value());
        }
        variables.forEach(Variable::check);
        return PostgresUrl.of(read(template, variables).parameters());
    }

    /**
     * Says whether a password, or a part of one, is written in a template; values are none that are written.
     *
     * @throws InvalidInputException if no values make a URL of it
     */
    public static boolean hasPassword(String template) {
        if (isWhole(template)) {
            return false;
        }
        UrlParser parser = read(template, Collections.nCopies(places(template), Variable.UNKNOWN));
        PostgresUrl.of(parser.parameters());
        return parser.hasPassword();
    }

    private static UrlParser read(String template, List<Variable> variables) {
        if (template.indexOf(PLACE) >= 0 && !template.matches("(?s)postgres(ql)?://.*")) {
            throw new InvalidInputException("A variable in the URL is neither the whole of it nor behind its beginning:"
                    + " write postgresql:// and then variables, as in postgresql://$HOST/$DATABASE.");
        }
        return UrlParser.read(template, variables);
    }

    static int places(String template) {
        return (int) template.chars().filter(c -> c == PLACE.charAt(0)).count();
    }

    private static boolean isWhole(String template) {
        return template.equals(PLACE);
    }

    /**
     * What stands for a part of the URL.
     *
     * @param name for sentences
     * @param value or {@code null} if it is not known
     */
    public record Variable(String name, String value) {

        private static final Variable UNKNOWN = new Variable("", null);

        boolean isKnown() {
            return value != null;
        }

        private void check() {
            if (value.chars().anyMatch(Character::isISOControl)
                    || !UTF_8.newEncoder().canEncode(value)) {
                throw new InvalidInputException("The variable " + Quoted.of(name)
                        + " in the URL holds a line break or another character that no URL has: remove it.");
            }
        }

        /** Without the value, which may be a password. */
        @Override
        public String toString() {
            return name;
        }
    }
}
