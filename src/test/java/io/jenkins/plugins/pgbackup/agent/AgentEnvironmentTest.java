package io.jenkins.plugins.pgbackup.agent;

import static java.util.stream.Collectors.toSet;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import hudson.EnvVars;
import hudson.Launcher;
import hudson.LauncherDecorator;
import hudson.Proc;
import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Result;
import hudson.model.Run;
import hudson.slaves.DumbSlave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.StepKind;
import io.jenkins.plugins.pgbackup.StepSettings;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Whatever an agent's environment says, and wherever it was set, the database is the URL's. */
@WithJenkins
class AgentEnvironmentTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String DATABASE = "agent_environment";

    /** Leads to the cluster, whatever host a URL names. */
    private static final Map<String, String> REDIRECTION = Map.of("PGHOSTADDR", "127.0.0.1");

    /** Each of them alone stops a backup or changes what its programs say. */
    private static final Map<String, String> HOSTILE = Map.ofEntries(
            Map.entry("PGHOST", "db.example.invalid"),
            Map.entry("PGHOSTADDR", "127.0.0.2"),
            Map.entry("PGPORT", "1"),
            Map.entry("PGDATABASE", "template1"),
            Map.entry("PGUSER", "nobody"),
            Map.entry("PGSERVICE", "other"),
            Map.entry("PGCLUSTER", "1/none"),
            Map.entry("PGTARGETSESSIONATTRS", "read-only"),
            Map.entry("PGOPTIONS", "-c none"),
            Map.entry("PGCLIENTENCODING", "none"),
            Map.entry("PGTZ", "none/none"),
            Map.entry("PGGEQO", "none"),
            Map.entry("PGPASSWORD", "wrong"),
            Map.entry("PGPASSFILE", "/dev/null"),
            Map.entry("PGSSLMODE", "require"),
            Map.entry("PGCHANNELBINDING", "require"),
            Map.entry("PGGSSENCMODE", "none"),
            Map.entry("PG_COLOR", "always"),
            Map.entry("LC_ALL", "de_DE.UTF-8"),
            Map.entry("PGDATA", "/dev/null"));

    private static JenkinsWithAgent jenkins;

    /** Where variables can be set. */
    private enum Place {
        AGENT_PROCESS,
        NODE_PROPERTY,
        GLOBAL_PROPERTY,
        WITH_ENV,
        CONTAINER_IMAGE;

        Run<?, ?> build(StepKind door, StepSettings settings, Map<String, String> environment, Result expected)
                throws Exception {
            switch (this) {
                case AGENT_PROCESS -> {
                    DumbSlave agent = agentWith(environment);
                    try {
                        return jenkins.build(on(agent, door, settings), expected);
                    } finally {
                        jenkins.rule().disconnectSlave(agent);
                        jenkins.rule().jenkins.removeNode(agent);
                    }
                }
                case NODE_PROPERTY -> {
                    var property = property(environment);
                    jenkins.agent().getNodeProperties().add(property);
                    try {
                        return jenkins.build(door.job(jenkins, settings), expected);
                    } finally {
                        jenkins.agent().getNodeProperties().remove(property);
                    }
                }
                case GLOBAL_PROPERTY -> {
                    var property = property(environment);
                    jenkins.rule().jenkins.getGlobalNodeProperties().add(property);
                    try {
                        return jenkins.build(door.job(jenkins, settings), expected);
                    } finally {
                        jenkins.rule().jenkins.getGlobalNodeProperties().remove(property);
                    }
                }
                case WITH_ENV -> {
                    String variables = StepSettings.groovy(assignments(environment));
                    return jenkins.build(
                            jenkins.pipelineOnAgent("withEnv(" + variables + ") { " + settings.toStep() + " }"),
                            expected);
                }
                case CONTAINER_IMAGE -> {
                    Image.variables = assignments(environment);
                    try {
                        return jenkins.build(door.job(jenkins, settings), expected);
                    } finally {
                        Image.variables = List.of();
                    }
                }
                default -> throw new IllegalStateException();
            }
        }

        private static DumbSlave agentWith(Map<String, String> environment) throws Exception {
            EnvVars variables = new EnvVars(environment);
            variables.put("PATH", POSTGRES.bin("pg_dump").getParent() + ":" + System.getenv("PATH"));
            return jenkins.rule().createOnlineSlave(Label.get("own-environment"), variables);
        }

        private static Job<?, ?> on(DumbSlave agent, StepKind door, StepSettings settings) throws Exception {
            if (door == StepKind.PIPELINE) {
                return jenkins.pipeline("node('own-environment') { " + settings.toStep() + " }");
            }
            FreeStyleProject job = jenkins.freestyle(settings.toBuilder());
            job.setAssignedNode(agent);
            return job;
        }

        private static EnvironmentVariablesNodeProperty property(Map<String, String> environment) {
            return new EnvironmentVariablesNodeProperty(environment.entrySet().stream()
                    .map(variable -> new EnvironmentVariablesNodeProperty.Entry(variable.getKey(), variable.getValue()))
                    .toList());
        }

        private static List<String> assignments(Map<String, String> environment) {
            return environment.entrySet().stream()
                    .map(variable -> variable.getKey() + '=' + variable.getValue())
                    .toList();
        }
    }

    static Stream<Arguments> placesAndDoors() {
        return Stream.of(Place.values())
                .flatMap(place -> Stream.of(StepKind.values())
                        // A freestyle job has no such step.
                        .filter(door -> place != Place.WITH_ENV || door == StepKind.PIPELINE)
                        .map(door -> Arguments.of(place, door)));
    }

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        jenkins.add(POSTGRES);
        POSTGRES.createDatabase(DATABASE);
        POSTGRES.psql(DATABASE, "CREATE TABLE fruit AS SELECT 'apple' AS name");
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.close();
        POSTGRES.dropDatabase(DATABASE);
    }

    @ParameterizedTest
    @MethodSource("placesAndDoors")
    void nothingIsBackedUpFromAnotherServer(Place place, StepKind door) throws Exception {
        String elsewhere = POSTGRES.urlWithoutPassword(DATABASE).replace("127.0.0.1", "db.example.invalid");

        Run<?, ?> build =
                place.build(door, JenkinsWithAgent.toDisk(elsewhere, "backups/"), REDIRECTION, Result.FAILURE);

        assertThat(
                JenkinsRule.getLog(build),
                containsString("ERROR: psql found no address for the host db.example.invalid"));
        if (place == Place.NODE_PROPERTY || place == Place.WITH_ENV) {
            assertThat(
                    JenkinsRule.getLog(build),
                    containsString("Not used of the environment: PGHOSTADDR."
                            + " The URL says where the database is and how to connect to it."));
        }
    }

    @ParameterizedTest
    @MethodSource("placesAndDoors")
    void theRestOfTheEnvironmentChangesNothing(Place place, StepKind door) throws Exception {
        Run<?, ?> build = place.build(
                door,
                JenkinsWithAgent.toDisk(POSTGRES.urlWithoutPassword(DATABASE), "backups/"),
                new LinkedHashMap<>(HOSTILE),
                Result.SUCCESS);

        var backup = build.getAction(BackupAction.class).getBackups().get(0);
        assertThat(backup.getDatabase(), is(DATABASE));
        assertThat(backup.isProven(), is(true));
    }

    /** Adds variables to each program as the image of a container does: behind the launcher, which does not know of them. */
    @TestExtension
    public static final class Image extends LauncherDecorator {

        static volatile List<String> variables = List.of();

        @Override
        public Launcher decorate(Launcher launcher, Node node) {
            return new Launcher.DecoratedLauncher(launcher) {
                @Override
                public Proc launch(ProcStarter starter) throws IOException {
                    if (variables.isEmpty()) {
                        return super.launch(starter);
                    }
                    List<String> commands = new ArrayList<>(List.of("env"));
                    // What a program is started with goes before what the image has.
                    Set<String> set = Stream.of(starter.envs())
                            .map(variable -> variable.substring(0, variable.indexOf('=')))
                            .collect(toSet());
                    variables.stream()
                            .filter(variable -> !set.contains(variable.substring(0, variable.indexOf('='))))
                            .forEach(commands::add);
                    commands.addAll(starter.cmds());
                    return super.launch(starter.cmds(commands));
                }
            };
        }
    }
}
