package io.jenkins.plugins.pgbackup.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.pgbackup.engine.text.PrintableJson;

/** Results for programs, indented as manifests are. */
final class Json {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    /** One object with the fields of both. */
    static String of(Object result, Object more) {
        ObjectNode both = JSON.valueToTree(result);
        both.setAll(JSON.<ObjectNode>valueToTree(more));
        return of(both);
    }

    static String of(Object result) {
        try {
            return PrintableJson.of(JSON.writeValueAsString(result)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers and strings is always JSON", e);
        }
    }
}
