package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.pgbackup.engine.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes a connection URI apart exactly where libpq does (34.1.1.2 Connection URIs, and {@code conninfo_uri_parse_options}
 * of its source where the page is silent), into libpq's own parameters: decoded, the last of several equal names wins,
 * empty parts of the URI's path count as not given.
 *
 * <p>No sentence repeats a piece of the URL that could belong to a password: an {@code @}, {@code /} or {@code ?} that
 * somebody forgot to encode moves parts of it to places where none is expected.
 */
final class UrlParser {

    private final String url;
    private final Map<String, String> parameters = new LinkedHashMap<>();

    private UrlParser(String url) {
        this.url = url;
    }

    static Map<String, String> parse(String url) {
        UrlParser parser = new UrlParser(url);
        parser.parse();
        return parser.parameters;
    }

    private void parse() {
        if (url.isBlank()) {
            throw new InvalidInputException("The URL is empty: write postgres://user@host:port/database.");
        }
        if (url.chars().anyMatch(Character::isISOControl)) {
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
            storeUnlessEmpty(ConnectionParameter.USER, userAndPassword[0]);
            if (userAndPassword.length > 1) {
                storeUnlessEmpty(ConnectionParameter.PASSWORD, userAndPassword[1]);
            }
        }
        int afterHosts = hosts(afterUser);
        int query = indexOfAny(afterUser, "?", afterHosts);
        if (afterHosts < query) {
            storeUnlessEmpty(ConnectionParameter.DATABASE, afterUser.substring(afterHosts + 1, query));
        }
        if (query < afterUser.length()) {
            query(afterUser.substring(query + 1));
        }
    }

    /** Reads {@code host[:port][,…]} and returns the index behind it: that of a slash, a question mark or the end. */
    private int hosts(String text) {
        StringBuilder names = new StringBuilder();
        StringBuilder ports = new StringBuilder();
        for (int i = 0; ; i++) {
            int nameEnd;
            if (text.startsWith("[", i)) {
                int bracket = indexOfAny(text, "]", i);
                nameEnd = bracket + 1;
                checkBrackets(text, i, bracket);
                names.append(text, i + 1, bracket);
            } else {
                nameEnd = indexOfAny(text, ":/?,", i);
                names.append(text, i, nameEnd);
            }
            i = nameEnd;
            if (text.startsWith(":", i)) {
                i = indexOfAny(text, "/?,", i);
                ports.append(text, nameEnd + 1, i);
            }
            if (!text.startsWith(",", i)) {
                storeUnlessEmpty(ConnectionParameter.HOST, names.toString());
                storeUnlessEmpty(ConnectionParameter.PORT, ports.toString());
                return i;
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
            parameter(number, PercentEncoding.decode(nameAndValue[0]), PercentEncoding.decode(nameAndValue[1]));
            start = end + 1;
        }
    }

    private void parameter(int number, String name, String value) {
        ConnectionParameter.refuseSecrets(name);
        if (name.equals("ssl")) {
            if (!value.equals("true")) {
                throw new InvalidInputException("Of JDBC's parameter ssl libpq takes only ssl=true in a URL:"
                        + " write sslmode=disable, prefer, require, verify-ca or verify-full.");
            }
            parameters.put("sslmode", "require");
        } else if (name.equals("requiressl")) {
            parameters.put("sslmode", value.startsWith("1") ? "require" : "prefer");
        } else if (ConnectionParameter.isKnown(name)) {
            ConnectionParameter.checkValue(name, value);
            parameters.put(name, value);
        } else {
            throw new InvalidInputException(
                    "libpq has no connection parameter " + shown(number, name) + ": check its spelling.");
        }
    }

    private String shown(int number, String name) {
        boolean maybeSecret = url.indexOf('@') >= 0 || parameters.containsKey(ConnectionParameter.PASSWORD);
        return maybeSecret ? "of the name that is number " + number + " in the URL's query" : Quoted.of(name);
    }

    private void storeUnlessEmpty(String name, String encoded) {
        if (!encoded.isEmpty()) {
            parameters.put(name, PercentEncoding.decode(encoded));
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
