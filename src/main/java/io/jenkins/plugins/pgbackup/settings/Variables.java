package io.jenkins.plugins.pgbackup.settings;

import hudson.Util;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.List;
import java.util.Map;

/** How texts of the settings are read: literally, or with the values of a build's variables in the place of their names. */
public final class Variables {

    /** What a Pipeline says is meant literally: its script has put values in already. */
    public static final Variables NONE = new Variables(null);

    private final Map<String, String> values;

    private Variables(Map<String, String> values) {
        this.values = values;
    }

    /** Those of a freestyle build. */
    public static Variables of(Map<String, String> values) {
        return new Variables(values);
    }

    /** Whether a text will be another one when a freestyle build has put its variables in. */
    public static boolean standIn(String text) {
        return text != null && text.contains("$");
    }

    boolean areNone() {
        return values == null;
    }

    /** The value of one; {@code null} if it has none. */
    String get(String name) {
        return values.get(name);
    }

    /** @param text or {@code null} */
    public String expand(String text) {
        return areNone() ? text : Util.replaceMacro(text, values);
    }

    /** Likewise of a list, to which a value of several lines adds several elements. */
    public List<String> expand(List<String> lines) {
        List<String> given = Lines.orEmpty(lines);
        return areNone()
                ? given
                : Lines.orEmpty(Lines.of(given.stream().map(this::expand).toList()));
    }

    /**
     * Likewise of the names of what is dumped.
     *
     * @throws InvalidInputException if one vanishes: it would not be missed, and a dump of one table would be one of all
     */
    public List<String> expandNames(List<String> lines) {
        for (String line : Lines.orEmpty(lines)) {
            if (!areNone() && expand(line).isBlank()) {
                throw new InvalidInputException(Messages.Variables_nameEmpty(line));
            }
        }
        return expand(lines);
    }
}
