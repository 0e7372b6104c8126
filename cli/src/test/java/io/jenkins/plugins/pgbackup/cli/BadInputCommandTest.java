package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.jenkins.plugins.pgbackup.fixture.BadInput;
import io.jenkins.plugins.pgbackup.fixture.ConnectionProbe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the step refuses, the command line refuses in the same words, before it looks at a database or a bucket. */
class BadInputCommandTest {

    private static final List<String> OWN_SENTENCES =
            List.of("another format", "another database in short", "two dashes", "the URL of the database");

    private static ConnectionProbe postgres;
    private static ConnectionProbe s3;

    @TempDir
    private Path directory;

    @BeforeAll
    static void open() throws Exception {
        postgres = ConnectionProbe.open();
        s3 = ConnectionProbe.open();
    }

    @AfterAll
    static void close() throws Exception {
        postgres.close();
        s3.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofEveryDoor")
    void isRefusedInTheWordsOfTheStep(BadInput bad) throws Exception {
        assertRefused(bad.driver(), bad.arguments(), bad.sentence());
    }

    /** All but what the command line reads in another way: as options of its own, or as the URL of the database. */
    static Stream<BadInput> ofEveryDoor() {
        return BadInput.all().stream().filter(bad -> !OWN_SENTENCES.contains(bad.name()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofTheCommandLineAlone")
    void isRefusedInItsOwnWords(String name, Map<String, Object> arguments, String sentence) throws Exception {
        assertRefused("local", arguments, sentence);
    }

    static Stream<Arguments> ofTheCommandLineAlone() {
        return Stream.of(
                arguments(
                        "an empty URL",
                        Map.of("url", ""),
                        "The URL is empty: write postgres://user@host:port/database."),
                arguments(
                        "a blank destination",
                        Map.of("destination", " "),
                        "The destination is empty: write a file or a directory, for example backups/ or dump.sql."),
                arguments(
                        "an empty file name",
                        Map.of("fileName", ""),
                        "The template of the file name is empty: write ${database}-${timestamp}, or leave it out."),
                arguments(
                        "an empty table",
                        Map.of("dump.tables", List.of("")),
                        "The name of a table is empty: write a name or a pattern."),
                arguments(
                        "a variable that only Jenkins has",
                        Map.of("fileName", "${job}"),
                        "The template of the file name has no variable \"${job}\": it knows ${database}, ${timestamp}."),
                arguments(
                        "an option of its own as one of pg_dump",
                        Map.of("dump.extraOptions", List.of("--format=directory")),
                        "Expected parameter for option '--extra-option' but found '--format=****'."),
                arguments(
                        "an option of its own with a secret",
                        Map.of("dump.extraOptions", List.of("-dpassword=geheim")),
                        "Expected parameter for option '--extra-option' but found '-dpassword=****'."),
                arguments(
                        "the URL of the database in the place of the bucket",
                        Map.of("destination", "postgres://bob:geheim@db.example.com/shop"),
                        "The destination is missing: write it between the driver and the URL of the database."),
                arguments(
                        "two options in one",
                        Map.of("dump.extraOptions", List.of("--no-comments\norders")),
                        "The extra option \"--no-comments …\" contains a line break or a NUL character:"
                                + " give each option as an element of its own."));
    }

    private void assertRefused(String driver, Map<String, Object> arguments, String sentence) throws Exception {
        CommandOutcome outcome = PgbackupInProcess.run(command(driver, arguments));

        List<String> said = outcome.err().lines().toList();
        assertThat(outcome.err(), said.get(0), is("Error: " + sentence));
        assertThat(outcome.exitCode(), not(is(0)));
        assertThat(outcome.out(), is(emptyString()));
        assertThat(
                said.stream().filter(line -> line.startsWith("Error")).toList().size(), is(1));
        assertThat(outcome.err(), not(containsString("\tat ")));
        assertThat(outcome.err(), not(containsString(BadInput.SECRET)));
        assertThat("a connection to the database", postgres.hasRung(), is(false));
        assertThat("a connection to S3", s3.hasRung(), is(false));
        assertThat(directory.toFile().list(), is(emptyArray()));
    }

    private String[] command(String driver, Map<String, Object> bad) throws Exception {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("url", "postgres://bob@" + postgres.address() + "/shop");
        arguments.put("destination", driver.equals("s3") ? "backups" : "");
        if (driver.equals("s3")) {
            arguments.put("s3.endpoint", "http://" + s3.address());
        }
        arguments.putAll(bad);
        String destination = (String) arguments.remove("destination");
        boolean below = driver.equals("local") && !destination.isBlank() && !destination.contains("://")
                || !bad.containsKey("destination");
        List<String> command = new ArrayList<>(List.of("-d", driver));
        command.add(driver.equals("local") && below ? directory + "/" + destination : destination);
        // A URL may begin with a dash, which picocli would take for an option.
        String url = (String) arguments.remove("url");
        for (Map.Entry<String, Object> argument : arguments.entrySet()) {
            String option = option(argument.getKey());
            if (argument.getValue() instanceof List<?> list) {
                list.forEach(element -> command.add(option + "=" + element));
            } else if (argument.getValue() instanceof Boolean) {
                command.add(option);
            } else {
                command.add(option + "=" + argument.getValue());
            }
        }
        command.add("--");
        command.add(url);
        return command.toArray(String[]::new);
    }

    /** {@code --exclude-table} for {@code dump.excludeTables}. */
    private static String option(String argument) {
        String name = argument.substring(argument.indexOf('.') + 1);
        String words = name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        return "--"
                + (List.of("tags", "tables", "exclude-tables", "schemas", "extra-options")
                                .contains(words)
                        ? words.substring(0, words.length() - 1)
                        : words);
    }
}
