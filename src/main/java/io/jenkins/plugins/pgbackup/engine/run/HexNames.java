package io.jenkins.plugins.pgbackup.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names in what {@code psql} prints. They are queried as the hexadecimal form of their UTF-8, so that no character of one is
 * taken for a separator or a line's end.
 */
final class HexNames {

    private static final Pattern NAME = Pattern.compile("(?:[0-9a-f]{2})+");

    private HexNames() {}

    /** SQL for a value of the type text, as {@link #decoded} reads it. */
    static String sql(String text) {
        return "encode(convert_to(" + text + ", 'UTF8'), 'hex')";
    }

    static String decoded(String hex) {
        return new String(HexFormat.of().parseHex(hex), UTF_8);
    }

    /** The names in lines of one each. Other lines, as a login shell or a container may add them, are skipped. */
    static List<String> of(String output) {
        return output.lines()
                .map(String::strip)
                .filter(line -> NAME.matcher(line).matches())
                .map(HexNames::decoded)
                .toList();
    }
}
