package io.jenkins.plugins.pgbackup.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;

/** Results for programs, indented as manifests are. */
final class Json {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    static String of(Object result) {
        try {
            return printable(JSON.writeValueAsString(result)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers and strings is always JSON", e);
        }
    }

    /** The same JSON with escapes for what is not to reach a terminal: but for blanks it stands in strings only. */
    static String printable(String json) {
        StringBuilder printable = new StringBuilder(json.length());
        json.codePoints().forEach(c -> {
            if (c == '\n' || PrintableLine.isShown(c)) {
                printable.appendCodePoint(c);
            } else {
                Character.toString(c).chars().forEach(unit -> printable.append(String.format("\\u%04x", unit)));
            }
        });
        return printable.toString();
    }
}
