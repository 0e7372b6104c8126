package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import hudson.ExtensionList;
import hudson.model.Action;
import hudson.model.Job;
import hudson.model.ParametersAction;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.Page;
import io.jenkins.plugins.pgbackup.fixture.Page.Language;
import io.jenkins.plugins.pgbackup.fixture.Page.Snippet;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import io.jenkins.plugins.pgbackup.fixture.SampleDatabase;
import io.jenkins.plugins.pgbackup.parameter.DumpParameterDefinition;
import io.jenkins.plugins.pgbackup.settings.DumpSection;
import io.jenkins.plugins.pgbackup.settings.KeepSection;
import io.jenkins.plugins.pgbackup.settings.PgBackupConfiguration;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import io.jenkins.plugins.pgbackup.view.RestoreTestAction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What README.md and the other pages say of Jenkins is so. */
@WithJenkins
class ReadmeTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final Page ARGUMENTS = Page.of("docs/arguments.md");
    private static final String DATABASE = "shop";
    private static final String BUCKET = "example-backups";

    private static JenkinsWithAgent jenkins;
    private static S3Server s3;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        jenkins.agent().setLabelString("postgresql");
        s3 = S3Server.start();
        s3.createBucket(BUCKET);
        jenkins.addLogin("shop-database", PostgresCluster.SUPERUSER, POSTGRES.password());
        jenkins.addLogin("backup-bucket", s3.accessKey(), s3.secretKey());
        SampleDatabase.create(POSTGRES, DATABASE);
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        jenkins.close();
        POSTGRES.dropDatabase(DATABASE);
    }

    @ParameterizedTest
    @MethodSource
    void snippetsRun(Snippet snippet) throws Exception {
        String script = snippet.text()
                .replace("postgresql://db.example.com/" + DATABASE, url())
                .replace(
                        "region: 'eu-central-1'",
                        "region: 'eu-central-1', endpoint: '" + s3.endpoint() + "', pathStyle: true");

        if (!script.contains("pgRestore(")) {
            Run<?, ?> build = jenkins.build(jenkins.pipeline(script));

            assertThat(build.getAction(BackupAction.class).getBackups().get(0).isProven(), is(true));
            return;
        }
        jenkins.build(jenkins.pipelineOnAgent(JenkinsWithAgent.toS3(url(), s3, BUCKET + "/nightly")
                .with("credentialsId", "shop-database")
                .with("awsCredentialsId", "backup-bucket")
                .toStep()));
        try {
            Run<?, ?> build = jenkins.build(jenkins.pipeline(script));

            DatabaseComparison.assertSame(POSTGRES, DATABASE, DATABASE + "_staging");
            assertThat(
                    build.getAction(RestoreTestAction.class).getTests().get(0).isPassed(), is(true));
        } finally {
            POSTGRES.dropDatabase(DATABASE + "_staging");
        }
    }

    static List<Snippet> snippetsRun() {
        List<Snippet> snippets = Page.snippets(Language.GROOVY);
        assertThat(snippets.size(), greaterThan(2));
        return snippets;
    }

    @Test
    void namesTheOldestJenkinsThatItRunsOn() {
        assertThat(Page.of("README.md").text(), containsString("Jenkins " + Jenkins.VERSION + " or newer"));
    }

    @Test
    void tablesListTheArguments() throws Exception {
        assertThat(table("## Step and build step"), is(arguments(new PgBackupStep(null))));
        assertThat(table("## pgRestore"), is(arguments(new PgRestoreStep(null))));
        assertThat(table("## The parameter"), is(arguments(new DumpParameterDefinition("DUMP"))));
        assertThat(table("## pgRestoreTest"), is(arguments(new PgRestoreTestStep())));
        assertThat(table("`dump: [...]`"), is(arguments(new DumpSection())));
        assertThat(table("`s3: [...]`"), is(arguments(new S3Section())));
        assertThat(table("`keep: [...]`"), is(arguments(new KeepSection())));
    }

    @Test
    void tableListsTheGlobalConfiguration() throws Exception {
        PgBackupConfiguration configuration = ExtensionList.lookupSingleton(PgBackupConfiguration.class);

        assertThat(
                table("| Setting |"),
                is(Map.of(
                        "allowControllerAwsIdentity", defaultOf(configuration, "allowControllerAwsIdentity"),
                        "allowedS3Endpoints", defaultOf(configuration, "allowedS3Endpoints"))));
    }

    @Test
    void listsWhatTheStepReturns() {
        String list = ARGUMENTS.text().replaceFirst("(?s).*The step returns an object with (.*?), readable.*", "$1");
        List<String> documented = Pattern.compile("`(\\w+)`")
                .matcher(list)
                .results()
                .map(name -> name.group(1))
                .sorted()
                .toList();
        List<String> returned = Stream.of(BackupSummary.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Whitelisted.class))
                .map(method -> method.getName().replaceFirst("^(get|is)", ""))
                .filter(name -> Character.isUpperCase(name.charAt(0)))
                .map(name -> Character.toLowerCase(name.charAt(0)) + name.substring(1))
                .sorted()
                .toList();
        assertThat(documented, is(returned));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            io.jenkins.plugins.pgbackup.view.RestoreSummary     | The step returns `from`, `database`, `tables`, (.*?)\\.
            io.jenkins.plugins.pgbackup.view.RestoreTestSummary | The step returns `from`, `database`, `passed`, (.*?)each
            """)
    void listsWhatTheRestoringStepsReturn(Class<?> summary, String sentence) {
        Matcher list = Pattern.compile("(?s)" + sentence).matcher(ARGUMENTS.text());
        assertThat(list.find(), is(true));
        Set<String> documented = Pattern.compile("`(\\w+)`")
                .matcher(list.group())
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        documented.remove("null");
        Set<String> returned = Stream.of(summary.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Whitelisted.class))
                .map(method -> method.getName().replaceFirst("^(get|is)", ""))
                .filter(name -> Character.isUpperCase(name.charAt(0)))
                .map(name -> Character.toLowerCase(name.charAt(0)) + name.substring(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented, is(returned));
    }

    /** The other sections of the page are compared with what the command line says. */
    @Test
    void quotesWhatOnlyAJenkinsSays() throws Exception {
        List<String> quotes = Page.of("docs/troubleshooting.md").quotes("## Jenkins");
        StepSettings toDisk = StepSettings.of(url(), "local", "backups/").with("credentialsId", "shop-database");
        StepSettings toS3 = StepSettings.of(url(), "s3", BUCKET + "/nightly").with("credentialsId", "shop-database");
        StepSettings named = toDisk.with("fileName", "shop");
        String variable = url().replaceFirst("//[^/]*", "//\\${SERVER}");

        List<String> said = List.of(
                log(jenkins.pipelineOnAgent(toDisk.with("url", urlOf("bob")).toStep())),
                log(jenkins.freestyle(toDisk.with("url", urlOf("bob:geheim")).toBuilder())),
                log(
                        jenkins.freestyle(toDisk.with("url", variable).toBuilder()),
                        new ParametersAction(
                                List.of(new StringParameterValue("SERVER", "bob@db.example.com")), Set.of("SERVER"))),
                log(jenkins.pipelineOnAgent(named.toStep() + "\n"
                        + named.with("destination", "more/").toStep())),
                log(jenkins.pipelineOnAgent(toS3.toStep())),
                logWithOtherEndpoint(toS3.with("awsCredentialsId", "backup-bucket")));

        assertThat(quotes.size(), is(said.size()));
        assertThat(Page.without(quotes, said), is(empty()));
    }

    private static String logWithOtherEndpoint(StepSettings toS3) throws Exception {
        PgBackupConfiguration configuration = ExtensionList.lookupSingleton(PgBackupConfiguration.class);
        configuration.setAllowedS3Endpoints(List.of("https://minio.example.com:9000"));
        try {
            Map<String, Object> section = Map.of("endpoint", s3.endpoint().toString(), "pathStyle", true);
            return log(jenkins.pipelineOnAgent(toS3.with("s3", section).toStep()));
        } finally {
            configuration.setAllowedS3Endpoints(null);
        }
    }

    private static String log(Job<?, ?> job, Action... actions) throws Exception {
        return JenkinsRule.getLog(jenkins.build(job, Result.FAILURE, actions));
    }

    private static String url() {
        return POSTGRES.urlWithoutPassword(DATABASE);
    }

    private static String urlOf(String user) {
        return url().replaceFirst("//([^/@]*@)?", "//" + user + "@");
    }

    /** Name and default of each row below a heading. */
    private static Map<String, String> table(String heading) {
        Map<String, String> table = new LinkedHashMap<>();
        ARGUMENTS.table(heading).forEach(row -> table.put(unquoted(row.get(0)), unquoted(row.get(1))));
        return table;
    }

    private static String unquoted(String cell) {
        return cell.replace("`", "");
    }

    /** Name and default of each argument, as Pipeline sees them. */
    private static Map<String, String> arguments(Object withDefaults) throws Exception {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (DescribableParameter parameter :
                DescribableModel.of(withDefaults.getClass()).getParameters()) {
            arguments.put(
                    parameter.getName(),
                    parameter.isRequired() ? "required" : defaultOf(withDefaults, parameter.getName()));
        }
        return arguments;
    }

    private static String defaultOf(Object withDefaults, String name) throws Exception {
        String getter = "(get|is)" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        Object value = Stream.of(withDefaults.getClass().getMethods())
                .filter(method -> method.getName().matches(getter))
                .findFirst()
                .orElseThrow()
                .invoke(withDefaults);
        boolean nothing = value == null
                || value instanceof DumpSection
                || value instanceof S3Section
                || value instanceof KeepSection;
        return nothing ? "—" : String.valueOf(value);
    }
}
