package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.hamcrest.Matchers.stringContainsInOrder;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is invalid is refused before anything starts. */
class UsageTest {

    /** Nothing listens there: what connected would end otherwise. */
    private static final String URL = "postgres://bob:geheim@127.0.0.1:1/db_one";

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void refuses(List<String> command, String sentence) {
        String[] arguments = command.stream()
                .map(argument -> argument.replace("DIR", directory.toString()))
                .toArray(String[]::new);

        CommandOutcome outcome = PgbackupInProcess.run(arguments).mustEndWith(2);

        assertThat(outcome.out(), is(emptyString()));
        assertThat(
                outcome.err().lines().findFirst().orElseThrow(),
                allOf(startsWith("Error: "), containsString(sentence)));
        assertThat(outcome.err(), allOf(containsString("Usage: pgbackup "), containsString(" --help tells more.")));
        assertThat(outcome.err(), allOf(not(containsString("geheim")), not(containsString("\tat "))));
        assertThat(directory.toFile().list(), is(emptyArray()));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                // the small tool's
                arguments(List.of(URL), "The driver and the destination are missing"),
                arguments(List.of(URL, "--driver", "local"), "requires at least 2 values"),
                arguments(List.of("--driver", "local", URL), "The destination is missing"),
                arguments(
                        List.of(URL, "--driver", "azure", "DIR/x"),
                        "Unknown driver. The available drivers are local and s3."),
                arguments(List.of("--driver", "local", "DIR/x"), "The URL of the database is missing"),
                // what it did not know
                arguments(List.of(), "The driver and the destination are missing"),
                arguments(List.of(URL, "-d", "LOCAL", "DIR/x"), "Unknown driver."),
                arguments(List.of(URL, "-d", "local", "DIR/x", "-d", "s3", "bucket"), "more than one --driver"),
                arguments(List.of(URL, "-d", "local", "--json", "DIR/x"), "found '--json'"),
                arguments(List.of("-d", "local", "DIR/x", "DIR/y", URL), "Unmatched argument"),
                arguments(List.of("-d", URL, "DIR/x", "postgres://h/d"), "Unknown driver."),
                arguments(List.of(URL, "-d", "local", ""), "The destination is empty"),
                arguments(List.of(URL, "-d", "local", "DIR/\n"), "control character"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--sse", "AES256"), "no use for options of S3"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--profile", "me"), "no use for options of S3"),
                arguments(List.of(URL, "-d", "s3", "Bad_Bucket"), "\"Bad_Bucket\" is not a bucket"),
                arguments(List.of(URL, "-d", "s3", "https://bob:geheim@host/"), "a URL of another kind"),
                arguments(List.of(URL, "-d", "s3", "bucket/../x"), "has a segment \"..\""),
                arguments(
                        List.of(URL, "-d", "s3", "bucket", "--endpoint", "here"),
                        "The S3 endpoint begins with neither"),
                arguments(List.of(URL, "-d", "s3", "bucket", "--sse", "rot13"), "neither AES256 nor aws:kms"),
                arguments(List.of(URL, "-d", "s3", "bucket", "--kms-key-id", "k"), "set sse to aws:kms"),
                arguments(List.of(URL, "-d", "s3", "bucket", "--tag", "lonely"), "KEY=VALUE"),
                arguments(List.of(URL, "-d", "s3", "bucket", "--part-size", "16M"), "MiB from 5 to 5120"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--part-size", "16"), "no use for options of S3"),
                arguments(List.of("mysql://bob:geheim@h/d", "-d", "local", "DIR/x"), "does not begin with postgres://"),
                arguments(List.of("postgres://b:geheim@x@h/d", "-d", "local", "DIR/x"), "write each @"),
                arguments(List.of("postgres://h/d?passfile=x", "-d", "local", "DIR/x"), "passfile"),
                arguments(List.of("postgres://h/\uFFFD", "-d", "local", "DIR/x"), "set LC_ALL"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--format", "directory"), "cannot be streamed"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--compression", "zstd:99"), "from 1 to 19"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--compression", "lz4"), "no compression \"lz4\""),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--verify", "perhaps"), "write full, reread or none"),
                arguments(
                        List.of(URL, "-d", "s3", "b-c", "--region", "r", "--storage-class=GLACIER", "--verify=reread"),
                        "storage class GLACIER cannot be read back"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--schema-only", "--data-only"), "exclude each other"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--table", " "), "is empty"),
                arguments(
                        List.of(URL, "-d", "local", "DIR/x", "--extra-option=--file=y"),
                        "decided by the backup itself"),
                arguments(
                        List.of(URL, "-d", "local", "DIR/x", "--extra-option", "section"), "does not begin with \"-\""),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--lock-wait-timeout", "-1"), "timeout for locks"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--stall-timeout", "-1"), "stall timeout is negative"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--stall-timeout", "soon"), "'soon' is not an int"),
                arguments(List.of(URL, "-d", "local", "DIR/", "--file-name", "a/b"), "contains \"/\""),
                arguments(List.of(URL, "-d", "local", "DIR/", "--file-name", "${job}"), "has no variable"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--file-name", "y"), "names the file already"),
                arguments(List.of(URL, "-d", "local", "DIR/x", "--frobnicate"), "Unknown option: '--frobnicate'"),
                arguments(List.of(URL, "-d", "local", "DIR/", "--keep-daily", "-1"), "(daily) is negative"),
                arguments(List.of(URL, "-d", "local", "DIR/", "--keep-daily", "many"), "'many' is not an int"),
                arguments(List.of(URL, "-d", "local", "DIR/", "--keep-within", "30"), "as in 30d, 8w, 1y6m or 12h"),
                arguments(List.of(URL, "-d", "local", "DIR/", "--keep-minimum", "3"), "no rule which ones"),
                arguments(List.of(URL, "-d", "local", "DIR/", "--any-job"), "No rule says which dumps to keep"),
                arguments(
                        List.of(URL, "-d", "local", "DIR/", "--keep-last", "1", "--keep-timezone", "Berlin"),
                        "no time zone \"Berlin\""),
                arguments(List.of("restore"), "Missing required parameters: 'DUMP', 'URL'"),
                arguments(List.of("restore", "DIR/x.dump"), "Missing required parameter: 'URL'"),
                arguments(List.of("restore", "DIR/x.dump", "h/d"), "does not begin with postgres://"),
                arguments(List.of("restore", "DIR/x.dump", URL, "--jobs", "0"), "write 1 or more"),
                arguments(List.of("restore", "s3://bucket/", URL), "not the address of an object in S3"),
                arguments(List.of("test"), "Missing required parameter: 'DUMP'"),
                arguments(List.of("test", "DIR/x.dump", "--check", " "), "A check is empty"),
                arguments(List.of("test", "DIR/x.dump", "--url", "h/d"), "does not begin with postgres://"),
                arguments(List.of("test", "DIR/x.dump", "--junit", "DIR"), "write the name of a file"),
                arguments(List.of("verify"), "Missing required parameter: 'DUMP'"),
                arguments(List.of("verify", "a", "b"), "Unmatched argument"),
                arguments(List.of("list"), "Missing required parameter: 'PLACE'"),
                arguments(List.of("list", "s3://B/"), "\"B\" is not a bucket"),
                arguments(List.of("prune"), "Missing required parameter: 'PLACE'"),
                arguments(List.of("prune", "DIR"), "Nothing says which dumps stay: write at least one rule"),
                arguments(List.of("prune", "DIR", "--keep-last", "-1"), "(last) is negative"));
    }

    @Test
    void refusesAnArgumentsFile() {
        assertThat(
                PgbackupInProcess.run("-d", "local", directory + "/x", "@" + directory)
                        .mustEndWith(2)
                        .err(),
                containsString("does not begin with postgres://"));
    }

    @Test
    void helpsOnStdout() {
        for (String[] command : new String[][] {
            {"--help"}, {"restore", "-h"}, {"test", "-h"}, {"verify", "--help"}, {"list", "--help"}, {"prune", "--help"}
        }) {
            CommandOutcome outcome = PgbackupInProcess.run(command).mustBeGood();

            assertThat(outcome.out(), startsWith("Usage: pgbackup "));
            assertThat(outcome.err(), is(emptyString()));
        }
    }

    @Test
    void tellsTheDefaults() {
        String help = PgbackupInProcess.run("--help").mustBeGood().out().replaceAll("\\s+", " ");

        assertThat(
                help,
                stringContainsInOrder(
                        "zstd:1-19 (default: auto)",
                        "(default: ${database}-${timestamp})",
                        "(default: full)",
                        "0 for ever (default: 300)",
                        "0 for ever (default: 600)"));
    }

    /** Who reads the help of what removes dumps reads of the trial first. */
    @Test
    void tellsOfTheDryRunFirst() {
        assertThat(
                PgbackupInProcess.run("prune", "--help").mustBeGood().out(),
                stringContainsInOrder("Try it with --dry-run first.", "--dry-run", "--database", "--keep-last"));
    }

    @Test
    void tellsItsVersion() {
        String built = System.getProperty("pgbackup.test.version");

        assertThat(
                PgbackupInProcess.run("--version").mustBeGood().out(),
                is("pgbackup " + built + System.lineSeparator()));
    }
}
