package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import hudson.cli.CLICommandInvoker;
import hudson.model.Computer;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.Run;
import hudson.security.AuthorizationStrategy;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.pgbackup.parameter.DumpParameterDefinition;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import io.jenkins.plugins.pgbackup.view.RestoreAction;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlOption;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlSelect;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** The parameter "PostgreSQL dump": what it lists, to whom, and what becomes of a value by each way in. */
class DumpParameterTest extends TestBedWithS3 {

    private static final String DATABASE = "dump parameter";
    private static final String TARGET = "dump parameter's target";

    DumpParameterTest() {
        super(DATABASE);
    }

    @Override
    void createDatabase() {
        POSTGRES.createDatabase(DATABASE);
        POSTGRES.psql(DATABASE, "create table fruit as select n from generate_series(1, 3) n");
    }

    @AfterEach
    void clear() throws Exception {
        jenkins.deleteJobs();
        POSTGRES.dropDatabase(TARGET);
        s3.dropBucket(BUCKET);
        s3.createBucket(BUCKET);
    }

    @Test
    void theFormOffersTheDumpsOfAJob() throws Exception {
        FreeStyleProject nightly = nightly("local");
        jenkins.build(nightly);
        jenkins.workspace(nightly).deleteRecursive();
        nightly.getBuildersList().clear();
        nightly.getBuildersList().add(settings("local").with("verify", "none").toBuilder());
        jenkins.build(nightly);
        WorkflowJob restore = restoring(ofJob(nightly.getFullName()));

        try (JenkinsRule.WebClient web = webClient()) {
            HtmlPage page = web.getPage(restore, "build?delay=0sec");
            HtmlSelect select = page.querySelector("select[name=value]");
            List<HtmlOption> options = select.getOptions();

            assertThat(options.size(), is(2));
            assertThat(
                    options.get(0).getText(),
                    allOf(
                            startsWith("dump_parameter-"),
                            containsString(": NOT PROVEN, "),
                            endsWith(", database dump parameter")));
            // What a narrow list cuts off is the end, so it is not whether the dump was proven.
            assertThat(
                    options.get(1).getText(),
                    matchesPattern("dump_parameter-\\S+: proven, .+ old, [0-9.]+ (KiB|B), database dump parameter"));
            // The newest that is proven.
            assertThat(select.getSelectedOptions(), contains(options.get(1)));
            assertThat(
                    options.get(1).getValueAttribute(),
                    startsWith("jenkins:" + nightly.getName() + "#1/dump_parameter-"));
            HtmlForm form = page.getFormByName("parameters");
            jenkins.rule().submit(form);
        }

        mustHaveRestored(restore, nightly.getName() + " #1: ");
    }

    @Test
    void everyOtherWayInTakesWhatIsListedAndNothingElse() throws Exception {
        FreeStyleProject nightly = nightly("s3");
        String dump = backup(jenkins.build(nightly)).getUri();
        WorkflowJob restore = restoring(ofJob(nightly.getFullName()));

        assertThat(start(restore, dump).getStatusCode(), is(201));
        mustHaveRestored(restore, dump);
        String other = "s3://" + BUCKET + "/other.dump";
        WebResponse refused = start(restore, other);
        assertThat(refused.getStatusCode(), is(400));
        assertThat(
                refused.getContentAsString(),
                containsString("is no dump that the parameter DUMP lists of " + nightly.getFullName()
                        + ": choose one of its list."));
        CLICommandInvoker.Result byCommand = new CLICommandInvoker(jenkins.rule(), "build")
                .invokeWithArgs(restore.getFullName(), "-p", "DUMP=" + other);
        assertThat(byCommand.stderr(), containsString("is no dump that the parameter DUMP lists"));
        assertThat(byCommand.returnCode() == 0, is(false));
        assertThat(
                new CLICommandInvoker(jenkins.rule(), "build")
                        .invokeWithArgs(restore.getFullName(), "-p", "DUMP=" + dump, "-w")
                        .returnCode(),
                is(0));
        mustHaveRestored(restore, dump);
    }

    @Test
    void aBuildThatNobodyStartsTakesTheNewestProvenDumpOfTheJob() throws Exception {
        FreeStyleProject nightly = nightly("s3");
        String proven = backup(jenkins.build(nightly)).getUri();
        nightly.getBuildersList().clear();
        nightly.getBuildersList().add(settings("s3").with("fileName", "unproven").with("verify", "none").toBuilder());
        jenkins.build(nightly);
        WorkflowJob restore = restoring(ofJob(nightly.getFullName()));

        restore.scheduleBuild2(0);

        mustHaveRestored(restore, proven);
    }

