package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The figures that the README quotes are those of the last whole run of the benchmark, and none that missed its bar is left out. */
class BenchmarkFiguresTest {

    private static final String HEADER = "| what | bar | median |";

    @Test
    void theReadmeQuotesTheLastRun() throws IOException {
        List<List<String>> measured = table("bench/results.md");
        List<List<String>> quoted = table("README.md");
        assertThat(quoted, is(not(empty())));
        assertThat(measured.stream().map(BenchmarkFiguresTest::figure).toList().containsAll(quoted), is(true));
    }

    @Test
    void theReadmeHidesNothing() throws IOException {
        List<List<String>> quoted = table("README.md");
        List<List<String>> missed = table("bench/results.md").stream()
                .filter(row -> row.get(row.size() - 1).contains("MISSED"))
                .map(BenchmarkFiguresTest::figure)
                .toList();
        assertThat(missed.stream().filter(row -> !quoted.contains(row)).toList(), is(empty()));
    }

    /** What was measured, its bar and the median. */
    private static List<String> figure(List<String> row) {
        assertThat(row.size(), greaterThan(2));
        return row.subList(0, 3);
    }

    private static List<List<String>> table(String file) throws IOException {
        return Files.readAllLines(find(file)).stream()
                .dropWhile(line -> !line.startsWith(HEADER))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(BenchmarkFiguresTest::cells)
                .toList();
    }

    /** A bar that belongs to a cell's text is written behind a backslash. */
    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("(?<!\\\\)\\|"))
                .map(String::strip)
                .toList();
    }

    /** As seen from the plugin, or from the command line's own build. */
    private static Path find(String file) {
        return Stream.of(file, "../" + file)
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
