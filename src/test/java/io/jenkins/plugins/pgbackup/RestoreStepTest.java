package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Items;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TopLevelItem;
import hudson.model.User;
import hudson.security.AuthorizationStrategy;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import io.jenkins.plugins.pgbackup.view.RestoreAction;
import io.jenkins.plugins.pgbackup.view.RestoreSummary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;

/** {@code pgRestore}: where its dump comes from, what becomes of the database, and what it says. */
class RestoreStepTest extends TestBedWithS3 {

    private static final String DATABASE = "Käse & \"Brot\"";
    private static final String TARGET = "restore step's target";

    RestoreStepTest() {
        super(DATABASE);
    }

    @AfterEach
    void clear() throws Exception {
        for (TopLevelItem job : jenkins.rule().jenkins.getItems()) {
            jenkins.workspace(job).deleteRecursive();
        }
        jenkins.deleteJobs();
        for (String database : databases()) {
            POSTGRES.dropDatabase(database);
        }
        s3.dropBucket(BUCKET);
        s3.createBucket(BUCKET);
    }

    @ParameterizedTest(name = "{0}: {2} from {1}")
    @CsvSource(textBlock = """
            FREESTYLE, local, custom
            FREESTYLE, local, plain
            FREESTYLE, local, tar
            FREESTYLE, s3,    custom
            FREESTYLE, s3,    plain
            FREESTYLE, s3,    tar
            PIPELINE,  local, custom
            PIPELINE,  local, plain
            PIPELINE,  local, tar
            PIPELINE,  s3,    custom
            PIPELINE,  s3,    plain
            PIPELINE,  s3,    tar
            """)
    void comesBackAsItWas(StepKind door, String driver, String format) throws Exception {
        BackupSummary backup = backUp(settings(driver).with("dump", Map.of("format", format)));

        RestoreSummary restored = restored(
                jenkins.build(job(door, restore().with("from", backup.getUri()).with("create", true))));

        DatabaseComparison.assertSame(POSTGRES, DATABASE, TARGET);
        assertThat(restored.getFrom(), is(backup.getUri()));
        assertThat(restored.getDatabase(), is(TARGET));
        assertThat(restored.getWarnings().toString(), restored.getWarnings().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"local", "s3"})
    void takesTheNewestProvenDump(String driver) throws Exception {
        backUp(settings(driver).with("fileName", "first"));
        BackupSummary newest = backUp(settings(driver).with("fileName", "second"));
        backUp(settings(driver).with("fileName", "unproven").with("verify", "none"));
        String place = driver.equals("s3") ? "s3://" + BUCKET : newest.getUri().replaceFirst("/[^/]*$", "");

        Run<?, ?> build = jenkins.build(
                job(StepKind.PIPELINE, restore().with("latest", place).with("create", true)));

        assertThat(restored(build).getFrom(), is(newest.getUri()));
        assertThat(
                JenkinsRule.getLog(build),
                matchesPattern("(?s).*Restoring " + Pattern.quote(newest.getUri() + ", database " + DATABASE)
                        + ", made [-0-9]+T[0-9]{2}:[0-9]{2}:[0-9]{2}Z, proven, to postgresql://.*"));
    }

    @Test
    void needsToKnowTheDatabaseIfThereAreSeveral() throws Exception {
        POSTGRES.createDatabase("other");
        try {
            backUp(settings("s3"));
            BackupSummary other = backUp(JenkinsWithAgent.toS3(POSTGRES.urlWithoutPassword("other"), s3, BUCKET));
            Restoring latest = restore().with("latest", "s3://" + BUCKET).with("create", true);

            jenkins.rule()
                    .assertLogContains(
                            "there are dumps of several databases (\"Käse & \"Brot\"\", \"other\"): say of which",
                            jenkins.build(job(StepKind.PIPELINE, latest), Result.FAILURE));
            assertThat(
                    restored(jenkins.build(job(StepKind.PIPELINE, latest.with("database", "other"))))
                            .getFrom(),
                    is(other.getUri()));
            jenkins.rule()
                    .assertLogContains(
                            "There is no proven dump of the database \"third\" at s3://",
                            jenkins.build(job(StepKind.PIPELINE, latest.with("database", "third")), Result.FAILURE));
        } finally {
            POSTGRES.dropDatabase("other");
        }
    }

