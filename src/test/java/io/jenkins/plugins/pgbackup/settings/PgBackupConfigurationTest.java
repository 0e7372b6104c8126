package io.jenkins.plugins.pgbackup.settings;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hudson.Util;
import hudson.model.Result;
import hudson.model.Run;
import hudson.util.FormValidation;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.PgBackupBuilder;
import io.jenkins.plugins.pgbackup.PgBackupForm;
import io.jenkins.plugins.pgbackup.StepKind;
import io.jenkins.plugins.pgbackup.StepSettings;
import io.jenkins.plugins.pgbackup.TestBedWithS3;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.fixture.ConnectionProbe;
import io.jenkins.plugins.pgbackup.fixture.Page;
import io.jenkins.plugins.pgbackup.fixture.Page.Language;
import io.jenkins.plugins.pgbackup.fixture.Page.Snippet;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.htmlunit.FailingHttpStatusCodeException;
import org.htmlunit.html.HtmlForm;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** What the administrator allows, and what the configurer of a job cannot have without that. */
class PgBackupConfigurationTest extends TestBedWithS3 {

    private static final String NO_CREDENTIALS =
            "No AWS credentials are chosen, and backups may not use the controller's own AWS identity";
    private static final String OTHER_ENDPOINT = "The S3 endpoint is none that backups may use";

    @TempDir
    private Path directory;

    PgBackupConfigurationTest() {
        super("shop of a configurer");
    }

    /** The controller has an identity of its own. */
    @BeforeEach
    void giveTheControllerKeys() {
        System.setProperty("aws.accessKeyId", s3.accessKey());
        System.setProperty("aws.secretAccessKey", s3.secretKey());
    }

