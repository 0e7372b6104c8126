package io.jenkins.plugins.pgbackup.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.jenkins.plugins.pgbackup.engine.text.PrintableJson;

/** Results for programs, indented as manifests are. */
final class Json {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    static String of(Object result) {
        try {
            return PrintableJson.of(JSON.writeValueAsString(result)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers and strings is always JSON", e);
        }
    }
}
