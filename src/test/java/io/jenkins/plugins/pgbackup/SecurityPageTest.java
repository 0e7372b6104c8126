package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every row of the page on security names tests that exist. */
class SecurityPageTest {

    private static final Path PAGE = Path.of("docs/security.md");
    private static final Pattern REFERENCE = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");

    @Test
    void everyRowNamesTestsThatExist() throws IOException {
        Map<String, String> sources = sources();
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| Kind |"))
                .toList();
        assertThat(rows, hasSize(greaterThan(25)));
        List<String> missing = new ArrayList<>();
        for (String row : rows) {
            String[] cells = row.split(" \\| ");
            Matcher reference = REFERENCE.matcher(cells[cells.length - 1]);
            int found = 0;
            while (reference.find()) {
                found++;
                String source = sources.get(reference.group(1));
                String method = reference.group(2);
                if (source == null || method != null && !source.contains("void " + method + "(")) {
                    missing.add(reference.group());
                }
            }
            if (found == 0) {
                missing.add("a test of: " + row);
            }
        }
        assertThat(missing, is(empty()));
    }

    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> files = Stream.concat(Files.walk(Path.of("src/test")), Files.walk(Path.of("cli/src/test")))) {
            return files.filter(file -> file.toString().endsWith("Test.java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            SecurityPageTest::read,
                            String::concat));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