    @AfterEach
    void forget() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        configuration().setAllowControllerAwsIdentity(false);
        configuration().setAllowedS3Endpoints(null);
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void aBackupWithoutCredentialsIsRefusedBeforeItStarts(StepKind door) throws Exception {
        try (ConnectionProbe endpoint = ConnectionProbe.open()) {
            Run<?, ?> build = jenkins.build(
                    door.job(jenkins, withoutCredentials("http://" + endpoint.address())), Result.FAILURE);

            assertThat(
                    JenkinsRule.getLog(build),
                    allOf(containsString("ERROR: " + NO_CREDENTIALS), not(containsString("Backing database up"))));
            assertThat(endpoint.hasRung(), is(false));
        }
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void aBackupWithoutCredentialsUsesTheControllersWhereThatIsAllowed(StepKind door) throws Exception {
        configuration().setAllowControllerAwsIdentity(true);

        jenkins.build(
                door.job(jenkins, withoutCredentials(s3.endpoint().toString()).with("fileName", "allowed-" + door)));

        assertThat(
                s3.objects(BUCKET).stream()
                        .filter(name -> name.startsWith("allowed-" + door))
                        .toList(),
                hasSize(2));
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void anEndpointThatIsNotAllowedIsRefusedBeforeItIsAsked(StepKind door) throws Exception {
        configuration().setAllowedS3Endpoints(List.of("https://minio.example.com:9000"));
        try (ConnectionProbe endpoint = ConnectionProbe.open()) {
            Run<?, ?> build = jenkins.build(
                    door.job(
                            jenkins,
                            withoutCredentials("http://" + endpoint.address())
                                    .with("awsCredentialsId", JenkinsWithAgent.KEY_PAIR)),
                    Result.FAILURE);

            assertThat(JenkinsRule.getLog(build), containsString("ERROR: " + OTHER_ENDPOINT));
            assertThat(endpoint.hasRung(), is(false));
        }
    }

    @Test
    void anEndpointThatIsAllowedIsUsed() throws Exception {
        configuration()
                .setAllowedS3Endpoints(
                        List.of("https://minio.example.com:9000", s3.endpoint().toString()));

        jenkins.build(jenkins.pipelineOnAgent(
                settings("s3").with("fileName", "allowed-endpoint").toStep()));
    }

    @ParameterizedTest
    @CsvSource({
        ", true",
        "https://minio.example.com, true",
        "https://MINIO.example.com:443/, true",
        "https://minio.example.com:9000, false",
        "http://minio.example.com, false",
        "http://minio.example.com:443, false",
        "https://minio.example.com.evil.example, false",
        "https://evil.minio.example.com, false",
        "http://10.0.0.1:9000, true",
        "http://10.0.0.2:9000, false"
    })
    void endpointsAreComparedBySchemeHostAndPort(String endpoint, boolean allowed) {
        configuration().setAllowedS3Endpoints(List.of("https://minio.example.com", "http://10.0.0.1:9000"));
        S3Settings settings = new S3Settings(null, endpoint, false, null, null, null, null, null);

        if (allowed) {
            configuration().check(settings, "keys");
        } else {
            InvalidInputException refused = assertThrows(
                    InvalidInputException.class, () -> configuration().check(settings, "keys"));
            assertThat(refused.getMessage(), containsString(OTHER_ENDPOINT));
        }
    }

    /** Of settings that are no longer allowed, or that never were those of a backup. */
    @ParameterizedTest
    @CsvSource({"null, " + NO_CREDENTIALS, "\"key-pair\", " + OTHER_ENDPOINT})
    void anUploadThatWasLeftBehindIsNotWithdrawnInAWayThatIsNotAllowed(String awsCredentialsId, String reason)
            throws Exception {
        WorkflowJob job = jenkins.pipelineOnAgent(toDisk("backups/").toStep());
        Run<?, ?> earlier = jenkins.build(job);
        if (!awsCredentialsId.equals("null")) {
            configuration().setAllowedS3Endpoints(List.of("https://minio.example.com:9000"));
        }
        try (ConnectionProbe endpoint = ConnectionProbe.open()) {
            Path note = earlier.getRootDir().toPath().resolve("pgbackup-1.json");
            Files.writeString(note, """
                    {"node":"%s","driver":"s3","awsCredentialsId":%s,"leftovers":{"directory":"/left/pgbackup-01234567-89ab-cdef-0123-456789abcdef","pending":{
                     "bucket":"backups","prefix":"","fileName":"shop.dump","uploadId":"1","pathStyle":"true",
                     "region":"us-east-1","endpoint":"http://%s"}}}
                    """.formatted(JenkinsWithAgent.AGENT, awsCredentialsId, endpoint.address()));

            Run<?, ?> build = jenkins.build(job);

            assertThat(
                    JenkinsRule.getLog(build),
                    containsString("WARNING: What #1 has left behind could not be withdrawn, and the next backup tries"
                            + " again: " + reason));
            assertThat(endpoint.hasRung(), is(false));
            assertThat(Files.exists(note), is(true));
        }
    }

    @Test
    void whatIsReadableOnTheWayIsWarnedOfInTheLog() throws Exception {
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(
                settings("s3").with("fileName", "unencrypted").toStep()));

        jenkins.rule().assertLogContains("WARNING: The S3 endpoint is one of http:", build);
    }

    @Test
    void theFormOfAJobAnswersWhileOneTypes() {
        PgBackupForm form = jenkins.rule().jenkins.getDescriptorByType(PgBackupBuilder.DescriptorImpl.class);
        S3Section.DescriptorImpl section = jenkins.rule().jenkins.getDescriptorByType(S3Section.DescriptorImpl.class);

        assertAnswer(
                form.doCheckAwsCredentialsId(null, "", "s3"), FormValidation.Kind.ERROR, Util.escape(NO_CREDENTIALS));
        assertThat(form.doCheckAwsCredentialsId(null, "", "local").kind, is(FormValidation.Kind.OK));
        assertAnswer(section.doCheckEndpoint("http://minio:9000"), FormValidation.Kind.WARNING, "session token");
        assertThat(section.doCheckEndpoint("https://minio:9000").kind, is(FormValidation.Kind.OK));

        configuration().setAllowControllerAwsIdentity(true);
        configuration().setAllowedS3Endpoints(List.of("https://minio.example.com"));

        assertThat(form.doCheckAwsCredentialsId(null, "", "s3").kind, is(FormValidation.Kind.OK));
        assertAnswer(section.doCheckEndpoint("https://minio:9000"), FormValidation.Kind.ERROR, OTHER_ENDPOINT);
        assertThat(section.doCheckEndpoint("https://minio.example.com").kind, is(FormValidation.Kind.OK));
        assertThat(section.doCheckEndpoint("https://$HOST").kind, is(FormValidation.Kind.OK));
    }

    @Test
    void theFormOfTheAdministratorAnswersWhileOneTypes() {
        assertAnswer(
                configuration().doCheckAllowedS3Endpoints("https://minio:9000\nminio:9000"),
                FormValidation.Kind.ERROR,
                "https://host:port");
        assertThat(
                configuration().doCheckAllowedS3Endpoints("https://minio:9000\n\n http://10.0.0.1").kind,
                is(FormValidation.Kind.OK));
        assertAnswer(
                configuration().doCheckAllowControllerAwsIdentity(true),
                FormValidation.Kind.WARNING,
                "Every user who may configure a job");
        assertThat(configuration().doCheckAllowControllerAwsIdentity(false).kind, is(FormValidation.Kind.OK));
    }

    @Test
    void isSavedByTheFormAsItWas() throws Exception {
        configuration().setAllowControllerAwsIdentity(true);
        configuration().setAllowedS3Endpoints(List.of("https://minio.example.com:9000", "http://10.0.0.1"));

        jenkins.rule().configRoundtrip();

        PgBackupConfiguration loaded = new PgBackupConfiguration();
        assertThat(loaded.isAllowControllerAwsIdentity(), is(true));
        assertThat(loaded.getAllowedS3Endpoints(), is(List.of("https://minio.example.com:9000", "http://10.0.0.1")));

        configuration().setAllowControllerAwsIdentity(false);
        configuration().setAllowedS3Endpoints(List.of());

        jenkins.rule().configRoundtrip();

        loaded = new PgBackupConfiguration();
        assertThat(loaded.isAllowControllerAwsIdentity(), is(false));
        assertThat(loaded.getAllowedS3Endpoints(), is(nullValue()));
    }

    @Test
    void anEndpointThatIsNoneIsRefusedByTheForm() throws Exception {
        try (JenkinsRule.WebClient web = jenkins.rule().createWebClient()) {
            HtmlForm form = web.goTo("manage/configure").getFormByName("config");
            form.getTextAreaByName("_.allowedS3Endpoints").setText("minio:9000");

            FailingHttpStatusCodeException refused = assertThrows(
                    FailingHttpStatusCodeException.class, () -> jenkins.rule().submit(form));

            assertThat(
                    refused.getResponse().getContentAsString(),
                    containsString("The S3 endpoint begins with neither http:// nor https://"));
        }
        assertThat(configuration().getAllowedS3Endpoints(), is(nullValue()));
    }

    /** The one of the pages. */
    @Test
    void isTakenFromCodeAndWrittenAsCode() throws Exception {
        List<Snippet> snippets = Page.snippets(Language.YAML).stream()
                .filter(snippet -> snippet.text().contains("allowControllerAwsIdentity"))
                .toList();
        assertThat(snippets, hasSize(1));
        String code =
                snippets.get(0).text().replace("allowControllerAwsIdentity: false", "allowControllerAwsIdentity: true");

        configure(code);

        assertThat(configuration().isAllowControllerAwsIdentity(), is(true));
        assertThat(configuration().getAllowedS3Endpoints(), is(List.of("https://minio.example.com:9000")));
        assertThat(new PgBackupConfiguration().isAllowControllerAwsIdentity(), is(true));
        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(exported);
        String written = exported.toString(StandardCharsets.UTF_8);
        Matcher section = Pattern.compile("\n  pgBackup:\n(    .*\n|  - .*\n)+").matcher(written);
        assertThat(written, section.find(), is(true));
        forget();
        configure("unclassified:" + section.group());
        assertThat(configuration().isAllowControllerAwsIdentity(), is(true));
        assertThat(configuration().getAllowedS3Endpoints(), is(List.of("https://minio.example.com:9000")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"minio:9000", "ftp://minio", "https://key:secret@minio", "https://minio/bucket"})
    void anEndpointThatIsNoneIsNotTakenFromCode(String endpoint) {
        assertThrows(
                InvalidInputException.class,
                () -> configuration().setAllowedS3Endpoints(List.of("https://minio:9000", endpoint)));
    }

    private void configure(String code) throws Exception {
        ConfigurationAsCode.get()
                .configure(Files.writeString(directory.resolve("jenkins.yaml"), code)
                        .toString());
    }

    private StepSettings withoutCredentials(String endpoint) {
        return StepSettings.of(POSTGRES.urlWithoutPassword("shop of a configurer"), "s3", BUCKET)
                .with("credentialsId", JenkinsWithAgent.DATABASE_LOGIN)
                .with("s3", Map.of("endpoint", endpoint, "pathStyle", true, "region", "us-east-1"));
    }

    private static PgBackupConfiguration configuration() {
        return PgBackupConfiguration.get();
    }

    private static void assertAnswer(FormValidation answer, FormValidation.Kind kind, String words) {
        assertThat(answer.toString(), answer.kind, is(kind));
        assertThat(answer.getMessage(), containsString(words));
    }
}
