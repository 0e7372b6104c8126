package io.jenkins.plugins.pgbackup.settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A list that a form sends as one text with a line for each element, and a Pipeline as its elements. */
public final class Lines {

    private Lines() {}

    /** Its elements without blank ones, or {@code null} if there are none: nothing is written about it then. */
    public static List<String> of(List<String> texts) {
        if (texts == null) {
            return null;
        }
        List<String> lines = texts.stream()
                .flatMap(text -> Arrays.stream(text.split("\\R")))
                .map(String::trim)
                .filter(line -> !line.isEmpty())
                .toList();
        // A list that XStream writes without naming a class of the JDK's inside.
        return lines.isEmpty() ? null : new ArrayList<>(lines);
    }

    /** The same as a form shows it: a line for each element. */
    public static String join(List<String> lines) {
        return lines == null ? null : String.join("\n", lines);
    }

    static List<String> orEmpty(List<String> lines) {
        return lines == null ? List.of() : lines;
    }
}
