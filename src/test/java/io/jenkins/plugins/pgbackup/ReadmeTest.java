package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import hudson.model.Run;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import io.jenkins.plugins.pgbackup.fixture.SampleDatabase;
import io.jenkins.plugins.pgbackup.settings.DumpSection;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the README says is so. */
@WithJenkins
class ReadmeTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String README = read(Path.of("README.md"));
    private static final String DATABASE = "shop";
    private static final String BUCKET = "example-backups";

    private static JenkinsWithAgent jenkins;
    private static S3Server s3;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        jenkins.agent().setLabelString("postgresql");
        s3 = S3Server.start();
        s3.createBucket(BUCKET);
        jenkins.addLogin("shop-database", PostgresCluster.SUPERUSER, POSTGRES.password());
        jenkins.addLogin("backup-bucket", s3.accessKey(), s3.secretKey());
        SampleDatabase.create(POSTGRES, DATABASE);
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        jenkins.close();
        POSTGRES.dropDatabase(DATABASE);
    }

    @ParameterizedTest
    @MethodSource
    void snippetsRun(String snippet) throws Exception {
        String script = snippet.replace(
                        "postgresql://db.example.com/" + DATABASE, POSTGRES.urlWithoutPassword(DATABASE))
                .replace(
                        "region: 'eu-central-1'",
                        "region: 'eu-central-1', endpoint: '" + s3.endpoint() + "', pathStyle: true");

        Run<?, ?> build = jenkins.build(jenkins.pipeline(script));

        assertThat(build.getAction(BackupAction.class).getBackups().get(0).isProven(), is(true));
    }

    static List<String> snippetsRun() {
        List<String> snippets = found("```groovy\\n(.*?)```");
        assertThat(snippets.size(), greaterThan(2));
        return snippets;
    }

    @Test
    void tablesListTheArguments() throws Exception {
        assertThat(table("## Arguments"), is(arguments(new PgBackupStep(null, null, null))));
        assertThat(table("`dump: [...]`"), is(arguments(new DumpSection())));
        assertThat(table("`s3: [...]`"), is(arguments(new S3Section())));
    }

    @Test
    void listsWhatTheStepReturns() {
        String list = found("The step returns an object with (.*?), readable in the sandbox")
                .get(0);
        List<String> documented = Pattern.compile("`(\\w+)`")
                .matcher(list)
                .results()
                .map(name -> name.group(1))
                .sorted()
                .toList();
        List<String> returned = Stream.of(BackupSummary.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Whitelisted.class))
                .map(method -> method.getName().replaceFirst("^(get|is)", ""))
                .filter(name -> Character.isUpperCase(name.charAt(0)))
                .map(name -> Character.toLowerCase(name.charAt(0)) + name.substring(1))
                .sorted()
                .toList();
        assertThat(documented, is(returned));
    }

    @Test
    void quotesWhatTheSourcesSay() throws IOException {
        String sources = sources();
        List<String> quotes = rows("## Troubleshooting").stream()
                .flatMap(row -> Pattern.compile("`([^`]+)`").matcher(row.get(0)).results())
                .map(quote -> quote.group(1))
                .toList();
        assertThat(quotes.size(), greaterThan(10));
        for (String quote : quotes) {
            // A program's name is a variable to most sentences.
            for (String words : quote.replaceFirst("^(pg_dump|psql) ", "").split("…")) {
                assertThat(words, sources.contains(words.strip()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource
    void pointsToWhatIsThere(String target) {
        assertThat(target, Files.exists(Path.of(target)));
    }

    static List<String> pointsToWhatIsThere() {
        return found("\\]\\(([^)#:]+)\\)");
    }

    /** Name and default of each row below a heading. */
    private static Map<String, String> table(String heading) {
        Map<String, String> table = new LinkedHashMap<>();
        rows(heading).forEach(row -> table.put(unquoted(row.get(0)), unquoted(row.get(1))));
        return table;
    }

    private static List<List<String>> rows(String heading) {
        return README.substring(README.indexOf(heading))
                .lines()
                .dropWhile(line -> !line.startsWith("|---"))
                .skip(1)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> List.of(line.substring(1).split("\\|")))
                .map(cells -> cells.stream().map(String::strip).toList())
                .toList();
    }

    private static String unquoted(String cell) {
        return cell.replace("`", "");
    }

    /** Name and default of each argument, as Pipeline sees them. */
    private static Map<String, String> arguments(Object withDefaults) throws Exception {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (DescribableParameter parameter :
                DescribableModel.of(withDefaults.getClass()).getParameters()) {
            arguments.put(
                    parameter.getName(),
                    parameter.isRequired() ? "required" : defaultOf(withDefaults, parameter.getName()));
        }
        return arguments;
    }

    private static String defaultOf(Object withDefaults, String name) throws Exception {
        String getter = "(get|is)" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        Object value = Stream.of(withDefaults.getClass().getMethods())
                .filter(method -> method.getName().matches(getter))
                .findFirst()
                .orElseThrow()
                .invoke(withDefaults);
        boolean nothing = value == null || value instanceof DumpSection || value instanceof S3Section;
        return nothing ? "—" : String.valueOf(value);
    }

    /** All sources with the pieces of a text put together. */
    private static String sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
            return files.filter(file -> file.toString().matches(".*\\.(java|properties)"))
                    .map(ReadmeTest::read)
                    .map(text -> text.replaceAll("\"\\s*\\+\\s*\"", "").replace("''", "'"))
                    .collect(Collectors.joining("\n"));
        }
    }

    private static List<String> found(String pattern) {
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(README)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
