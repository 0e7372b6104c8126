package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page has the numbers that the code chooses. */
class ScalePageTest {

    /** As seen from the plugin, or from the command line's own build. */
    private static final Path PAGE = Stream.of("docs/scale.md", "../docs/scale.md")
            .map(Path::of)
            .filter(Files::exists)
            .findFirst()
            .orElseThrow();

    @Test
    void showsThePlans() throws Exception {
        List<String> table = Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith("| Expected size |"))
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        assertEquals(PartPlanTable.lines(), table);
    }
}
