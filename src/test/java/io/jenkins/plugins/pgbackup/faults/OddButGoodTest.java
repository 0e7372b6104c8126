package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import hudson.FilePath;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.StepSettings;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.RestoredDump;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What looks like bad input and is none: it means nothing to a shell, and the dump restores. */
@WithJenkins
class OddButGoodTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String PLAIN_NAME = "odd but good";
    private static final String COPY = "copy of the odd";

    private static JenkinsWithAgent jenkins;

    private String database;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        jenkins.add(POSTGRES);
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.close();
    }

    @AfterEach
    void drop() {
        POSTGRES.dropDatabase(database);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "two words",
                "it's \"quoted\"",
                "$(touch TOUCHED)",
                "`touch TOUCHED`; touch TOUCHED & | > TOUCHED",
                "--file=TOUCHED",
                "größe 数据",
                "a/../b#c?d=e%25",
                "dbname=postgres host=nowhere",
                "ééééééééééééééééééééééééééééééé" // 62 bytes of the 63 that a name has
            })
    void aDatabasesName(String name) throws Exception {
        create(name);

        BackupSummary backup = backUp(JenkinsWithAgent.toDisk(url(name), "backups/"));

        assertThat(backup.getDatabase(), is(name));
        assertThat(Path.of(backup.getUri()).getParent().getFileName().toString(), is("backups"));
        assertRestores(backup);
    }

    @ParameterizedTest
    @MethodSource
    void anArgument(String argument, Object value, String inTheUri) throws Exception {
        create(PLAIN_NAME);

        BackupSummary backup =
                backUp(JenkinsWithAgent.toDisk(url(PLAIN_NAME), "backups/").with(argument, value));

        assertThat(backup.getUri(), containsString(inTheUri));
        assertRestores(backup);
    }

    static Stream<Arguments> anArgument() {
        return Stream.of(
                arguments("fileName", "größe-数据", "/backups/größe-数据.dump"),
                arguments("fileName", "it's; touch TOUCHED & done", "/backups/it's; touch TOUCHED & done.dump"),
                arguments("fileName", "shop.json", "/backups/shop.json.dump"),
                arguments("destination", "two words/it's $(touch TOUCHED)/", "/two words/it's $(touch TOUCHED)/"),
                arguments("destination", "größe/数据.dump", "/größe/数据.dump"),
                arguments("destination", "-rf/--file=TOUCHED.dump", "/-rf/--file=TOUCHED.dump"),
                arguments("destination", "backups/../${HOME}/~/*.dump", "/${HOME}/~/*.dump"),
                arguments("dump", Map.of("tables", List.of("-f TOUCHED|fruit")), "/backups/"),
                arguments("dump", Map.of("excludeTables", List.of("$(touch TOUCHED)", "größe; '\"x\"")), "/backups/"),
                arguments("dump", Map.of("extraOptions", List.of("--role=" + PostgresCluster.SUPERUSER)), "/backups/"),
                arguments("stallTimeout", Integer.MAX_VALUE, "/backups/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {" !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ", "$(touch TOUCHED)", "größe 数据 😀", "-W"})
    void aPassword(String password) throws Exception {
        create(PLAIN_NAME);
        String role = "odd " + password.hashCode();
        POSTGRES.createRole(role, password);
        POSTGRES.psql(PLAIN_NAME, "GRANT SELECT ON fruit TO " + PostgresCluster.identifier(role));
        jenkins.addLogin(role, role, password);
        String url = url(PLAIN_NAME).replace(PostgresCluster.SUPERUSER + "@", "");

        BackupSummary backup = backUp(JenkinsWithAgent.toDisk(url, "backups/").with("credentialsId", role));

        assertRestores(backup);
        POSTGRES.psql(PLAIN_NAME, "DROP OWNED BY %1$s; DROP ROLE %1$s".formatted(PostgresCluster.identifier(role)));
    }

    private void create(String name) {
        database = name;
        POSTGRES.createDatabase(name);
        POSTGRES.psql(name, "CREATE TABLE fruit AS SELECT 'apple' AS name");
    }

    private static String url(String name) {
        return POSTGRES.urlWithoutPassword(name);
    }

    private static BackupSummary backUp(StepSettings settings) throws Exception {
        WorkflowJob job =
                jenkins.pipelineOnAgent(settings.with("archive", false).toStep());

        Run<?, ?> build = jenkins.build(job);

        BackupSummary backup = build.getAction(BackupAction.class).getBackups().get(0);
        Path dump = Path.of(backup.getUri());
        assertThat(
                List.of(dump.getParent().toFile().list()),
                containsInAnyOrder(dump.getFileName().toString(), dump.getFileName() + ".json"));
        assertThat("what a shell would have made", findAll(jenkins.workspace(job)), not(containsString("TOUCHED\n")));
        return backup;
    }

    private static String findAll(FilePath workspace) throws Exception {
        try (Stream<Path> all = Files.walk(Path.of(workspace.getRemote()))) {
            return all.map(path -> path.getFileName() + "\n").reduce("", String::concat);
        }
    }

    /** By the command that people are shown, which a shell must read as it is meant. */
    private static void assertRestores(BackupSummary backup) throws Exception {
        String shown = backup.getRestore();
        Process read = new ProcessBuilder("sh", "-c", shown.substring(0, shown.indexOf(" | "))).start();
        byte[] bytes = read.getInputStream().readAllBytes();
        assertThat(shown, read.waitFor(), is(0));
        POSTGRES.createDatabase(COPY);
        try {
            new RestoredDump(backup.getFileName(), bytes).restore(POSTGRES, COPY);
            assertThat(POSTGRES.psql(COPY, "SELECT name FROM fruit"), is("apple"));
        } finally {
            POSTGRES.dropDatabase(COPY);
        }
    }
}