    @Test
    void listsAPlaceInS3WithTheKeysOfTheJob() throws Exception {
        // A key that no dump of this program has.
        s3.put(BUCKET, "other\tname.dump", new byte[1]);
        String dump = backup(jenkins.build(nightly("s3"))).getUri();
        DumpParameterDefinition parameter = inS3("s3://" + BUCKET);
        WorkflowJob restore = restoring(parameter);

        try (JenkinsRule.WebClient web = webClient()) {
            HtmlPage page = web.getPage(restore, "build?delay=0sec");
            HtmlSelect select = page.querySelector("select[name=value]");
            assertThat(
                    select.getOptions().stream()
                            .map(HtmlOption::getValueAttribute)
                            .toList(),
                    is(List.of(dump)));
            jenkins.rule().submit(page.getFormByName("parameters"));
        }
        mustHaveRestored(restore, dump);
        // Each view of the job would query the store.
        assertThat(parameter.getDefaultParameterValue(), is(nullValue()));
        assertThat(start(restore, "s3://elsewhere/shop.dump").getStatusCode(), is(400));
        assertThat(start(restore, "s3://" + BUCKET + "/below/shop.dump").getStatusCode(), is(400));
        assertThat(start(restore, "/etc/passwd").getStatusCode(), is(400));
    }

    @Test
    void listsTheDumpsOfOneDatabase() throws Exception {
        jenkins.build(nightly("s3"));
        for (boolean same : new boolean[] {true, false}) {
            DumpParameterDefinition parameter = inS3("s3://" + BUCKET);
            parameter.setDatabase(same ? DATABASE : "other");
            WorkflowJob restore = restoring(parameter);
            try (JenkinsRule.WebClient web = webClient()) {
                HtmlPage page = web.getPage(restore, "build?delay=0sec");
                assertThat(page.querySelectorAll("option").size(), is(same ? 1 : 0));
                assertThat(
                        page.asNormalizedText().contains("There is no dump to choose: make a backup first."),
                        is(!same));
            }
        }
    }

    @Test
    void saysWhyThereIsNoList() throws Exception {
        DumpParameterDefinition unknownKeys = inS3("s3://" + BUCKET);
        unknownKeys.setAwsCredentialsId("unknown");
        DumpParameterDefinition both = ofJob("nightly");
        both.setDestination("s3://" + BUCKET);

        mustSay(unknownKeys, "There are no credentials \"unknown\" that this build may use for AWS");
        mustSay(inS3("s3://not-there"), "s3://not-there/ could not be listed, because there is no such bucket");
        mustSay(ofJob("nowhere"), "There is no job \"nowhere\" that you may read: check its full name");
        mustSay(both, "Whose dumps to list is not clear: give either a job or a destination in S3.");
        mustSay(new DumpParameterDefinition("DUMP"), "Whose dumps to list is not clear");
    }

    private void mustSay(DumpParameterDefinition parameter, String sentence) throws Exception {
        WorkflowJob restore = restoring(parameter);
        try (JenkinsRule.WebClient web = webClient()) {
            HtmlPage page = web.getPage(restore, "build?delay=0sec");
            assertThat(page.asNormalizedText(), containsString(sentence));
        }
    }

