package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import hudson.FilePath;
import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.StringParameterDefinition;
import hudson.model.TopLevelItem;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.StepSettings;
import io.jenkins.plugins.pgbackup.fixture.BadInput;
import io.jenkins.plugins.pgbackup.fixture.ConnectionProbe;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * What is invalid is refused before anything starts, with one sentence.
 *
 * <p>The agent's PATH begins with programs that note that they were started, and who connects to the database or to S3 rings
 * a bell: none of that may happen.
 */
@WithJenkins
class BadInputStepTest {

    @TempDir
    private static Path programs;

    private static JenkinsWithAgent jenkins;
    private static ConnectionProbe postgres;
    private static ConnectionProbe s3;
    private static Path started;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        postgres = ConnectionProbe.open();
        s3 = ConnectionProbe.open();
        jenkins.addLogin(JenkinsWithAgent.DATABASE_LOGIN, "bob", "secret of bob");
        jenkins.addLogin(JenkinsWithAgent.KEY_PAIR, "AKIDBOB", "key of bob");
        started = programs.resolve("started");
        for (String program : List.of("psql", "pg_dump", "pg_restore")) {
            Path file = Files.writeString(programs.resolve(program), """
                    #!/bin/sh
                    echo "$0 $*" >>'%s'
                    exit 1
                    """.formatted(started));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        jenkins.agent()
                .getNodeProperties()
                .replace(new EnvironmentVariablesNodeProperty(
                        new EnvironmentVariablesNodeProperty.Entry("PATH+POSTGRESQL", programs.toString())));
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
        s3.close();
        jenkins.close();
    }

    @AfterEach
    void deleteJobs() throws Exception {
        jenkins.deleteJobs();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofPipelines")
    void isRefusedByThePipeline(BadInput bad) throws Exception {
        assertRefused(jenkins.pipelineOnAgent(settings(bad).toStep()), bad);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofSavedJobs")
    void isRefusedByTheFreestyleJob(BadInput bad) throws Exception {
        assertRefused(jenkins.freestyle(settings(bad).toBuilder()), bad);
    }

    @Test
    void isRefusedWhereAVariableLeavesNothingOfATable() throws Exception {
        BadInput bad = new BadInput(
                "a table's name that a variable makes empty",
                "local",
                Map.of("dump.tables", List.of("$EMPTY")),
                "The variables in the schema or table \"$EMPTY\" are empty, and without it more would be taken than is"
                        + " meant: give them a value, or take the line out.");
        FreeStyleProject job = jenkins.freestyle(settings(bad).toBuilder());
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("EMPTY", "")));

        assertRefused(job, bad);
    }

    @Test
    void thereAreEnoughOfThem() {
        assertThat(
                ofPipelines().map(BadInput::name).distinct().count(),
                is(ofPipelines().count()));
        assertThat(ofPipelines().count(), is(greaterThanOrEqualTo(75L)));
    }

    static Stream<BadInput> ofPipelines() {
        return Stream.concat(ofBothDoors(), BadArguments.ofPipelines().stream());
    }

    /** Jenkins itself saves no job whose settings have a NUL, which XML cannot hold. */
    static Stream<BadInput> ofSavedJobs() {
        return ofBothDoors()
                .filter(bad -> bad.arguments().values().stream()
                        .noneMatch(value -> value.toString().indexOf('\0') >= 0));
    }

    private static Stream<BadInput> ofBothDoors() {
        return Stream.concat(BadInput.all().stream(), BadArguments.ofBothDoors().stream());
    }

    private static void assertRefused(Job<?, ?> job, BadInput bad) throws Exception {
        Run<?, ?> build = jenkins.build(job, Result.FAILURE);

        String log = JenkinsRule.getLog(build);
        FilePath workspace = jenkins.workspace((TopLevelItem) job);
        List<String> errors =
                log.lines().filter(line -> line.contains("ERROR: ")).toList();
        assertThat(
                log,
                errors,
                is(List.of("ERROR: " + bad.sentence().replace(BadArguments.WORKSPACE, workspace.getRemote()))));
        assertThat(
                "a line that only Jenkins writes",
                log.lines().filter(line -> line.startsWith("Finished: ")).toList(),
                is(List.of("Finished: FAILURE")));
        assertThat("the announcement of a backup", log, not(containsString("Backing database up")));
        assertThat("a stack frame", log, not(containsString("\tat ")));
        assertThat("the secret", log, not(containsString(BadInput.SECRET)));
        assertThat("programs that were started", Files.exists(started), is(false));
        assertThat("a connection to the database", postgres.hasRung(), is(false));
        assertThat("a connection to S3", s3.hasRung(), is(false));
        assertThat("backups of the build", build.getAction(BackupAction.class), is(nullValue()));
        assertThat("artifacts", build.getArtifacts(), is(empty()));
        assertEmpty(workspace);
        assertEmpty(jenkins.temporaryDirectory((TopLevelItem) job));
        assertThat(workspace.getParent().child("outside").exists(), is(false));
    }

    private static void assertEmpty(FilePath directory) throws Exception {
        if (directory.exists()) {
            assertThat(directory.getRemote(), directory.list(), is(empty()));
        }
    }

    /** A good backup but for what the row says. */
    private static StepSettings settings(BadInput bad) throws Exception {
        String url = "postgres://bob@" + postgres.address() + "/shop";
        StepSettings settings = bad.driver().equals("s3")
                ? StepSettings.of(url, "s3", "backups")
                        .with("awsCredentialsId", JenkinsWithAgent.KEY_PAIR)
                        .with("s3", Map.of("endpoint", "http://" + s3.address(), "pathStyle", true, "region", "x"))
                : StepSettings.of(url, "local", "backups/");
        settings = settings.with("credentialsId", JenkinsWithAgent.DATABASE_LOGIN);
        for (Map.Entry<String, Object> argument : bad.arguments().entrySet()) {
            String[] path = argument.getKey().split("\\.");
            settings = path.length == 1
                    ? settings.with(path[0], argument.getValue())
                    : settings.with(path[0], changed(settings.arguments().get(path[0]), path[1], argument.getValue()));
        }
        return settings;
    }

    private static Map<String, Object> changed(Object section, String name, Object value) {
        Map<String, Object> changed = new HashMap<>();
        if (section instanceof Map<?, ?> before) {
            before.forEach((key, old) -> changed.put(String.valueOf(key), old));
        }
        changed.put(name, value);
        return changed;
    }
}
