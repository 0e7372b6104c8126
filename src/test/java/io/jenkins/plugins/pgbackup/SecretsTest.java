package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.FilePath;
import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TopLevelItem;
import hudson.remoting.Channel;
import hudson.remoting.Command;
import hudson.util.Secret;
import io.jenkins.plugins.pgbackup.fixture.LockedTable;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.RequestTap;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.transform.stream.StreamSource;
import jenkins.model.Jenkins;
import org.htmlunit.FailingHttpStatusCodeException;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Where passwords, keys and signatures are: in the credential store, in one private file, and nowhere else. */
@WithJenkins
class SecretsTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String DATABASE = "shop";
    private static final String USER = "clerk";
    private static final String PASSWORD = "p@ss:w/o%rd'\"\\ ü$1 &ample";
    private static final String SESSION_TOKEN = "FwoGZXIvYXdzEBYaDH/+token==of/a+session";
    private static final String BUCKET = "backups";

    private static JenkinsWithAgent jenkins;
    private static S3Server s3;
    private static RequestTap tap;

    /** What remoting calls the commands on the agent's channel, in its own log, too. */
    private static final Queue<String> COMMANDS = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path programs;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        jenkins.writeStepsToDisk();
        // S3Proxy knows no session tokens, but signs them along.
        s3 = S3Server.start(S3Server.IGNORE_UNKNOWN_HEADERS);
        s3.createBucket(BUCKET);
        tap = RequestTap.before(s3.endpoint());
        ((Channel) jenkins.agent().toComputer().getChannel()).addListener(new Channel.Listener() {
            @Override
            public void onWrite(Channel channel, Command command, long bytes) {
                COMMANDS.add(command.toString());
            }
        });
        POSTGRES.createDatabase(DATABASE);
        POSTGRES.psql(DATABASE, "CREATE TABLE customer AS SELECT n FROM generate_series(1, 1000) AS n");
        POSTGRES.createRole(USER, PASSWORD);
        POSTGRES.psql(DATABASE, "GRANT pg_read_all_data TO " + USER);
        jenkins.addLogin("clerk", USER, PASSWORD);
        jenkins.add(new SessionCredentials("session", s3.accessKey(), s3.secretKey(), SESSION_TOKEN));
        jenkins.add(new StringCredentialsImpl(
                CredentialsScope.GLOBAL, "encoded-password", null, Secret.fromString(encoded(PASSWORD))));
        jenkins.add(new StringCredentialsImpl(
                CredentialsScope.GLOBAL, "whole-url", null, Secret.fromString(urlWithPassword())));
    }

    @AfterAll
    static void stop() throws Exception {
        tap.close();
        s3.close();
        jenkins.close();
        POSTGRES.dropDatabase(DATABASE);
        POSTGRES.psql("postgres", "DROP ROLE " + USER);
    }

    @AfterEach
    void deleteJobs() throws Exception {
        jenkins.deleteJobs();
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({"FREESTYLE, local", "FREESTYLE, s3", "PIPELINE, local", "PIPELINE, s3"})
    void areNowhereElseDuringABackupOrAfterIt(StepKind door, String driver) throws Exception {
        Job<?, ?> job = door.job(jenkins, settings(driver).with("fileName", door.name()));
        FilePath temporary = jenkins.temporaryDirectory((TopLevelItem) job);
        Run<?, ?> build;
        try (LockedTable locked = LockedTable.lock(POSTGRES, DATABASE, "customer")) {
            build = jenkins.startUntilItWaitsFor(locked, job);

            assertThat(hunt().inProcesses(), is(empty()));
            assertThat(hunt().in(JenkinsRule.getLog(build)), is(empty()));
            assertThat(hunt().below(home()), is(empty()));
            assertThat(hunt().below(Path.of(temporary.getRemote())), hasSize(1));
            FilePath passwordFile = temporary.list("pgbackup*/pgpass")[0];
            assertThat(passwordFile.mode() & 0777, is(0600));
            assertThat(passwordFile.getParent().mode() & 0777, is(0700));
        }
        jenkins.rule().assertBuildStatusSuccess(jenkins.rule().waitForCompletion(build));

        assertThat(hunt().in(JenkinsRule.getLog(build)), is(empty()));
        assertThat(hunt().in(String.join("\n", COMMANDS)), is(empty()));
        assertThat(hunt().in(systemLog()), is(empty()));
        assertThat(hunt().below(home()), is(empty()));
        assertThat(hunt().below(Path.of(jenkins.workspace((TopLevelItem) job).getRemote())), is(empty()));
        assertThat(
                tap.requested("X-Amz-Signature=([0-9a-f]{64})").size(), is(greaterThan(driver.equals("s3") ? 0 : -1)));
        assertThat(temporary.exists() ? temporary.list() : List.of(), is(empty()));
    }

    @Test
    void areMaskedWherePgDumpSaysThem() throws Exception {
        ProgramDirectory talkative = new ProgramDirectory(programs).script("pg_dump", """
                cat "$PGPASSFILE" >&2
                echo 'pg_dump: warning: tried postgres://clerk:%s@host' >&2
                exec "$real" "$@"
                """.formatted(encoded(PASSWORD)));

        Run<?, ?> build = jenkins.build(
                jenkins.pipelineOnAgent(talkative.before(settings("local").toStep())));

        assertThat(
                JenkinsRule.getLog(build),
                allOf(containsString(":" + USER + ":****"), containsString("clerk:****@host")));
        assertThat(hunt().in(JenkinsRule.getLog(build)), is(empty()));
    }

    /** How people bring a URL with a password into a Pipeline. */
    static Stream<String> scriptsWithAPasswordInTheUrl() {
        return Stream.of(
                """
                withCredentials([string(credentialsId: 'whole-url', variable: 'DATABASE_URL')]) {
                    STEP
                }
                """.replace("STEP", step("env.DATABASE_URL")),
                """
                withCredentials([string(credentialsId: 'encoded-password', variable: 'PASSWORD')]) {
                    STEP
                }
                """.replace("STEP", step("\"postgres://clerk:${PASSWORD}@%s\"".formatted(address()))),
                """
                withCredentials([usernamePassword(
                        credentialsId: 'clerk', usernameVariable: 'NAME', passwordVariable: 'PASSWORD')]) {
                    STEP
                }
                """.replace(
                                "STEP",
                                step("\"postgres://${NAME}:${java.net.URLEncoder.encode(PASSWORD, 'UTF-8')"
                                        + ".replace('+', '%%20')}@%s\"".formatted(address()))),
                // Nothing in Jenkins knows that this is a secret.
                """
                def url = readFile(file: 'url.txt', encoding: 'UTF-8')
                STEP
                """.replace("STEP", step("url")));
    }

    @ParameterizedTest
    @MethodSource("scriptsWithAPasswordInTheUrl")
    void inTheUrlOfAPipelineWorkAndStayNowhere(String script) throws Exception {
        WorkflowJob job = jenkins.pipelineOnAgent(script);
        FilePath url = jenkins.workspace(job).child("url.txt");
        url.write(urlWithPassword(), "UTF-8");
        Run<?, ?> build;
        try (LockedTable locked = LockedTable.lock(POSTGRES, DATABASE, "customer")) {
            build = jenkins.startUntilItWaitsFor(locked, job);

            // What withCredentials binds, it puts into every program's environment.
            assertThat(
                    script.contains("withCredentials") ? hunt().inCommandLines() : hunt().inProcesses(), is(empty()));
            assertThat(hunt().below(build.getRootDir().toPath().resolve("workflow")), is(empty()));
        }
        jenkins.rule().assertBuildStatusSuccess(jenkins.rule().waitForCompletion(build));
        url.delete();

        assertThat(hunt().in(JenkinsRule.getLog(build)), is(empty()));
        assertThat(hunt().below(home()), is(empty()));
        assertThat(hunt().below(Path.of(jenkins.workspace(job).getRemote())), is(empty()));
    }

    private static String step(String url) {
        return "pgBackup(url: " + url + ", driver: 'local', destination: 'backups/')";
    }

    /** What is wrong, beside a URL with a password that must not be repeated in the answer. */
    static Stream<Map<String, ?>> badInput() {
        String url = urlWithPassword();
        return Stream.of(
                Map.of("url", url.replace("postgres://", "postgre://")),
                Map.of("url", url.replace("postgres://", "")),
                Map.of("url", url.replace(":" + POSTGRES.port(), ":99999")),
                Map.of("url", url + "?sslmod=require"),
                Map.of("url", url.replace("%40", "@")),
                Map.of("url", url + "?service=production"),
                Map.of("driver", "ftp"),
                Map.of("driver", ""),
                Map.of("destination", ""),
                Map.of("destination", "../outside/"),
                Map.of("fileName", "${nonsense}"),
                Map.of("verify", "twice"),
                Map.of("lockWaitTimeout", -1),
                Map.of("lockWaitTimeout", "soon"),
                Map.of("stallTimeout", -1),
                Map.of("dump", Map.of("format", "directory")),
                Map.of("dump", Map.of("compression", "lzma")),
                Map.of("dump", Map.of("extraOptions", List.of("--file=elsewhere"))),
                Map.of("dump", Map.of("schemaOnly", true, "dataOnly", true)),
                Map.of("dump", "custom"),
                Map.of("dump", Map.of("formatt", "tar")),
                Map.of("lockWaitTimout", 5),
                Map.of("s3", Map.of("sse", "rot13")),
                Map.of("s3", Map.of("endpoint", "here")),
                Map.of("s3", Map.of("tags", List.of("untagged"))),
                Map.of("credentialsId", "missing"));
    }

    @ParameterizedTest
    @MethodSource("badInput")
    void areNotRepeatedWhenInputIsRefused(Map<String, ?> bad) throws Exception {
        StepSettings settings = StepSettings.of("URL", "local", "backups/").with("url", urlWithPassword());
        for (Map.Entry<String, ?> argument : bad.entrySet()) {
            settings = settings.with(argument.getKey(), argument.getValue());
        }
        // The job's own configuration must not hold the URL, where it would be found.
        String url = (String) settings.arguments().get("url");
        WorkflowJob job = jenkins.pipelineOnAgent("def url = readFile(file: 'url.txt', encoding: 'UTF-8')\n"
                + settings.toStep().replace(StepSettings.groovy(url), "url"));
        FilePath file = jenkins.workspace(job).child("url.txt");
        file.write(url, "UTF-8");

        Run<?, ?> build = jenkins.build(job, Result.FAILURE);

        file.delete();
        assertThat(hunt().in(JenkinsRule.getLog(build)), is(empty()));
        assertThat(hunt().in(systemLog()), is(empty()));
        assertThat(hunt().below(home()), is(empty()));
    }

    @Test
    void inTheUrlOfAFreestyleJobAreRefusedByTheForm() throws Exception {
        FreeStyleProject job = jenkins.freestyle(settings("local").toBuilder());
        try (JenkinsRule.WebClient web = jenkins.rule().createWebClient().withThrowExceptionOnFailingStatusCode(true)) {
            HtmlPage page = web.getPage(job, "configure");
            HtmlForm form = page.getFormByName("config");
            form.getInputByName("_.url").setValue(urlWithPassword());

            FailingHttpStatusCodeException refused = assertThrows(
                    FailingHttpStatusCodeException.class, () -> jenkins.rule().submit(form));

            String answer = refused.getResponse().getContentAsString();
            assertThat(answer, containsString("The URL has a password"));
            assertThat(hunt().in(answer), is(empty()));
        }
        assertThat(hunt().below(home()), is(empty()));
    }

    @Test
    void inTheUrlOfAFreestyleJobAreRefusedByTheBuildWhenTheyCameByAFile() throws Exception {
        FreeStyleProject job = jenkins.freestyle(settings("local").toBuilder());
        String configuration = job.getConfigFile()
                .asString()
                .replaceFirst("<url>.*</url>", "<url>postgres://clerk:s3cr3t@127.0.0.1/shop</url>");
        job.updateByXml(new StreamSource(new ByteArrayInputStream(configuration.getBytes(StandardCharsets.UTF_8))));

        Run<?, ?> build = jenkins.build(job, Result.FAILURE);

        assertThat(
                JenkinsRule.getLog(build),
                allOf(containsString("ERROR: The URL has a password"), not(containsString("s3cr3t"))));
    }

    private static StepSettings settings(String driver) {
        String url = "postgres://" + address();
        return (driver.equals("s3")
                        ? StepSettings.of(url, "s3", BUCKET)
                                .with("awsCredentialsId", "session")
                                .with("s3", Map.of("endpoint", tap.endpoint().toString(), "pathStyle", true))
                        : StepSettings.of(url, "local", "backups/"))
                .with("credentialsId", "clerk");
    }

    private static SecretSearch hunt() {
        Set<String> signatures = tap.requested("X-Amz-Signature=([0-9a-f]{64})");
        return new SecretSearch()
                .add("the database's password", PASSWORD)
                .add("the secret key", s3.secretKey())
                .add("the session token", SESSION_TOKEN)
                .addAll("a signature", signatures);
    }

    private static String systemLog() {
        return Jenkins.logRecords.stream().map(new SimpleFormatter()::format).collect(Collectors.joining("\n"));
    }

    private static Path home() {
        return jenkins.rule().jenkins.getRootDir().toPath();
    }

    private static String address() {
        return "127.0.0.1:" + POSTGRES.port() + "/" + DATABASE;
    }

    private static String urlWithPassword() {
        return POSTGRES.url(USER, PASSWORD, DATABASE);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
