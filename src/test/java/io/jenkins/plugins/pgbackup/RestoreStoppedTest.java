package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.is;

import hudson.FilePath;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TopLevelItem;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;

/** A restore that is stopped at a moment that nothing chooses: the database is the old one or the new one, and there is no other. */
class RestoreStoppedTest extends TestBedWithS3 {

    private static final String DATABASE = "stopped";
    private static final String TARGET = "stopped_target";
    private static final String OLD = "old";
    private static final String NEW = "20000";

    /** Longer than a restore of the database takes, so that some are not stopped at all. */
    private static final int LATEST_MILLIS = 1500;

    private final Random random = new Random();

    RestoreStoppedTest() {
        super(DATABASE);
    }

    @Override
    void createDatabase() {
        POSTGRES.createDatabase(DATABASE);
        POSTGRES.psql(
                DATABASE,
                "create table fruit as select n::text as name from generate_series(1, " + NEW + ") n;"
                        + " create index on fruit (name)");
    }

    @AfterEach
    void clear() throws Exception {
        jenkins.deleteJobs();
        POSTGRES.dropDatabase(TARGET);
    }

    /** 24 times. */
    @ParameterizedTest
    @CsvSource({"PIPELINE, replace", "FREESTYLE, replace", "PIPELINE, create", "FREESTYLE, create"})
    void anAbortedRestoreLeavesNothing(StepKind door, String target) throws Exception {
        Map<String, Object> arguments = arguments(target);
        for (int i = 0; i < 6; i++) {
            reset(target);
            int millis = random.nextInt(LATEST_MILLIS);
            Run<?, ?> build = start(door, arguments);
            Thread.sleep(millis);
            if (build.isBuilding()) {
                build.getExecutor().interrupt();
            }
            jenkins.rule().waitForCompletion(build);

            mustBeOldOrNew(build, target, millis);
        }
    }

    /** Six times. The next build of the job cleans up. */
    @ParameterizedTest
    @CsvSource({"replace", "create"})
    void aRestoreWhoseAgentIsLostLeavesNothingForLong(String target) throws Exception {
        Map<String, Object> arguments = arguments(target);
        for (int i = 0; i < 3; i++) {
            reset(target);
            int millis = random.nextInt(LATEST_MILLIS);
            FreeStyleProject job = freestyle(arguments);
            Run<?, ?> build = jenkins.start(job).waitForStart();
            Thread.sleep(millis);
            jenkins.killAgent();
            jenkins.rule().waitForCompletion(build);
            jenkins.restartAgent();
            List<String> before = List.of(contents());
            job.getBuildersList().clear();
            job.getBuildersList().add(settings("s3").toBuilder());
            jenkins.build(job);

            mustBeOldOrNew(build, target, millis);
            assertThat(List.of(contents()), is(before));
        }
    }

    private Map<String, Object> arguments(String target) throws Exception {
        Run<?, ?> backup = jenkins.build(StepKind.FREESTYLE.job(jenkins, settings("s3")));
        return Map.of(
                "from",
                backup.getAction(BackupAction.class).getBackups().get(0).getUri(),
                target,
                true,
                "url",
                POSTGRES.urlWithoutPassword(TARGET),
                "credentialsId",
                JenkinsWithAgent.DATABASE_LOGIN,
                "awsCredentialsId",
                JenkinsWithAgent.KEY_PAIR,
                "s3",
                Map.of("endpoint", s3.endpoint().toString(), "pathStyle", true, "region", "us-east-1"));
    }

    private Run<?, ?> start(StepKind door, Map<String, Object> arguments) throws Exception {
        if (door == StepKind.FREESTYLE) {
            return jenkins.start(freestyle(arguments)).waitForStart();
        }
        WorkflowJob job = jenkins.pipelineOnAgent("pgRestore(" + StepSettings.groovy(arguments) + ")");
        return jenkins.start(job).waitForStart();
    }

    private FreeStyleProject freestyle(Map<String, Object> arguments) throws Exception {
        return jenkins.freestyle(
                new PgRestoreBuilder(new DescribableModel<>(PgRestoreStep.class).instantiate(arguments, null)));
    }

    private static void reset(String target) {
        POSTGRES.dropDatabase(TARGET);
        if (target.equals("replace")) {
            POSTGRES.createDatabase(TARGET);
            POSTGRES.psql(TARGET, "create table fruit as select '" + OLD + "' as name");
        }
    }

    private void mustBeOldOrNew(Run<?, ?> build, String target, int millis) throws Exception {
        String when = "after " + millis + " ms: " + JenkinsRule.getLog(build);
        String contents = contents();
        String before = target.equals("replace") ? OLD : "";
        assertThat(when, contents, build.getResult() == Result.SUCCESS ? is(NEW) : anyOf(is(before), is(NEW)));
        assertThat(
                when,
                POSTGRES.psql(
                        "postgres",
                        "select string_agg(datname, ',') from pg_database where datname like 'pgbackup%'"
                                + " or datname like 'stopped_target_%'"),
                is(""));
        JenkinsWithAgent.await(
                "no session is left " + when,
                () -> POSTGRES.psql(
                                "postgres",
                                "select count(*) from pg_stat_activity where application_name like 'jenkins%'"
                                        + " or application_name like 'pgbackup%'")
                        .equals("0"));
        FilePath temporary = jenkins.temporaryDirectory((TopLevelItem) build.getParent());
        assertThat(when, temporary.exists() ? temporary.list().toString() : "[]", is("[]"));
    }

    /** What the database is: the old one, a whole new one, or none. */
    private static String contents() {
        boolean there = POSTGRES.psql("postgres", "select 1 from pg_database where datname = '" + TARGET + "'")
                .equals("1");
        if (!there) {
            return "";
        }
        String old = POSTGRES.psql(TARGET, "select name from fruit where name = '" + OLD + "'");
        return old.isEmpty() ? POSTGRES.psql(TARGET, "select count(*) from fruit") : old;
    }
}
