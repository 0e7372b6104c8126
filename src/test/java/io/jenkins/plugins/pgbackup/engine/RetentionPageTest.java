package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.pgbackup.engine.catalog.RetentionCase;
import io.jenkins.plugins.pgbackup.fixture.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page on retention shows each case of the rules' test, and what ten years of nightly backups leave. */
@Timeout(600)
class RetentionPageTest {

    private static final String NAME = "docs/retention.md";

    /** Generates the tables of the page anew instead of only looking whether they are up to date. */
    private static final String GENERATE = "pgbackup.generateRetentionPage";

    private static final String OUT_OF_DATE =
            NAME + " is out of date. Generate its tables anew: mvn -f cli/pom.xml test" + " -Dtest=RetentionPageTest -D"
                    + GENERATE + "=true";

    @TempDir
    private Path directory;

    @Test
    void showsEachCase() throws IOException {
        assertTable(
                "| Case |", RetentionCase.ALL.stream().map(RetentionCase::row).toList());
    }

    @Test
    void showsWhatIsKeptInTenYears() throws Exception {
        assertTable("| End of |", TenYears.rows(directory));
    }

    private static void assertTable(String head, List<String> rows) throws IOException {
        List<String> page = Page.of(NAME).text().lines().toList();
        int first = page.indexOf(page.stream()
                        .filter(line -> line.startsWith(head))
                        .findFirst()
                        .orElseThrow())
                + 2;
        int end = first;
        while (end < page.size() && page.get(end).startsWith("|")) {
            end++;
        }
        if (Boolean.getBoolean(GENERATE)) {
            List<String> generated = new ArrayList<>(page.subList(0, first));
            generated.addAll(rows);
            generated.addAll(page.subList(end, page.size()));
            Files.write(file(), generated);
        } else {
            assertThat(OUT_OF_DATE, page.subList(first, end), is(rows));
        }
    }

    /** As seen from the plugin's build, or from the command line's. */
    private static Path file() {
        return Stream.of(NAME, "../" + NAME)
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
