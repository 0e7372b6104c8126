package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes a connection URI apart exactly where libpq does (34.1.1.2 Connection URIs, and {@code conninfo_uri_parse_options}
 * of its source where the page is silent), into libpq's own parameters: decoded, the last of several equal names wins,
 * empty parts of the URI's path count as not given.
 *
 * <p>No sentence repeats a piece of the URL that could belong to a password: an {@code @}, {@code /} or {@code ?} that
 * was not encoded moves parts of it to places where none is expected.
 */
final class UrlParser {

    private final String url;
    private final Iterator<UrlTemplate.Variable> variables;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private boolean hasPassword;
    private boolean hostsAreKnown = true;

    private UrlParser(String url, List<UrlTemplate.Variable> variables) {
        this.url = url;
        this.variables = variables.iterator();
    }

    static Map<String, String> parse(String url) {
        return read(url, List.of()).parameters();
    }

    /**
     * Reads a URL in which {@link UrlTemplate#PLACE} stands for the value of each variable, in their order. What depends on a
     * value that is not known is left out.
     */
    static UrlParser read(String url, List<UrlTemplate.Variable> variables) {
        UrlParser parser = new UrlParser(url, variables);
        parser.parse(variables.size());
        if (!parser.hostsAreKnown) {
            parser.parameters.keySet().removeAll(ConnectionParameter.HOSTS);
        }
        return parser;
    }

    Map<String, String> parameters() {
        return parameters;
    }

    /** Whether a password is written in the URL, be it one that libpq does not use because another one follows. */
    boolean hasPassword() {
        return hasPassword;
    }

    private void parse(int places) {
        if (url.isBlank()) {
            throw new InvalidInputException("The URL is empty: write postgres://user@host:port/database.");
        }
        if (url.chars().anyMatch(Character::isISOControl) || UrlTemplate.places(url) != places) {
            throw new InvalidInputException("The URL contains a line break or another control character: remove it,"
                    + " or write it percent-encoded where it is meant.");
        }
        if (!UTF_8.newEncoder().canEncode(url)) {
            throw new InvalidInputException("The URL contains half of a character: write it again.");
        }
        authority(afterScheme());
    }

    private String afterScheme() {
        for (String scheme : new String[] {"postgresql://", "postgres://"}) {
            if (url.startsWith(scheme)) {
                return url.substring(scheme.length());
            }
        }
        if (url.startsWith("jdbc:")) {
            throw new InvalidInputException("The URL is one for JDBC: write it without the leading \"jdbc:\","
                    + " and its parameters by libpq's names.");
        }
        throw new InvalidInputException(
                "The URL does not begin with postgres:// or postgresql://: write postgres://user@host:port/database.");
    }

    private void authority(String rest) {
        int end = indexOfAny(rest, "@/", 0);
        boolean hasUser = end < rest.length() && rest.charAt(end) == '@';
        String afterUser = hasUser ? rest.substring(end + 1) : rest;
        // libpq would go on with the rest of the password as host or database, and show it in its messages
        if (afterUser.substring(0, indexOfAny(afterUser, "?", 0)).indexOf('@') >= 0) {
            throw new InvalidInputException(
                    "The URL has an @ that could belong to the password, the host or the database:"
                            + " write each @ but the one before the host as %40, and a / of a password as %2F.");
        }
        if (hasUser) {
            String[] userAndPassword = rest.substring(0, end).split(":", 2);
            storeUnlessEmpty(ConnectionParameter.USER, filled(userAndPassword[0]));
            if (userAndPassword.length > 1) {
                storeUnlessEmpty(ConnectionParameter.PASSWORD, filled(userAndPassword[1]));
            }
        }
        int afterHosts = endOfHosts(afterUser);
        hosts(afterUser.substring(0, afterHosts));
        int query = indexOfAny(afterUser, "?", afterHosts);
        if (afterHosts < query) {
            storeUnlessEmpty(ConnectionParameter.DATABASE, filled(afterUser.substring(afterHosts + 1, query)));
        }
        if (query < afterUser.length()) {
            query(afterUser.substring(query + 1));
        }
    }

    /** The index behind {@code host[:port][,…]}: that of a slash, a question mark or the end. */
    private static int endOfHosts(String text) {
        int i = 0;
        while (true) {
            i = indexOfAny(text, ":/?,", endOfBrackets(text, i));
            i = text.startsWith(":", i) ? indexOfAny(text, "/?,", i) : i;
            if (!text.startsWith(",", i)) {
                return i;
            }
            i++;
        }
    }

    /** The index behind {@code [address]}, or the same one where no bracket begins. */
    private static int endOfBrackets(String text, int start) {
        if (!text.startsWith("[", start)) {
            return start;
        }
        int bracket = indexOfAny(text, "]", start);
        checkBrackets(text, start, bracket);
        return bracket + 1;
    }

