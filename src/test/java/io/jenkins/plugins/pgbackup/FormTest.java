package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import hudson.model.Describable;
import hudson.model.FreeStyleProject;
import hudson.util.FormValidation;
import io.jenkins.plugins.pgbackup.settings.DumpSection;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The form of both doors: what is saved is what was there, everything is explained, and the Pipeline it writes is short. */
@WithJenkins
class FormTest {

    private static final StepSettings DEFAULTS =
            StepSettings.of("postgresql://db.example.com/shop", "local", "backups/");

    private static final StepSettings EVERYTHING = StepSettings.of(
                    "postgresql://backup@db1,db2:5433/shop?sslmode=verify-full", "s3", "example-backups/nightly")
            .with("credentialsId", "shop-database")
            .with("awsCredentialsId", "backup-bucket")
            .with(
                    "dump",
                    Map.ofEntries(
                            Map.entry("format", "plain"),
                            Map.entry("compression", "zstd:9"),
                            Map.entry("schemas", List.of("sales*", "\"Übung Ärger\"")),
                            Map.entry("excludeSchemas", List.of("tmp_*")),
                            Map.entry("tables", List.of("public.order*", "public.\"<b>\"")),
                            Map.entry("excludeTables", List.of("audit.*")),
                            Map.entry("schemaOnly", true),
                            Map.entry("noOwner", true),
                            Map.entry("noPrivileges", true),
                            Map.entry("extraOptions", List.of("--no-comments", "--section=pre-data"))))
            .with(
                    "s3",
                    Map.of(
                            "region", "eu-central-1",
                            "endpoint", "https://minio.example.com:9000",
                            "pathStyle", true,
                            "storageClass", "STANDARD_IA",
                            "sse", "aws:kms",
                            "kmsKeyId", "alias/backups",
                            "tags", List.of("retention=30d", "formula=a=b"),
                            "partSize", 64))
            .with(
                    "keep",
                    Map.of(
                            "last", 7,
                            "daily", 14,
                            "weekly", 8,
                            "monthly", 12,
                            "yearly", 3,
                            "within", "30d",
                            "minimum", 3,
                            "timezone", "Europe/Berlin",
                            "anyJob", true))
            .with("deleteWithBuild", true)
            .with("profile", "nightly-s3")
            .with("archive", false)
            .with("fileName", "${database}-${build}")
            .with("verify", "none")
            .with("lockWaitTimeout", 0)
            .with("stallTimeout", 60);

    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    static List<StepSettings> settings() {
        return List.of(
                DEFAULTS,
                DEFAULTS.with("archive", true),
                DEFAULTS.with("verify", "reread"),
                DEFAULTS.with("dump", Map.of("dataOnly", true)),
                DEFAULTS.with("credentialsId", "${CREDENTIALS}"),
                EVERYTHING);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void buildStepIsSavedAsItWas(StepSettings settings) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.getBuildersList().add(settings.toBuilder());

        jenkins.configRoundtrip(job);

        assertThat(text(job.getBuildersList().get(PgBackupBuilder.class)), is(text(settings.toBuilder())));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void stepIsSavedAsItWas(StepSettings settings) throws Exception {
        PgBackupStep saved = new StepConfigTester(jenkins).configRoundTrip(toStep(settings));

        assertThat(text(saved), is(text(toStep(settings))));
    }

    @Test
    void generatorWritesOnlyWhatIsNoDefault() throws Exception {
        SnippetizerTester generator = new SnippetizerTester(jenkins);
        generator.assertRoundTrip(
                toStep(DEFAULTS),
                "pgBackup destination: 'backups/', driver: 'local', url: 'postgresql://db.example.com/shop'");
        generator.assertRoundTrip(
                toStep(DEFAULTS.with("dump", Map.of("tables", List.of("a", "b")))
                        .with("archive", false)),
                "pgBackup archive: false, destination: 'backups/', driver: 'local', dump: [tables: ['a', 'b']],"
                        + " url: 'postgresql://db.example.com/shop'");
    }

    @Test
    void everyFieldOfTheBuildStepIsExplained() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.getBuildersList().add(DEFAULTS.toBuilder());
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            HtmlPage page = web.getPage(job, "configure");
            DomElement form = page.querySelector(".pgbackup-form");
            List<String> helps = form.querySelectorAll("[helpURL]").stream()
                    .map(help -> ((DomElement) help).getAttribute("helpURL"))
                    .toList();
            int fields =
                    form.querySelectorAll(".jenkins-form-item .setting-main").size();
            assertThat(helps.toString(), helps.size(), is(fields));
            for (String help : helps) {
                String path = help.substring(jenkins.contextPath.length() + 1);
                assertThat(web.goTo(path, null).getWebResponse().getContentAsString(), containsString("<p>"));
            }
        }
    }

    @Test
    void everyArgumentIsExplained() throws Exception {
        for (Class<?> type : List.of(PgBackupStep.class, DumpSection.class, S3Section.class)) {
            for (DescribableParameter parameter : DescribableModel.of(type).getParameters()) {
                assertThat(type + " " + parameter.getName(), parameter.getHelp(), is(not(nullValue())));
            }
        }
    }

    @Test
    void answersWhileOneTypes() {
        PgBackupBuilder.DescriptorImpl form = jenkins.jenkins.getDescriptorByType(PgBackupBuilder.DescriptorImpl.class);
        DumpSection.DescriptorImpl dump = jenkins.jenkins.getDescriptorByType(DumpSection.DescriptorImpl.class);
        S3Section.DescriptorImpl s3 = jenkins.jenkins.getDescriptorByType(S3Section.DescriptorImpl.class);

        assertRefused(form.doCheckUrl(""), "The URL is missing");
        assertRefused(form.doCheckUrl("postgresql://bob:secret@db/shop"), "The URL has a password");
        assertAccepted(form.doCheckUrl("postgresql://${DB_HOST}/shop"));
        assertAccepted(form.doCheckUrl("$DATABASE_URL"));
        assertRefused(form.doCheckUrl("${BASE}/shop"), "neither the whole of it nor behind its beginning");
        assertRefused(form.doCheckUrl("postgresql://bob:secret$MORE@$HOST/shop"), "The URL has a password");
        assertRefused(form.doCheckDestination("Bucket", "s3"), "is not a bucket");
        assertAccepted(form.doCheckDestination("Bucket", "local"));
        assertRefused(form.doCheckFileName("../x"), "contains");
        assertAccepted(form.doCheckFileName("${BRANCH}-${database}-${timestamp}"));
        assertAccepted(form.doCheckStallTimeout(""));
        assertRefused(form.doCheckStallTimeout("-1"), "negative");
        assertRefused(dump.doCheckCompression("lzma"), "There is no compression");
        assertRefused(dump.doCheckExtraOptions("--no-comments\n--jobs=2"), "decided by the backup itself");
        assertRefused(dump.doCheckDataOnly(true, true), "exclude each other");
        assertThat(dump.doCheckTables("a, b").kind, is(FormValidation.Kind.WARNING));
        assertRefused(s3.doCheckEndpoint("minio:9000"), "https://host:port");
        assertAccepted(s3.doCheckEndpoint("${S3_ENDPOINT}"));
        assertRefused(s3.doCheckKmsKeyId("alias/backups", "AES256"), "set sse to aws:kms");
        assertRefused(s3.doCheckTags("retention"), "key=value");
        assertRefused(s3.doCheckPartSize("4"), "from 5 to 5120");
        assertRefused(s3.doCheckPartSize("16M"), "from 5 to 5120");
        assertAccepted(s3.doCheckPartSize("16"));
        assertAccepted(s3.doCheckPartSize(""));
    }

    private static void assertRefused(FormValidation answer, String words) {
        assertThat(answer.kind, is(FormValidation.Kind.ERROR));
        assertThat(answer.getMessage(), containsString(words));
    }

    private static void assertAccepted(FormValidation answer) {
        assertThat(answer.toString(), answer.kind, is(FormValidation.Kind.OK));
    }

    private static PgBackupStep toStep(StepSettings settings) throws Exception {
        return new DescribableModel<>(PgBackupStep.class).instantiate(settings.arguments(), null);
    }

    /** All arguments that are no defaults, as text. */
    private static String text(Describable<?> door) {
        return DescribableModel.uninstantiate2_(door).toMap().toString();
    }
}
