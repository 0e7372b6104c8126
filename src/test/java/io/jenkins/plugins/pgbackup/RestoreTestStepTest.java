package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.FilePath;
import hudson.model.FreeStyleProject;
import hudson.model.Items;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TopLevelItem;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import io.jenkins.plugins.pgbackup.view.RestoreTestAction;
import io.jenkins.plugins.pgbackup.view.RestoreTestSummary;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.w3c.dom.Document;

/** {@code pgRestoreTest}: its evidence, and what it does to the build. */
class RestoreTestStepTest extends TestBedWithS3 {

    private static final String DATABASE = "drilled";

    RestoreTestStepTest() {
        super(DATABASE);
    }

    @AfterEach
    void clear() throws Exception {
        for (TopLevelItem job : jenkins.rule().jenkins.getItems()) {
            jenkins.workspace(job).deleteRecursive();
        }
        jenkins.deleteJobs();
        assertThat(
                POSTGRES.psql("postgres", "select count(*) from pg_database where datname like 'pgbackup_test_%'"),
                is("0"));
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void leavesEvidenceOfAGoodDump(StepKind door) throws Exception {
        BackupSummary backup = backUp("s3");
        // In a freestyle job, a doubled dollar stands for one.
        String quoted = door == StepKind.FREESTYLE ? "select $$$$a$$$$ = 'a'" : "select $$a$$ = 'a'";
        Job<?, ?> job = job(
                door,
                settings()
                        .with("from", backup.getUri())
                        .with("checks", List.of("select count(*) > 0 from pg_class -- all", quoted)));

        Run<?, ?> build = jenkins.build(job);

        RestoreTestSummary test = tested(build);
        assertThat(test.getChecks().toString(), test.isPassed());
        assertThat(results(test).get("rows"), is("passed"));
        assertThat(results(test).get("digest"), is("passed"));
        JsonNode record = record(job);
        assertThat(record.get("sha256").asText(), is(backup.getSha256()));
        assertThat(record.get("passed").asBoolean(), is(true));
        Document junit = junit(job);
        assertThat(
                junit.getElementsByTagName("testcase").getLength(),
                is(test.getChecks().size()));
        assertThat(junit.getElementsByTagName("failure").getLength(), is(0));
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void makesTheBuildUnstableIfACheckFails(StepKind door) throws Exception {
        BackupSummary backup = backUp("local");
        Job<?, ?> job = job(door, settings().with("from", backup.getUri()).with("checks", List.of("select 1 = 2")));

        Run<?, ?> build = jenkins.build(job, Result.UNSTABLE);

        assertThat(tested(build).isRestored(), is(true));
        assertThat(results(tested(build)).get("select 1 = 2"), is("failed"));
        assertThat(junit(job).getElementsByTagName("failure").getLength(), is(1));
        try (JenkinsRule.WebClient browser = jenkins.rule().createWebClient()) {
            HtmlPage page = browser.getPage(build);
            assertThat(page.asNormalizedText(), containsString("Restore test of the database " + DATABASE + " on "));
            assertThat(
                    page.asNormalizedText(),
                    containsString(": " + tested(build).getChecks().size() + " checks in "));
            assertThat(page.asNormalizedText(), containsString("select 1 = 2: failed."));
        }
    }

    /**
     * PostgreSQL's server refuses to run as root, as the other agents of these tests may. The sample database has an object of a role
     * that only a superuser gives objects to.
     */
    @ParameterizedTest
    @EnumSource(StepKind.class)
    void startsAPrivateServerOnAnAgent(StepKind door) throws Exception {
        BackupSummary backup = backUp("s3");
        Map<String, Object> arguments = new LinkedHashMap<>(
                settings().with("from", backup.getUri()).with("trust", true).arguments());
        arguments.keySet().removeAll(Set.of("url", "credentialsId"));
        StepSettings settings = new StepSettings(arguments);
        try (AgentOfServerUser agent = AgentOfServerUser.start(jenkins.rule())) {
            Job<?, ?> job = door == StepKind.FREESTYLE
                    ? jenkins.freestyle(builder(arguments))
                    : jenkins.pipeline("node('" + agent.node().getNodeName() + "') {\n" + step(settings) + "\n}");
            if (job instanceof FreeStyleProject project) {
                project.setAssignedNode(agent.node());
            }

            Run<?, ?> build = jenkins.build(job);

            RestoreTestSummary test = tested(build);
            assertThat(test.getChecks().toString(), test.isPassed());
            assertThat(
                    test.getServer(),
                    containsString("private server on agent \"" + agent.node().getNodeName()));
            agent.mustHaveNothingLeft();
        }
    }

    @Test
    void namesNoDatabaseIfTheDumpHasNoManifest() throws Exception {
        BackupSummary backup = backUp("local");
        new FilePath(jenkins.agent().getChannel(), backup.getUri() + ".json").delete();

        Run<?, ?> build = jenkins.build(job(StepKind.PIPELINE, settings().with("from", backup.getUri())));

        try (JenkinsRule.WebClient browser = jenkins.rule().createWebClient()) {
            HtmlPage page = browser.getPage(build);
            assertThat(page.asNormalizedText(), containsString("Restore test on "));
            assertThat(page.asNormalizedText(), not(containsString("null")));
        }
    }

    @Test
    void failsTheBuildIfTheDumpDoesNotRestore() throws Exception {
        BackupSummary backup = backUp("local");
        FilePath dump = new FilePath(jenkins.agent().getChannel(), backup.getUri());
        byte[] bytes;
        try (InputStream whole = dump.read()) {
            bytes = whole.readAllBytes();
        }
        bytes[bytes.length / 2] ^= 1;
        dump.copyFrom(new java.io.ByteArrayInputStream(bytes));
        Job<?, ?> job = job(StepKind.PIPELINE, settings().with("from", backup.getUri()));

        Run<?, ?> build = jenkins.build(job, Result.FAILURE);

        assertThat(results(tested(build)).get("restore"), is("failed"));
        assertThat(results(tested(build)).get("digest"), is("failed"));
        jenkins.rule().assertLogContains("could not be restored: see the check \"restore\" above", build);
        assertThat(record(job).get("restored").asBoolean(), is(false));
    }

    @Test
    void returnsWhatItHasFound() throws Exception {
        BackupSummary backup = backUp("local");

        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent("def test = "
                + step(settings().with("from", backup.getUri()))
                + "\necho \"<${test.passed}|${test.restored}|${test.database}|${test.from}|${test.checks[0]}|"
                + "${test.checks[0].result}>\""));

        jenkins.rule()
                .assertLogContains("<true|true|" + DATABASE + "|" + backup.getUri() + "|digest: passed|passed>", build);
    }

    /** PostgreSQL's server refuses to run as root, as whom the tests may run with their agents. */
    @Test
    void startsAPrivateServerUnlessItIsRoot() throws Exception {
        BackupSummary backup = backUp("local");
        boolean root = System.getProperty("user.name").equals("root");

        Run<?, ?> build = jenkins.build(
                jenkins.pipelineOnAgent("pgRestoreTest(from: '" + backup.getUri() + "')"),
                root ? Result.FAILURE : Result.SUCCESS);

        jenkins.rule().assertLogContains(root ? " root" : "rows: passed", build);
        jenkins.rule().assertLogNotContains("\tat ", build);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            checks: ['select 1']                     | give one of from (a dump), latest (a place of dumps) and build
            from: 'a.dump', check: 'select 1'        | There is no argument "check" here
            from: 'a.dump', checks: 'select 1'       | The argument "checks" is not a list of texts
            from: 'a.dump'                           | There is no file
            """)
    void saysWhatToWrite(String arguments, String sentence) throws Exception {
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent("pgRestoreTest(" + arguments + ")"), Result.FAILURE);

        jenkins.rule().assertLogContains(sentence, build);
        jenkins.rule().assertLogNotContains("\tat ", build);
    }

    @Test
    void survivesItsFormAndKeepsNoUrlWithAPassword() throws Exception {
        FreeStyleProject job = jenkins.freestyle(builder(Map.of(
                "latest",
                "backups/",
                "url",
                "postgresql://localhost/d",
                "checks",
                List.of("select 1 = 1", "select true"),
                "amcheck",
                true)));
        String before = Items.XSTREAM2.toXML(job.getBuildersList().get(0));

        jenkins.rule().configRoundtrip(job);

        assertThat(Items.XSTREAM2.toXML(job.getBuildersList().get(0)), is(before));
        FreeStyleProject leaking =
                jenkins.freestyle(builder(Map.of("from", "a.dump", "url", "postgresql://u:hunter2@localhost/d")));
        assertThat(leaking.getConfigFile().asString(), not(containsString("hunter2")));
    }

    private BackupSummary backUp(String driver) throws Exception {
        Run<?, ?> build = jenkins.build(StepKind.FREESTYLE.job(jenkins, settings(driver)));
        return build.getAction(BackupAction.class).getBackups().get(0);
    }

    private static RestoreTestSummary tested(Run<?, ?> build) {
        List<RestoreTestSummary> tests =
                build.getAction(RestoreTestAction.class).getTests();
        assertThat(tests.size(), is(1));
        return tests.get(0);
    }

    private static Map<String, String> results(RestoreTestSummary test) {
        return test.getChecks().stream()
                .collect(Collectors.toMap(RestoreTestSummary.Check::getName, RestoreTestSummary.Check::getResult));
    }

    private JsonNode record(Job<?, ?> job) throws Exception {
        return new ObjectMapper().readTree(evidence(job, "json").readToString());
    }

    private Document junit(Job<?, ?> job) throws Exception {
        try (InputStream xml = evidence(job, "xml").read()) {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml);
        }
    }

    private FilePath evidence(Job<?, ?> job, String suffix) {
        return jenkins.workspace((TopLevelItem) job).child("pgbackup-restore-test." + suffix);
    }

    private StepSettings settings() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("url", POSTGRES.urlWithoutPassword("postgres"));
        arguments.put("credentialsId", JenkinsWithAgent.DATABASE_LOGIN);
        arguments.put("awsCredentialsId", JenkinsWithAgent.KEY_PAIR);
        arguments.put("s3", Map.of("endpoint", s3.endpoint().toString(), "pathStyle", true, "region", "us-east-1"));
        return new StepSettings(arguments);
    }

    private static String step(StepSettings settings) {
        return settings.toStep().replaceFirst("^pgBackup", "pgRestoreTest");
    }

    private Job<?, ?> job(StepKind door, StepSettings settings) throws Exception {
        return door == StepKind.FREESTYLE
                ? jenkins.freestyle(builder(settings.arguments()))
                : jenkins.pipelineOnAgent(step(settings));
    }

    private static PgRestoreTestBuilder builder(Map<String, Object> arguments) throws Exception {
        return new PgRestoreTestBuilder(new DescribableModel<>(PgRestoreTestStep.class).instantiate(arguments, null));
    }
}
