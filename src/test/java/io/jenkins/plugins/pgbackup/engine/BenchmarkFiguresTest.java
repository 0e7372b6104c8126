package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.pgbackup.fixture.Page;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures of the pages are those of the last whole run of the benchmark, and none that missed its bar is left out. */
class BenchmarkFiguresTest {

    private static final String HEADER = "| what | bar | median |";

    @Test
    void thePageOnPerformanceHasAllFigures() {
        assertThat(measured(), is(not(empty())));
        assertThat(Page.of("docs/performance.md").table(HEADER), is(measured()));
    }

    @Test
    void theReadmeQuotesSomeOfThem() {
        List<List<String>> quoted = Page.of("README.md").table(HEADER);

        assertThat(quoted, hasSize(4));
        assertThat(quoted.stream().filter(row -> !measured().contains(row)).toList(), is(empty()));
    }

    /** What was measured, its bar and the median. */
    private static List<List<String>> measured() {
        return Page.of("bench/results.md").table(HEADER).stream()
                .map(row -> row.subList(0, 3))
                .toList();
    }
}