    @Test
    void takesTheArtifactOfABuild() throws Exception {
        FreeStyleProject nightly = jenkins.freestyle(settings("local").toBuilder());
        Run<?, ?> backup = jenkins.build(nightly);
        jenkins.workspace(nightly).deleteRecursive();

        for (String which : List.of("#lastSuccessful", "#" + backup.getNumber(), "#lastStableBuild")) {
            Restoring restore =
                    restore().with("build", nightly.getName() + which).with("replace", true);
            RestoreSummary restored = restored(jenkins.build(job(StepKind.PIPELINE, restore)));

            assertThat(restored.getFrom(), containsString(backup.getFullDisplayName() + ": "));
        }
        DatabaseComparison.assertSame(POSTGRES, DATABASE, TARGET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nowhere#1                | There is no job "nowhere" that this build may read
            ${job}#7                 | There is no build ${job}#7
            ${job}#lastGreat         | A job has no build "lastGreat"
            ${job}#1                 | has recorded no backup: choose one that has made one
            ${job}                   | The build is not written as one: write job#number or job#lastSuccessful
            """)
    void saysWhyABuildHasNoDump(String build, String sentence) throws Exception {
        FreeStyleProject empty = jenkins.freestyle();
        jenkins.build(empty);

        Run<?, ?> failed = jenkins.build(
                job(StepKind.PIPELINE, restore().with("build", build.replace("${job}", empty.getName()))),
                Result.FAILURE);

        jenkins.rule().assertLogContains(sentence.replace("${job}", empty.getName()), failed);
    }

    /** By its own authentication: what the person who wrote it may read says nothing. */
    @ParameterizedTest
    @CsvSource({"READ, true", "DISCOVER, false", "NONE, false"})
    void takesADumpOnlyOfAJobThatTheBuildMayRead(String permission, boolean allowed) throws Exception {
        FreeStyleProject nightly = jenkins.freestyle(settings("local").toBuilder());
        jenkins.build(nightly);
        // With the password in its URL, as the credentials of others are not for this build either.
        Job<?, ?> job = job(
                StepKind.PIPELINE,
                new Restoring(Map.of())
                        .with("build", nightly.getName() + "#1")
                        .with("url", POSTGRES.url(TARGET))
                        .with("create", true));
        Jenkins controller = jenkins.rule().jenkins;
        MockAuthorizationStrategy strategy = new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Computer.BUILD)
                .everywhere()
                .toEveryone();
        if (!permission.equals("NONE")) {
            strategy.grant(permission.equals("READ") ? Item.READ : Item.DISCOVER)
                    .everywhere()
                    .to("restorer");
        }
        controller.setSecurityRealm(jenkins.rule().createDummySecurityRealm());
        controller.setAuthorizationStrategy(strategy);
        QueueItemAuthenticatorConfiguration.get()
                .getAuthenticators()
                .add(new MockQueueItemAuthenticator()
                        .authenticate(
                                job.getFullName(),
                                User.getById("restorer", true).impersonate2()));
        try {
            Run<?, ?> build = jenkins.build(job, allowed ? Result.SUCCESS : Result.FAILURE);

            String sentence = "There is no job \"" + nightly.getName() + "\" that this build may read";
            assertThat(JenkinsRule.getLog(build).contains(sentence), is(!allowed));
        } finally {
            QueueItemAuthenticatorConfiguration.get().getAuthenticators().clear();
            controller.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
            controller.setSecurityRealm(SecurityRealm.NO_AUTHENTICATION);
        }
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void refusesADatabaseWithTables(StepKind door) throws Exception {
        BackupSummary backup = backUp(settings("local"));
        POSTGRES.createDatabase(TARGET);
        POSTGRES.psql(TARGET, "create table precious (id int)");

        Run<?, ?> build = jenkins.build(job(door, restore().with("from", backup.getUri())), Result.FAILURE);

        jenkins.rule()
                .assertLogContains(
                        "restore into an empty one. Or set replace to put the dump in its place, or clean to drop first",
                        build);
        assertThat(POSTGRES.psql(TARGET, "select count(*) from precious"), is("0"));
        assertThat(build.getAction(RestoreAction.class), is(nullValue()));
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void replacesADatabaseAfterItsScriptsHaveRun(StepKind door) throws Exception {
        BackupSummary backup = backUp(settings("s3"));
        POSTGRES.createDatabase(TARGET);
        POSTGRES.psql(TARGET, "create table old (id int)");
        Job<?, ?> job = job(
                door,
                restore()
                        .with("from", backup.getUri())
                        .with("replace", true)
                        .with("keepReplaced", true)
                        .with("sql", List.of("mask.sql")));
        workspace(job).child("mask.sql").write("create table masked as select 1 as id;", "UTF-8");

        RestoreSummary restored = restored(jenkins.build(job));

        assertThat(POSTGRES.psql(TARGET, "select count(*) from masked"), is("1"));
        assertThat(POSTGRES.psql(restored.getReplaced(), "select count(*) from old"), is("0"));
        assertThat(databases().size(), is(2));
    }

    @Test
    void leavesTheOldDatabaseIfAScriptFailsOrIsMissing() throws Exception {
        BackupSummary backup = backUp(settings("local"));
        POSTGRES.createDatabase(TARGET);
        POSTGRES.psql(TARGET, "create table precious (id int)");
        Job<?, ?> job = job(
                StepKind.FREESTYLE,
                restore().with("from", backup.getUri()).with("replace", true).with("sql", List.of("mask.sql")));

        jenkins.rule()
                .assertLogContains(
                        "There is no file mask.sql in the workspace to run", jenkins.build(job, Result.FAILURE));
        workspace(job).child("mask.sql").write("select 1/0;", "UTF-8");
        jenkins.rule().assertLogContains("division by zero", jenkins.build(job, Result.FAILURE));

        assertThat(POSTGRES.psql(TARGET, "select count(*) from precious"), is("0"));
        assertThat(databases(), is(List.of(TARGET)));
    }

    @Test
    void returnsWhatItHasMade() throws Exception {
        BackupSummary backup = backUp(settings("local"));

        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent("def made = "
                + restore().with("from", backup.getUri()).with("create", true).toStep()
                + "\necho \"<${made}|${made.database}|${made.from}|${made.tables > 5}|${made.durationMillis > 0}|"
                + "${made.replaced}|${made.warnings}>\""));

        jenkins.rule()
                .assertLogContains("<" + TARGET + "|" + TARGET + "|" + backup.getUri() + "|true|true|null|[]>", build);
    }

    @Test
    void showsWhatItHasMadeOnTheBuildsPage() throws Exception {
        BackupSummary backup = backUp(settings("local"));
        Run<?, ?> build = jenkins.build(
                job(StepKind.FREESTYLE, restore().with("from", backup.getUri()).with("create", true)));

        try (JenkinsRule.WebClient browser = jenkins.rule().createWebClient()) {
            HtmlPage page = browser.getPage(build);
            assertThat(page.asNormalizedText(), containsString("Restored the database " + TARGET + " on "));
            assertThat(page.asNormalizedText(), containsString("From " + backup.getUri()));
        }
    }

    @Test
    void warnsOfADumpWithoutManifest() throws Exception {
        BackupSummary backup = backUp(settings("local"));
        new FilePath(jenkins.agent().getChannel(), backup.getUri() + ".json").delete();

        Run<?, ?> build = jenkins.build(
                job(StepKind.PIPELINE, restore().with("from", backup.getUri()).with("create", true)));

        jenkins.rule().assertLogContains("WARNING: No manifest lies beside " + backup.getUri(), build);
        DatabaseComparison.assertSame(POSTGRES, DATABASE, TARGET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            from: 'a.dump', latest: 'b'                    | give one of from (a dump), latest (a place of dumps) and build
            clean: true                                    | give one of from (a dump), latest (a place of dumps) and build
            from: 'a.dump', database: 'x'                  | leave database out
            from: 's3://bucket/', s3: [region: 'x-y']      | This is not the address of an object in S3
            from: 'a.dump', clean: true, replace: true     | Only one of clean, create and replace can be set
            from: 'a.dump', keepReplaced: true             | because replace is not set
            from: 'a.dump', jobs: 0                        | The number of jobs is 0: write 1 or more
            from: 'a.dump', jobs: 2, singleTransaction: true | Several jobs cannot restore in a single transaction
            from: 'a.dump', exitOnError: false, singleTransaction: true | A restore that goes on after an error
            from: 'a.dump', schemas: ['']                  | One of the schemas is empty
            from: 'a.dump', jbs: 2                         | There is no argument "jbs" here: write one of
            from: 'a.dump', jobs: 'many'                   | The argument "jobs" is not a whole number
            from: 'a.dump'                                 | There is no file
            latest: 'nowhere'                              | There is no directory
            """)
    void saysWhatToWrite(String arguments, String sentence) throws Exception {
        Run<?, ?> build = jenkins.build(
                jenkins.pipelineOnAgent("pgRestore(url: '" + url() + "', credentialsId: '"
                        + JenkinsWithAgent.DATABASE_LOGIN + "', " + arguments + ")"),
                Result.FAILURE);

        jenkins.rule().assertLogContains(sentence, build);
        jenkins.rule().assertLogNotContains("\tat ", build);
    }

    @Test
    void keepsNoUrlWithAPassword() throws Exception {
        FreeStyleProject job =
                jenkins.freestyle(builder(Map.of("url", "postgresql://u:hunter2@localhost/d", "from", "a.dump")));

        assertThat(job.getConfigFile().asString(), not(containsString("hunter2")));
        jenkins.rule().assertLogContains("The URL has a password", jenkins.build(job, Result.FAILURE));
    }

    @Test
    void survivesItsForm() throws Exception {
        PgRestoreStep step = (PgRestoreStep) new DescribableModel<>(PgRestoreStep.class)
                .instantiate(
                        Map.of(
                                "url",
                                "postgresql://localhost/d",
                                "latest",
                                "backups/",
                                "database",
                                "x",
                                "replace",
                                true,
                                "jobs",
                                3,
                                "exitOnError",
                                false,
                                "singleTransaction",
                                false,
                                "schemas",
                                List.of("a", "b c"),
                                "sql",
                                List.of("mask.sql")),
                        null);
        FreeStyleProject job = jenkins.freestyle(new PgRestoreBuilder(step));
        String before = Items.XSTREAM2.toXML(job.getBuildersList().get(0));

        jenkins.rule().configRoundtrip(job);

        assertThat(Items.XSTREAM2.toXML(job.getBuildersList().get(0)), is(before));
        PgRestoreStep kept = ((PgRestoreBuilder) job.getBuildersList().get(0)).getRestore();
        assertThat(kept.getSchemas(), is(List.of("a", "b c")));
        assertThat(kept.getSingleTransaction(), is(false));
        assertThat(kept.isExitOnError(), is(false));
    }

    @Test
    void putsVariablesOfAFreestyleBuildIntoItsTexts() throws Exception {
        BackupSummary backup = backUp(settings("local"));
        FreeStyleProject job =
                jenkins.freestyle(builder(restore().with("from", "${DUMP}").with("create", true).arguments));
        job.addProperty(new hudson.model.ParametersDefinitionProperty(
                new hudson.model.StringParameterDefinition("DUMP", backup.getUri())));

        assertThat(restored(jenkins.build(job)).getFrom(), is(backup.getUri()));
    }

    @ParameterizedTest
    @CsvSource({"FREESTYLE, create, local", "PIPELINE, create, s3", "FREESTYLE, replace, s3", "PIPELINE, replace, local"
    })
    void leavesNothingWhenItIsAborted(StepKind door, String target, String driver) throws Exception {
        BackupSummary backup = backUp(settings(driver));
        if (target.equals("replace")) {
            POSTGRES.createDatabase(TARGET);
        }
        List<String> before = databases();
        Job<?, ?> job = job(
                door, restore().with("from", backup.getUri()).with(target, true).with("sql", List.of("sleep.sql")));

        Run<?, ?> build = startUntilItSleeps(job);
        build.getExecutor().interrupt();
        jenkins.rule().assertBuildStatus(Result.ABORTED, jenkins.rule().waitForCompletion(build));

        assertThat(databases(), is(before));
        assertThat(sleeping(), is("0"));
        assertThat(jenkins.temporaryDirectory((TopLevelItem) job).list().toString(), is("[]"));
    }

    @ParameterizedTest
    @CsvSource({"create", "replace"})
    void isCleanedUpAfterByTheNextBuildIfItsAgentIsLost(String target) throws Exception {
        BackupSummary backup = backUp(settings("s3"));
        Job<?, ?> job = job(
                StepKind.FREESTYLE,
                restore().with("from", backup.getUri()).with(target, true).with("sql", List.of("sleep.sql")));
        Run<?, ?> build = startUntilItSleeps(job);
        List<String> half = databases();
        assertThat(half.size(), is(1));

        jenkins.killAgent();
        jenkins.rule().waitForCompletion(build);
        assertThat(databases(), is(half));
        jenkins.restartAgent();
        workspace(job).child("sleep.sql").write("select 1;", "UTF-8");
        Run<?, ?> next = jenkins.build(job);

        jenkins.rule().assertLogContains("Cleaned up after #1, which could not do it: ", next);
        jenkins.rule().assertLogContains("the database " + half.get(0), next);
        assertThat(databases(), is(List.of(TARGET)));
        assertThat(sleeping(), is("0"));
    }

    private Run<?, ?> startUntilItSleeps(Job<?, ?> job) throws Exception {
        workspace(job).child("sleep.sql").write("select pg_sleep(300);", "UTF-8");
        Run<?, ?> build = jenkins.start(job).waitForStart();
        JenkinsWithAgent.await("the script runs", () -> {
            assertThat(JenkinsRule.getLog(build), build.isBuilding());
            return sleeping().equals("1");
        });
        return build;
    }

    private static String sleeping() {
        return POSTGRES.psql(
                "postgres", "select count(*) from pg_stat_activity where query like 'select pg_sleep(300)%'");
    }

    private BackupSummary backUp(StepSettings settings) throws Exception {
        Run<?, ?> build = jenkins.build(StepKind.FREESTYLE.job(jenkins, settings));
        return build.getAction(BackupAction.class).getBackups().get(0);
    }

    private static RestoreSummary restored(Run<?, ?> build) {
        List<RestoreSummary> restores = build.getAction(RestoreAction.class).getRestores();
        assertThat(restores.size(), is(1));
        return restores.get(0);
    }

    private FilePath workspace(Job<?, ?> job) {
        return jenkins.workspace((TopLevelItem) job);
    }

    private static String url() {
        return POSTGRES.urlWithoutPassword(TARGET);
    }

    private Restoring restore() {
        return new Restoring(Map.of())
                .with("url", url())
                .with("credentialsId", JenkinsWithAgent.DATABASE_LOGIN)
                .with("awsCredentialsId", JenkinsWithAgent.KEY_PAIR)
                .with("s3", Map.of("endpoint", s3.endpoint().toString(), "pathStyle", true, "region", "us-east-1"));
    }

    /** The arguments of {@code pgRestore} by their names. */
    private record Restoring(Map<String, Object> arguments) {

        Restoring with(String name, Object value) {
            Map<String, Object> more = new LinkedHashMap<>(arguments);
            more.put(name, value);
            return new Restoring(more);
        }

        String toStep() {
            return "pgRestore("
                    + arguments.entrySet().stream()
                            .map(argument -> argument.getKey() + ": " + StepSettings.groovy(argument.getValue()))
                            .collect(Collectors.joining(", "))
                    + ")";
        }
    }

    private Job<?, ?> job(StepKind door, Restoring restore) throws Exception {
        return door == StepKind.FREESTYLE
                ? jenkins.freestyle(builder(restore.arguments))
                : jenkins.pipelineOnAgent(restore.toStep());
    }

    private static PgRestoreBuilder builder(Map<String, Object> arguments) throws Exception {
        return new PgRestoreBuilder(new DescribableModel<>(PgRestoreStep.class).instantiate(arguments, null));
    }

    private static List<String> databases() {
        String names = POSTGRES.psql(
                "postgres",
                "select datname from pg_database where datname like 'restore step%' or datname like 'pgbackup_restore%'"
                        + " order by datname");
        return names.isEmpty() ? List.of() : List.of(names.split("\n"));
    }
}
