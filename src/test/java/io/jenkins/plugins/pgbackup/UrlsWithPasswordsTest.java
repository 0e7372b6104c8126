package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import hudson.XmlFile;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Items;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.Saveable;
import hudson.model.TopLevelItem;
import hudson.model.listeners.ItemListener;
import hudson.model.listeners.SaveableListener;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javaposse.jobdsl.plugin.ExecuteDslScripts;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A password in the URL of a freestyle job's build step, whichever way it comes to Jenkins, is not there afterwards. */
@WithJenkins
class UrlsWithPasswordsTest {

    private static final String PASSWORD = "S3cr3t-Pw";

    /** As scripts write it that must not themselves be found. */
    private static final String GROOVY_PASSWORD = "' + 'S3cr3t' + '-Pw' + '";

    private static final String REFUSAL =
            "ERROR: The URL has a password, which every user who may read the configuration"
                    + " would see: take it out and choose credentials.";

    private static final String WITH_PASSWORD = "postgresql://bob:PW@127.0.0.1:1/shop";

    /** What other plugins could copy of configurations. */
    private static final Queue<String> COPIES = new ConcurrentLinkedQueue<>();

    private static JenkinsRule jenkins;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
        rule.jenkins.setCrumbIssuer(null);
    }

    @AfterEach
    void deleteJobs() throws Exception {
        for (TopLevelItem job : jenkins.jenkins.getItems()) {
            job.delete();
        }
        COPIES.clear();
    }

    static List<String> urls() {
        return List.of(
                WITH_PASSWORD,
                "postgresql://bob@127.0.0.1:1/shop?password=PW",
                "postgresql://bob@127.0.0.1:1/shop?password=PW&password=",
                "postgresql://bob:PW@127.0.0.1:1/$SHOP",
                "postgresql://bob:PW${MORE}@127.0.0.1:1/shop",
                "postgresql://bob:PW@127.0.0.1:99999/$SHOP",
                "postgre://bob:PW@127.0.0.1:1/shop",
                "bob:PW@127.0.0.1:1/${SHOP}",
                "postgresql://bob:PW@PW@127.0.0.1:1/shop");
    }

    @ParameterizedTest
    @MethodSource("urls")
    void inAConfigurationThatReplacesAnother(String url) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();

        post("job/" + job.getName() + "/config.xml", configuration(url));

        assertThat(job.getBuildersList(), hasSize(1));
        assertIsGone(job);
    }

    @ParameterizedTest
    @MethodSource("urls")
    void inTheConfigurationOfANewJob(String url) throws Exception {
        post("createItem?name=created", configuration(url));

        assertIsGone(jenkins.jenkins.getItemByFullName("created", FreeStyleProject.class));
    }

    @Test
    void inAConfigurationIsRefusedByTheBuildUntilThereIsAnotherUrl() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        post("job/" + job.getName() + "/config.xml", configuration(WITH_PASSWORD));

        jenkins.assertLogContains(REFUSAL, jenkins.buildAndAssertStatus(Result.FAILURE, job));
        job.doReload();
        FreeStyleProject reloaded = jenkins.jenkins.getItemByFullName(job.getName(), FreeStyleProject.class);
        jenkins.assertLogContains(REFUSAL, jenkins.buildAndAssertStatus(Result.FAILURE, reloaded));

        post(
                "job/" + job.getName() + "/config.xml",
                reloaded.getConfigFile()
                        .asString()
                        .replace("<driver>", "<url>postgresql://127.0.0.1:1/d</url><driver>"));

        Run<?, ?> build = jenkins.buildAndAssertStatus(Result.FAILURE, reloaded);
        assertThat(JenkinsRule.getLog(build), not(containsString("take it out and choose credentials")));
    }

    @ParameterizedTest
    @MethodSource("urls")
    void inABuildStepThatAProgramMakes(String url) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        PgBackupBuilder step = new PgBackupBuilder(url.replace("PW", PASSWORD));
        step.setDriver("local");
        step.setDestination("backups/");
        job.getBuildersList().add(step);

        assertThat(step.getUrl(), is(nullValue()));
        assertIsGone(job);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$DATABASE_URL",
                "postgres://clerk:$PASSWORD@$HOST:$PORT/$NAME",
                "postgres://clerk:${PASSWORD}@host/shop?sslmode=$MODE",
                "postgres://clerk@host/shop"
            })
    void thatIsAVariableIsNone(String url) {
        assertThat(new PgBackupBuilder(url).getUrl(), is(url));
    }

    @Test
    void inAScriptOfJobDsl() throws Exception {
        FreeStyleProject seed = jenkins.createFreeStyleProject();
        ExecuteDslScripts scripts = new ExecuteDslScripts();
        scripts.setScriptText(jobDsl());
        seed.getBuildersList().add(scripts);

        jenkins.buildAndAssertSuccess(seed);

        assertIsGone(jenkins.jenkins.getItemByFullName("dynamic", FreeStyleProject.class));
        assertIsGone(jenkins.jenkins.getItemByFullName("configured", FreeStyleProject.class));
        jenkins.buildAndAssertSuccess(seed);
        assertIsGone(jenkins.jenkins.getItemByFullName("configured", FreeStyleProject.class));
    }

    @Test
    void inConfigurationAsCode() throws Exception {
        Path code = Files.writeString(directory.resolve("jenkins.yaml"), "jobs:\n  - script: |\n" + jobDsl().indent(6));

        ConfigurationAsCode.get().configure(code.toString());

        assertIsGone(jenkins.jenkins.getItemByFullName("dynamic", FreeStyleProject.class));
        assertIsGone(jenkins.jenkins.getItemByFullName("configured", FreeStyleProject.class));
    }

    private static String jobDsl() {
        return """
                freeStyleJob('dynamic') {
                    steps {
                        pgBackupBuilder {
                            url('postgresql://bob:PW@127.0.0.1:1/shop')
                            driver('local')
                            destination('backups/')
                        }
                    }
                }
                freeStyleJob('configured') {
                    configure {
                        (it / builders).appendNode('io.jenkins.plugins.pgbackup.PgBackupBuilder').with {
                            appendNode('url', 'postgresql://bob:PW@127.0.0.1:1/shop')
                            appendNode('driver', 'local')
                            appendNode('destination', 'backups/')
                        }
                    }
                }
                """.replace("PW", GROOVY_PASSWORD);
    }

    /** The arguments of {@code step([$class: …])}; what does not fit must not make Pipeline print what does. */
    static Stream<String> arguments() {
        return Stream.of(
                "$class: 'PgBackupBuilder', url: 'URL', driver: 'local', destination: 'x/'",
                "$class: 'io.jenkins.plugins.pgbackup.PgBackupBuilder', url: 'URL', driver: 'local', destination: 'x/'",
                "$class: 'PgBackupBuilder', url: 'URL'",
                "$class: 'PgBackupBuilder', url: 'URL', driver: 'ftp', destination: '../'",
                "$class: 'PgBackupBuilder', url: 'URL', driver: 'local', destination: 'x/', lockWaitTimeout: 'soon'",
                "$class: 'PgBackupBuilder', url: 'URL', driver: 'local', destination: 'x/', stallTimeout: 99999999999",
                "$class: 'PgBackupBuilder', url: 'URL', driver: 'local', destination: 'x/', dump: 'custom'",
                "$class: 'PgBackupBuilder', url: 'URL', driver: 'local', destination: 'x/', dump: [formatt: 'tar']",
                "$class: 'PgBackupBuilder', url: 'URL', driver: 'local', destination: 'x/', dump: [$class: 'None']",
                "$class: 'PgBackupBuilder', url: 'URL', driver: 'local', destination: 'x/', s3: [tags: 5]",
                "$class: 'PgBackupBuilder', url: ['URL'], driver: 'local', destination: 'x/'",
                "$class: 'PgBackupBuilder', url: 'URL', lockWaitTimout: 5",
                "$class: 'PgBackupBuilder', url: 'postgre://bob:PW@127.0.0.1/x', driver: 'local', destination: 'x/'");
    }

    @ParameterizedTest
    @MethodSource("arguments")
    void inAPipelineThatRunsTheBuildStep(String arguments) throws Exception {
        WorkflowJob job = pipeline("step([" + arguments.replace("URL", WITH_PASSWORD) + "])");

        Run<?, ?> build = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        assertIsGone(job);
        assertThat(hunt().in(JenkinsRule.getLog(build)), is(empty()));
        assertThat(JenkinsRule.getLog(build), allOf(containsString("ERROR: "), not(containsString("\tat "))));
    }

    @Test
    void inAPipelineThatRunsTheBuildStepIsRefused() throws Exception {
        WorkflowJob job =
                pipeline("step([" + arguments().findFirst().orElseThrow().replace("URL", WITH_PASSWORD) + "])");

        jenkins.assertLogContains(REFUSAL, jenkins.buildAndAssertStatus(Result.FAILURE, job));
    }

    @Test
    void inAPipelineThatIsReplayed() throws Exception {
        WorkflowJob job =
                pipeline("pgBackup(url: 'postgresql://127.0.0.1:1/shop', driver: 'local', destination: 'x/')");
        Run<?, ?> build = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        String step = "pgBackup(url: '" + WITH_PASSWORD + "', driver: 'local', destination: 'x/')";

        for (String script : List.of(step, step.replace("pgBackup(", "step($class: 'PgBackupBuilder', "))) {
            jenkins.assertBuildStatus(Result.FAILURE, (Run<?, ?>) build.getAction(ReplayAction.class)
                    .run(script(script), Map.of())
                    .get());

            assertIsGone(job);
            assertThat(hunt().in(JenkinsRule.getLog(job.getLastBuild())), is(empty()));
        }
    }

    private WorkflowJob pipeline(String step) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script(step), true));
        return job;
    }

    private static String script(String step) {
        return "node { " + step.replace("PW", GROOVY_PASSWORD) + " }";
    }

    private static String configuration(String url) {
        return """
                <?xml version='1.1' encoding='UTF-8'?>
                <project>
                  <builders>
                    <io.jenkins.plugins.pgbackup.PgBackupBuilder>
                      <url>%s</url>
                      <driver>local</driver>
                      <destination>backups/</destination>
                    </io.jenkins.plugins.pgbackup.PgBackupBuilder>
                  </builders>
                </project>
                """.formatted(url.replace("PW", PASSWORD).replace("&", "&amp;"));
    }

    private static void post(String path, String configuration) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            WebRequest request = new WebRequest(new URL(jenkins.getURL(), path), HttpMethod.POST);
            request.setAdditionalHeader("Content-Type", "application/xml");
            request.setRequestBody(configuration);
            web.getPage(request);
        }
    }

    private static void assertIsGone(Job<?, ?> job) throws Exception {
        assertThat(job, is(not(nullValue())));
        assertThat(hunt().below(jenkins.jenkins.getRootDir().toPath()), is(empty()));
        assertThat(hunt().in(Items.XSTREAM2.toXML(job)), is(empty()));
        assertThat(hunt().in(String.join("\n", COPIES)), is(empty()));
        String log =
                Jenkins.logRecords.stream().map(new SimpleFormatter()::format).collect(Collectors.joining("\n"));
        assertThat(hunt().in(log), is(empty()));
    }

    private static SecretSearch hunt() {
        return new SecretSearch().add("the password", PASSWORD);
    }

    /** Copies what is on the disk when a job's configuration has changed. */
    @TestExtension
    public static final class History extends SaveableListener {
        @Override
        public void onChange(Saveable saved, XmlFile file) {
            if (saved instanceof Item) {
                copy(file);
            }
        }
    }

    /** Copies what is on the disk when there is a new job. */
    @TestExtension
    public static final class HistoryOfNewJobs extends ItemListener {
        @Override
        public void onCreated(Item item) {
            copy(Items.getConfigFile(item));
        }
    }

    private static void copy(XmlFile file) {
        try {
            COPIES.add(file.asString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