    /** Reads {@code host[:port][,…]}. */
    private void hosts(String written) {
        StringBuilder names = new StringBuilder();
        StringBuilder ports = new StringBuilder();
        String text = UrlHosts.fill(written, variables);
        if (text == null) {
            hostsAreKnown = false;
            return;
        }
        for (int i = 0; ; i++) {
            int nameEnd = endOfBrackets(text, i);
            if (nameEnd > i) {
                names.append(text, i + 1, nameEnd - 1);
            } else {
                nameEnd = indexOfAny(text, ":,", i);
                names.append(text, i, nameEnd);
            }
            i = indexOfAny(text, ",", nameEnd);
            if (nameEnd < i) {
                ports.append(text, nameEnd + 1, i);
            }
            if (i == text.length()) {
                storeUnlessEmpty(ConnectionParameter.HOST, Filled.of(names.toString()));
                storeUnlessEmpty(ConnectionParameter.PORT, Filled.of(ports.toString()));
                return;
            }
            names.append(',');
            ports.append(',');
        }
    }

    private static void checkBrackets(String text, int open, int close) {
        if (close == text.length()) {
            throw new InvalidInputException("The URL's \"[\" has no \"]\": write an IPv6 address as [::1].");
        }
        if (close == open + 1) {
            throw new InvalidInputException("The URL's \"[]\" holds no address: write an IPv6 address as [::1].");
        }
        if (close + 1 < text.length() && ":/?,".indexOf(text.charAt(close + 1)) < 0) {
            throw new InvalidInputException("After the URL's \"]\" only a port, a database or another host can follow:"
                    + " write [::1]:5432/database.");
        }
    }

    private void query(String query) {
        for (int start = 0, number = 1; start < query.length(); number++) {
            int end = indexOfAny(query, "&", start);
            String[] nameAndValue = query.substring(start, end).split("=", -1);
            if (nameAndValue.length != 2) {
                throw new InvalidInputException(
                        "Parameter " + number + " in the URL's query is not of the form name=value:"
                                + " write a = of its value as %3D, an & as %26.");
            }
            Filled name = filled(nameAndValue[0]);
            Filled value = filled(nameAndValue[1]);
            if (name.isKnown()) {
                parameter(number, name.text(), value);
            }
            start = end + 1;
        }
    }

    private void parameter(int number, String name, Filled filled) {
        String value = filled.text();
        ConnectionParameter.refuseSecrets(name);
        if (!filled.isKnown() && (ConnectionParameter.isKnown(name) || ConnectionParameter.isAlias(name))) {
            store(name, filled);
        } else if (name.equals("ssl")) {
            if (!value.equals("true")) {
                throw new InvalidInputException("Of JDBC's parameter ssl libpq takes only ssl=true in a URL:"
                        + " write sslmode=disable, prefer, require, verify-ca or verify-full.");
            }
            parameters.put("sslmode", "require");
        } else if (name.equals("requiressl")) {
            parameters.put("sslmode", value.startsWith("1") ? "require" : "prefer");
        } else if (ConnectionParameter.isKnown(name)) {
            ConnectionParameter.checkValue(name, value);
            store(name, filled);
        } else {
            throw new InvalidInputException(
                    "libpq has no connection parameter " + shown(number, name) + ": check its spelling.");
        }
    }

    private String shown(int number, String name) {
        boolean maybeSecret = url.indexOf('@') >= 0 || parameters.containsKey(ConnectionParameter.PASSWORD);
        return maybeSecret ? "of the name that is number " + number + " in the URL's query" : Quoted.of(name);
    }

    private void storeUnlessEmpty(String name, Filled value) {
        if (!value.isKnown() || !value.text().isEmpty()) {
            store(name, value);
        }
    }

    private void store(String name, Filled value) {
        hasPassword |= name.equals(ConnectionParameter.PASSWORD) && value.isWritten();
        if (value.isKnown()) {
            parameters.put(name, value.text());
        } else {
            parameters.remove(name);
            hostsAreKnown = hostsAreKnown && !ConnectionParameter.HOSTS.contains(name);
        }
    }

    /** Decodes what is written and then puts the values in: they are no part of the URL's syntax, whatever they hold. */
    private Filled filled(String written) {
        StringBuilder text = new StringBuilder();
        boolean known = true;
        String[] pieces = written.split(UrlTemplate.PLACE, -1);
        for (int i = 0; i < pieces.length; i++) {
            if (i > 0) {
                UrlTemplate.Variable variable = variables.next();
                known &= variable.isKnown();
                text.append(variable.isKnown() ? variable.value() : "");
            }
            text.append(PercentEncoding.decode(pieces[i]));
        }
        return new Filled(text.toString(), known, written.length() >= pieces.length);
    }

    /**
     * A part of the URL.
     *
     * @param text decoded, with its values
     * @param isKnown whether all of its values are known
     * @param isWritten whether there is more in it than variables
     */
    private record Filled(String text, boolean isKnown, boolean isWritten) {

        static Filled of(String written) {
            return new Filled(PercentEncoding.decode(written), true, true);
        }
    }

    private static int indexOfAny(String text, String characters, int from) {
        int i = from;
        while (i < text.length() && characters.indexOf(text.charAt(i)) < 0) {
            i++;
        }
        return i;
    }
}
