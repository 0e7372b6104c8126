package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.FreeStyleProject;
import hudson.model.ParameterDefinition;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Run;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.triggers.TimerTrigger;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.SecretSource;
import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.RestoredDump;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import io.jenkins.plugins.pgbackup.fixture.SampleDatabase;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import io.jenkins.plugins.pgbackup.view.RestoreTestAction;
import io.jenkins.plugins.pgbackup.view.RestoreTestSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The examples run as they are; only the addresses and credentials are the tests' own. */
@WithJenkins
class ExamplesTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final Path EXAMPLES = Path.of("examples");
    private static final String DATABASE = "shop";
    private static final String RESTORED = "shop_restored";
    private static final String BUCKET = "backups";

    private static JenkinsWithAgent jenkins;
    private static S3Server s3;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        jenkins.agent().setLabelString("postgresql " + KubernetesSteps.POD_LABEL);
        s3 = S3Server.start();
        SampleDatabase.create(POSTGRES, DATABASE);
    }

    @BeforeEach
    void start() throws Exception {
        KubernetesSteps.STARTED.clear();
        SystemCredentialsProvider.getInstance().getCredentials().clear();
        POSTGRES.dropDatabase(RESTORED);
        POSTGRES.createDatabase(RESTORED);
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        jenkins.close();
        POSTGRES.dropDatabase(RESTORED);
        POSTGRES.dropDatabase(DATABASE);
    }

    @Test
    void nightly() throws Exception {
        Run<?, ?> build = runPipeline("nightly.Jenkinsfile", "nightly-bucket");

        BackupSummary backup = onlyBackup(build);
        assertThat(build.getDescription(), is(backup.getUri()));
        assertThat(cron((WorkflowJob) build.getParent()), is("H 2 * * *"));
        assertRestores(backup, "nightly-bucket");
    }

    @Test
    void container() throws Exception {
        Run<?, ?> build = runPipeline("container.Jenkinsfile", "container-bucket");

        assertThat(
                KubernetesSteps.STARTED,
                hasItems(
                        containsString(" psql --no-psqlrc"),
                        containsString(" pg_dump --no-password --format=custom"),
                        containsString(" pg_restore --format=custom")));
        jenkins.rule().assertLogContains(onlyBackup(build).getFileName() + ": ", build);
        assertRestores(onlyBackup(build), "container-bucket");
    }

    @Test
    void freestyle() throws Exception {
        ConfigurationAsCode.get().configure(EXAMPLES.resolve("freestyle.yaml").toString());

        FreeStyleProject job = jenkins.rule().jenkins.getItemByFullName("nightly-backup", FreeStyleProject.class);
        assertThat(job, is(notNullValue()));
        assertThat(job.getTrigger(TimerTrigger.class).getSpec(), is("H 2 * * *"));
        PgBackupBuilder step = job.getBuildersList().get(PgBackupBuilder.class);
        assertThat(step.getDump().getExcludeTables(), contains("audit.*"));
        Run<?, ?> build = jenkins.build(job);

        BackupSummary backup = onlyBackup(build);
        assertThat(backup.getProof(), backup.isProven());
        assertThat(build.getArtifactManager().root().child(backup.getFileName()).isFile(), is(true));
    }

    @Test
    void restoreToStaging() throws Exception {
        Run<?, ?> backup = runPipeline("nightly.Jenkinsfile", "staging-bucket");
        jenkins.addLogin("staging-database", PostgresCluster.SUPERUSER, POSTGRES.password());

        Run<?, ?> build = run(
                "restore-to-staging.Jenkinsfile", POSTGRES.urlWithoutPassword(RESTORED), "s3://staging-bucket/nightly");

        assertThat(build.getDescription(), containsString(RESTORED + " from s3://staging-bucket/nightly/shop-"));
        WorkflowJob restore = (WorkflowJob) build.getParent();
        assertThat(cron(restore), is("H 5 * * 1-5"));
        ((WorkflowJob) backup.getParent()).renameTo("nightly");
        ParameterValue chosen = restore.getProperty(ParametersDefinitionProperty.class)
                .getParameterDefinition("DUMP")
                .getDefaultParameterValue();
        assertThat(chosen.getValue(), is(onlyBackup(backup).getUri()));
        Run<?, ?> again = jenkins.build(
                restore,
                new ParametersAction(Stream.concat(
                                build.getAction(ParametersAction.class).getAllParameters().stream(), Stream.of(chosen))
                        .toList()));
        assertThat(again.getDescription(), is(RESTORED + " from " + chosen.getValue()));
        assertThat(
                POSTGRES.psql(RESTORED, "select count(*) > 0 and bool_and(email like '%@example.com') from customer"),
                is("t"));
        assertThat(
                POSTGRES.psql(RESTORED, "select count(*) from purchase"),
                is(POSTGRES.psql(DATABASE, "select count(*) from purchase")));
    }

    @Test
    void weeklyDrill() throws Exception {
        runPipeline("nightly.Jenkinsfile", "drill-bucket");
        jenkins.addLogin("test-server", PostgresCluster.SUPERUSER, POSTGRES.password());

        Run<?, ?> build =
                run("weekly-drill.Jenkinsfile", POSTGRES.urlWithoutPassword("postgres"), "s3://drill-bucket/nightly");

        RestoreTestSummary test =
                build.getAction(RestoreTestAction.class).getTests().get(0);
        assertThat(test.getChecks().toString(), test.isPassed());
        assertThat(cron((WorkflowJob) build.getParent()), is("H 6 * * 0"));
        assertThat(
                build.getArtifactManager()
                        .root()
                        .child("pgbackup-restore-test.json")
                        .isFile(),
                is(true));
    }

    private static Run<?, ?> runPipeline(String example, String bucket) throws Exception {
        s3.createBucket(bucket);
        jenkins.addLogin("shop-database", PostgresCluster.SUPERUSER, POSTGRES.password());
        jenkins.addLogin("backup-bucket", s3.accessKey(), s3.secretKey());
        return run(example, POSTGRES.urlWithoutPassword(DATABASE), bucket + "/nightly");
    }

    private static Run<?, ?> run(String example, String url, String destination) throws Exception {
        WorkflowJob job = jenkins.pipeline(Files.readString(EXAMPLES.resolve(example)));
        Map<String, String> parameters = Map.of(
                "DATABASE_URL",
                url,
                "DESTINATION",
                destination,
                "S3_ENDPOINT",
                s3.endpoint().toString());
        // A first build knows no parameters yet, and takes none.
        job.addProperty(new ParametersDefinitionProperty(parameters.keySet().stream()
                .map(name -> (ParameterDefinition) new StringParameterDefinition(name, ""))
                .toList()));
        return jenkins.build(
                job,
                new ParametersAction(parameters.entrySet().stream()
                        .map(parameter ->
                                (ParameterValue) new StringParameterValue(parameter.getKey(), parameter.getValue()))
                        .toList()));
    }

    private static String cron(WorkflowJob job) {
        return job.getTriggersJobProperty().getTriggers().stream()
                .filter(TimerTrigger.class::isInstance)
                .map(trigger -> trigger.getSpec())
                .findFirst()
                .orElse(null);
    }

    private static BackupSummary onlyBackup(Run<?, ?> build) {
        assertThat(build.getAction(BackupAction.class).getBackups().size(), is(1));
        return build.getAction(BackupAction.class).getBackups().get(0);
    }

    private static void assertRestores(BackupSummary backup, String bucket) throws Exception {
        byte[] dump = s3.object(bucket, "nightly/" + backup.getFileName());
        new RestoredDump(backup.getFileName(), dump).restore(POSTGRES, RESTORED);
        DatabaseComparison.assertSame(POSTGRES, DATABASE, RESTORED);
    }

    /** What the variables of {@code freestyle.yaml} stand for. */
    @TestExtension
    public static final class Variables extends SecretSource {
        @Override
        public Optional<String> reveal(String name) throws IOException {
            return Optional.ofNullable(
                    switch (name) {
                        case "SHOP_DATABASE_USER" -> PostgresCluster.SUPERUSER;
                        case "SHOP_DATABASE_PASSWORD" -> POSTGRES.password();
                        case "SHOP_DATABASE_URL" -> POSTGRES.urlWithoutPassword(DATABASE);
                        default -> null;
                    });
        }
    }
}
