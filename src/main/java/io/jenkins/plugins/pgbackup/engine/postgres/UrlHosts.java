package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The part {@code host[:port][,…]} of a URL, in which a value is a part of the syntax, as lists of hosts are. */
final class UrlHosts {

    private static final String PLACE = UrlTemplate.PLACE;

    /** Those of host names and IPv4 addresses, in every script. */
    private static final String NAME = "[\\p{L}\\p{N}._-]+";

    /** With a zone, {@code [fe80::1%eth0]} (RFC 4007, 11). */
    private static final String ADDRESS = "[0-9A-Fa-f:.]+(%[0-9A-Za-z._-]+)?";

    private static final String HOST = "(" + NAME + "|\\[" + ADDRESS + "])";
    private static final String HOST_AND_PORT = HOST + "(:[0-9]{1,5})?";
    private static final String LIST = HOST_AND_PORT + "(," + HOST_AND_PORT + ")*";

    private UrlHosts() {}

    /**
     * Puts values in.
     *
     * @param written with {@link UrlTemplate#PLACE} for each value
     * @return the same with the values; {@code null} if one is not known
     * @throws InvalidInputException for a value that is more, or something else, than what its place is for
     */
    static String fill(String written, Iterator<UrlTemplate.Variable> variables) {
        List<String> elements = new ArrayList<>();
        boolean known = true;
        for (String element : elements(written)) {
            String filled = element(element, variables);
            known &= filled != null;
            elements.add(filled);
        }
        return known ? String.join(",", elements) : null;
    }

    /** No comma in brackets begins another host. */
    private static String[] elements(String written) {
        return written.split(",(?![^\\[]*])", -1);
    }

    private static String element(String element, Iterator<UrlTemplate.Variable> variables) {
        if (element.equals(PLACE)) {
            return value(variables.next(), LIST);
        }
        boolean bracketed = element.startsWith("[");
        int colon = element.indexOf(':', bracketed ? element.indexOf(']') : 0);
        String name = colon < 0 ? element : element.substring(0, colon);
        String host =
                name.equals(PLACE) ? value(variables.next(), HOST) : fill(name, variables, bracketed ? ADDRESS : NAME);
        String port = fill(element.substring(name.length()), variables, "[0-9]*");
        return host == null || port == null ? null : host + port;
    }

    private static String fill(String written, Iterator<UrlTemplate.Variable> variables, String allowed) {
        StringBuilder filled = new StringBuilder();
        boolean known = true;
        for (int i = 0; i < written.length(); i++) {
            if (written.startsWith(PLACE, i)) {
                String value = value(variables.next(), allowed);
                known &= value != null;
                filled.append(value);
            } else {
                filled.append(written.charAt(i));
            }
        }
        return known ? filled.toString() : null;
    }

    private static String value(UrlTemplate.Variable variable, String allowed) {
        if (!variable.isKnown()) {
            return null;
        }
        if (!variable.value().matches(allowed)) {
            throw new InvalidInputException("The variable " + Quoted.of(variable.name())
                    + " stands for a host or port in the URL and holds something else: give it a host,"
                    + " an IPv6 address in brackets or, where it stands for both, host:port or a list of these.");
        }
        return variable.value().replace("%", "%25");
    }
}
