package io.jenkins.plugins.pgbackup;

import static io.jenkins.plugins.pgbackup.BackupPlanTest.expandable;
import static io.jenkins.plugins.pgbackup.BackupPlanTest.fill;
import static io.jenkins.plugins.pgbackup.BackupPlanTest.recording;
import static io.jenkins.plugins.pgbackup.BackupPlanTest.text;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import hudson.AbortException;
import io.jenkins.plugins.pgbackup.engine.RestoreTarget;
import io.jenkins.plugins.pgbackup.engine.RestoreTestRequest;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.RestoredContents;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import io.jenkins.plugins.pgbackup.settings.Variables;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every argument of the steps that restore reaches the engine, in a freestyle job with the values of variables in it. */
class RestorePlanTest {

    private static final String URL = "postgresql://db.example.com/shop";

    /** A plan, as one of the steps makes it. */
    private interface Planning<S> {
        void plan(S step, Variables variables) throws AbortException;
    }

    @Test
    void everyTextOfARestoreIsExpanded() throws Exception {
        mustExpandEveryText(() -> new PgRestoreStep(text("url")), Set.of("url"), RestorePlan::of);
    }

    @Test
    void everyTextOfARestoreTestIsExpanded() throws Exception {
        mustExpandEveryText(PgRestoreTestStep::new, Set.of(), RestoreTestPlan::of);
    }

    /** A new setting must be expanded, or be added to those that are not. A step takes one of three settings for the dump. */
    private static <S extends RestoringStep> void mustExpandEveryText(
            java.util.function.Supplier<S> steps, Set<String> ofConstructor, Planning<S> planning) throws Exception {
        Set<String> texts = new TreeSet<>(ofConstructor);
        Set<String> expanded = new TreeSet<>();
        for (String dump : List.of("from", "latest", "build")) {
            S step = steps.get();
            S3Section s3 = new S3Section();
            fill(step, texts);
            fill(s3, texts);
            step.setS3(s3);
            step.setFrom(dump.equals("from") ? text("from") : null);
            step.setLatest(dump.equals("latest") ? text("latest") : null);
            step.setBuild(dump.equals("build") ? text("build") : null);
            if (dump.equals("from")) {
                step.setDatabase(null);
            }

            planning.plan(step, Variables.of(recording(expanded)));
        }
        assertThat(expandable(expanded, texts), is(expandable(texts, texts)));
    }

    @Test
    void everyOptionOfARestoreIsTaken() throws Exception {
        PgRestoreStep step = new PgRestoreStep(URL);
        step.setFrom("a.dump");
        step.setClean(true);
        step.setJobs(3);
        step.setExitOnError(false);
        step.setTrust(true);
        step.setNoOwner(true);
        step.setNoPrivileges(true);
        step.setRole("$r");
        step.setSchemas(List.of("s"));
        step.setTables(List.of("t"));
        step.setSql(List.of("mask.sql"));

        RestorePlan plan = RestorePlan.of(step, Variables.NONE);

        assertThat(
                plan.options(),
                is(new RestoreOptions(
                        true,
                        3,
                        false,
                        false,
                        true,
                        new RestoredContents(true, true, "$r", List.of("s"), List.of("t")))));
        assertThat(plan.sql(), is(List.of("mask.sql")));
        assertThat(plan.target(), is(RestoreTarget.EMPTY));
    }

    @Test
    void aRestoreHasTheEnginesDefaults() throws Exception {
        PgRestoreStep step = new PgRestoreStep(URL);
        step.setFrom("a.dump");

        assertThat(RestorePlan.of(step, Variables.NONE).options(), is(RestoreOptions.DEFAULTS));
        step.setSingleTransaction(false);
        assertThat(RestorePlan.of(step, Variables.NONE).options().singleTransaction(), is(false));
    }

    @Test
    void theTargetIsOneOfFour() throws Exception {
        PgRestoreStep step = new PgRestoreStep(URL);
        step.setFrom("a.dump");
        step.setCreate(true);
        assertThat(RestorePlan.of(step, Variables.NONE).target(), is(RestoreTarget.NEW));
        step.setCreate(false);
        step.setReplace(true);
        assertThat(RestorePlan.of(step, Variables.NONE).target(), is(RestoreTarget.REPLACED));
        step.setKeepReplaced(true);
        assertThat(RestorePlan.of(step, Variables.NONE).target(), is(RestoreTarget.REPLACED_AND_KEPT));
    }

    @Test
    void everyOptionOfARestoreTestIsTaken() throws Exception {
        PgRestoreTestStep step = new PgRestoreTestStep();
        step.setLatest("dumps");
        step.setUrl(URL);
        step.setChecks(List.of("select $a"));
        step.setAmcheck(true);
        step.setTrust(true);
        step.setJunit("a.xml");
        step.setReport("b.json");

        RestoreTestPlan plan = RestoreTestPlan.of(step, Variables.NONE);

        assertThat(
                plan.request(),
                is(new RestoreTestRequest(Optional.of(PostgresUrl.parse(URL)), List.of("select $a"), true, true)));
        assertThat(plan.junit(), is("a.xml"));
        assertThat(plan.report(), is("b.json"));
    }
}