    @Test
    void showsNobodyTheDumpsOfAJobThatHeMayNotRead() throws Exception {
        FreeStyleProject nightly = nightly("local");
        String dump = backup(jenkins.build(nightly)).getFileName();
        WorkflowJob restore = restoring(ofJob(nightly.getFullName()));
        Jenkins controller = jenkins.rule().jenkins;
        controller.setSecurityRealm(jenkins.rule().createDummySecurityRealm());
        controller.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Computer.BUILD)
                .everywhere()
                .toEveryone()
                .grant(Item.READ, Item.BUILD)
                .onItems(restore)
                .to("starter", "reader")
                .grant(Item.READ)
                .onItems(nightly)
                .to("reader")
                .grant(Item.DISCOVER)
                .onItems(nightly)
                .to("starter"));
        String uri = "jenkins:" + nightly.getName() + "#1/";
        try {
            for (String user : List.of("starter", "reader")) {
                try (JenkinsRule.WebClient web = webClient().login(user)) {
                    String page = web.getPage(restore, "build?delay=0sec")
                            .getWebResponse()
                            .getContentAsString();
                    assertThat(user, page.contains(uri), is(user.equals("reader")));
                    assertThat(
                            user,
                            page.contains("There is no job \"" + nightly.getName() + "\" that you may read"),
                            is(user.equals("starter")));
                    String json = web.goTo(
                                    restore.getUrl()
                                            + "api/json?tree=property[parameterDefinitions[defaultParameterValue[value]]]",
                                    "application/json")
                            .getWebResponse()
                            .getContentAsString();
                    assertThat(user, json.contains(uri), is(user.equals("reader")));
                    assertThat(start(web, restore, uri + "other.dump").getStatusCode(), is(400));
                    if (user.equals("starter")) {
                        assertThat(start(web, restore, uri + dump).getStatusCode(), is(400));
                    }
                }
            }
        } finally {
            controller.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
            controller.setSecurityRealm(SecurityRealm.NO_AUTHENTICATION);
        }
    }

    @Test
    void survivesItsFormAndIsWrittenInAPipeline() throws Exception {
        DumpParameterDefinition parameter = inS3("s3://" + BUCKET + "/nightly");
        parameter.setDescription("Which one?");
        parameter.setDatabase("shop");
        FreeStyleProject job = jenkins.freestyle();
        job.addProperty(new ParametersDefinitionProperty(parameter));

        jenkins.rule().configRoundtrip(job);

        jenkins.rule()
                .assertEqualDataBoundBeans(
                        parameter,
                        job.getProperty(ParametersDefinitionProperty.class).getParameterDefinition("DUMP"));
        WorkflowJob pipeline = jenkins.pipeline(
                "properties([parameters([postgresDump(name: 'DUMP', job: 'nightly', database: 'shop')])])");
        jenkins.build(pipeline);
        DumpParameterDefinition written = (DumpParameterDefinition)
                pipeline.getProperty(ParametersDefinitionProperty.class).getParameterDefinition("DUMP");
        assertThat(List.of(written.getJob(), written.getDatabase()), is(List.of("nightly", "shop")));
    }

    @Test
    void aRecordedDumpIsTakenByItsAddress() throws Exception {
        FreeStyleProject nightly = nightly("local");
        BackupSummary backup = backup(jenkins.build(nightly));
        String address = "jenkins:" + nightly.getName() + "#1/";

        mustFail(address + "other.dump", "has recorded no dump other.dump: choose one that it has.");
        mustFail("jenkins:nowhere#1/shop.dump", "There is no job \"nowhere\" that this build may read");
        mustFail("jenkins:" + nightly.getName(), "This is not the address of a dump that a build has recorded");
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(restore("'" + address + backup.getFileName() + "'")));
        assertThat(build.getAction(RestoreAction.class).getRestores().size(), is(1));
    }

    private void mustFail(String from, String sentence) throws Exception {
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(restore("'" + from + "'")), Result.FAILURE);
        jenkins.rule().assertLogContains(sentence, build);
    }

    private FreeStyleProject nightly(String driver) throws Exception {
        return jenkins.freestyle(settings(driver).toBuilder());
    }

    private static BackupSummary backup(Run<?, ?> build) {
        return build.getAction(BackupAction.class).getBackups().get(0);
    }

    private static DumpParameterDefinition ofJob(String job) {
        DumpParameterDefinition parameter = new DumpParameterDefinition("DUMP");
        parameter.setJob(job);
        return parameter;
    }

    private DumpParameterDefinition inS3(String place) {
        DumpParameterDefinition parameter = new DumpParameterDefinition("DUMP");
        parameter.setDestination(place);
        parameter.setAwsCredentialsId(JenkinsWithAgent.KEY_PAIR);
        S3Section section = new S3Section();
        section.setEndpoint(s3.endpoint().toString());
        section.setPathStyle(true);
        section.setRegion("us-east-1");
        parameter.setS3(section);
        return parameter;
    }

    private WorkflowJob restoring(DumpParameterDefinition parameter) throws Exception {
        WorkflowJob job = jenkins.pipelineOnAgent(restore("params.DUMP"));
        job.addProperty(new ParametersDefinitionProperty(parameter));
        return job;
    }

    private String restore(String from) {
        return "pgRestore(from: " + from + ", url: '" + POSTGRES.urlWithoutPassword(TARGET) + "', replace: true,"
                + " credentialsId: '" + JenkinsWithAgent.DATABASE_LOGIN + "', awsCredentialsId: '"
                + JenkinsWithAgent.KEY_PAIR + "', s3: [endpoint: '" + s3.endpoint()
                + "', pathStyle: true, region: 'us-east-1'])";
    }

    private void mustHaveRestored(WorkflowJob restore, String from) throws Exception {
        JenkinsWithAgent.await(
                "the build ends",
                () -> restore.getLastBuild() != null
                        && !restore.isInQueue()
                        && !restore.getLastBuild().isBuilding());
        jenkins.rule().assertBuildStatusSuccess(restore.getLastBuild());
        assertThat(
                restore.getLastBuild()
                        .getAction(RestoreAction.class)
                        .getRestores()
                        .get(0)
                        .getFrom(),
                startsWith(from));
        assertThat(POSTGRES.psql(TARGET, "select count(*) from fruit"), is("3"));
    }

    private JenkinsRule.WebClient webClient() {
        return jenkins.rule().createWebClient().withThrowExceptionOnFailingStatusCode(false);
    }

    private WebResponse start(WorkflowJob restore, String dump) throws Exception {
        try (JenkinsRule.WebClient web = webClient()) {
            return start(web, restore, dump);
        }
    }

    private WebResponse start(JenkinsRule.WebClient web, WorkflowJob restore, String dump) throws Exception {
        web.getOptions().setRedirectEnabled(false);
        URL url = new URL(
                jenkins.rule().getURL(),
                restore.getUrl() + "buildWithParameters?delay=0sec&DUMP="
                        + URLEncoder.encode(dump, StandardCharsets.UTF_8));
        return web.loadWebResponse(web.addCrumb(new WebRequest(url, HttpMethod.POST)));
    }
}
