package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page has the variables that the code decides on. */
class EnvironmentPageTest {

    /** As seen from the plugin, or from the command line's own build. */
    private static final Path PAGE = Stream.of("docs/environment.md", "../docs/environment.md")
            .map(Path::of)
            .filter(Files::exists)
            .findFirst()
            .orElseThrow();

    @Test
    void showsEachVariable() throws Exception {
        List<String> table = Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith("|---"))
                .skip(1)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        assertEquals(
                ClientEnvironment.RULES.stream().map(EnvironmentPageTest::row).toList(), table);
    }

    private static String row(ClientEnvironment.Rule rule) {
        String variables =
                rule.variables().stream().map(variable -> '`' + variable + '`').collect(joining(", "));
        return switch (rule.inherited()) {
            case NEVER, MESSAGES -> "| " + variables + " | no | no | " + rule.reason() + " |";
            case FROM_CALLER -> "| " + variables + " | yes | no | " + rule.reason() + " |";
            case ALWAYS -> "| " + variables + " | yes | yes | " + rule.reason() + " |";
        };
    }
}
