package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.driver.DumpListing;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;

/** {@code keep} in a build: what becomes of the dumps of earlier builds, and what of those of others. */
class KeepTest extends TestBedWithS3 {

    private static final String DATABASE = "kept";
    private static final Map<String, Object> TWO = Map.of("last", 2);

    KeepTest() {
        super(DATABASE);
    }

    @Override
    void createDatabase() {
        POSTGRES.createDatabase(DATABASE);
    }

    @AfterEach
    void clear() throws Exception {
        jenkins.deleteJobs();
        s3.dropBucket(BUCKET);
        s3.createBucket(BUCKET);
    }

    @ParameterizedTest
    @CsvSource({"FREESTYLE, local", "FREESTYLE, s3", "PIPELINE, local", "PIPELINE, s3"})
    void removesTheDumpsOfEarlierBuilds(StepKind door, String driver) throws Exception {
        Job<?, ?> job = door.job(jenkins, of(driver).with("keep", TWO).with("fileName", "kept-${build}"));
        List<BackupSummary> made = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            made.add(backup(jenkins.build(job)));
        }

        Run<?, ?> last = job.getLastBuild();
        assertThat(made.get(3).getRemoved(), is(List.of(made.get(1).getFileName())));
        assertThat(
                made.get(3).getKept(),
                is(List.of(made.get(3).getFileName(), made.get(2).getFileName())));
        assertThat(names(driver, job), is(new TreeSet<>(withManifests(made.get(2), made.get(3)))));
        jenkins.rule().assertLogContains("Of the database kept on 127.0.0.1:", last);
        jenkins.rule().assertLogContains(": 2 kept, 1 removed.", last);
        jenkins.rule().assertLogContains("newest proven, last 2", last);
        mustSayThatTheDumpIsGone(
                job.getBuildByNumber(1), job.getBuildByNumber(3).getFullDisplayName(), true);
        mustSayThatTheDumpIsGone(last, "", false);
        mustRestoreWhatIsArchivedAlone(job, driver);
    }

    /** Jenkins' own discarder removes artifacts, and no rule does. */
    private void mustRestoreWhatIsArchivedAlone(Job<?, ?> job, String driver) throws Exception {
        boolean archived = driver.equals("local");
        String restore = "pgRestoreTest(build: '" + job.getName() + "#1', url: '"
                + POSTGRES.urlWithoutPassword("postgres") + "', credentialsId: '" + JenkinsWithAgent.DATABASE_LOGIN
                + "', awsCredentialsId: '" + JenkinsWithAgent.KEY_PAIR + "')";
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(restore), archived ? Result.SUCCESS : Result.FAILURE);
        if (!archived) {
            jenkins.rule().assertLogContains("is no longer there, because ", build);
        }
        assertThat(
                DumpListing.ofJob(job.getName()).stream()
                        .anyMatch(dump -> dump.uri().contains("kept-1")),
                is(archived));
    }

    private void mustSayThatTheDumpIsGone(Run<?, ?> build, String by, boolean gone) throws Exception {
        build.reload();
        try (JenkinsRule.WebClient web = jenkins.rule().createWebClient()) {
            HtmlPage page = web.getPage(build);
            assertThat(
                    page.asNormalizedText(),
                    gone
                            ? containsString(
                                    "This dump is no longer there: " + by + " has removed it, as no rule keeps it.")
                            : not(containsString("no longer there")));
            assertThat(page.asNormalizedText().contains("To restore it"), is(!gone));
        }
    }

    @Test
    void aBuildThatIsKeptForeverKeepsItsDump() throws Exception {
        FreeStyleProject job = jenkins.freestyle(of("s3").with("keep", Map.of("last", 1)).toBuilder());
        Run<?, ?> pinned = jenkins.build(job);
        pinned.keepLog(true);
        String gone = backup(jenkins.build(job)).getFileName();
        Run<?, ?> last = jenkins.build(job);

        assertThat(backup(last).getRemoved(), is(List.of(gone)));
        jenkins.rule().assertLogContains("build #1 is kept forever", last);
        pinned.keepLog(false);
        assertThat(
                Set.copyOf(backup(jenkins.build(job)).getRemoved()),
                is(Set.of(backup(pinned).getFileName(), backup(last).getFileName())));
    }

    @Test
    void dumpsOfOtherJobsStayUnlessTheyAreToBeJudged() throws Exception {
        Run<?, ?> other = jenkins.build(jenkins.freestyle(of("s3").toBuilder()));
        FreeStyleProject job = jenkins.freestyle(of("s3").with("keep", Map.of("last", 1)).toBuilder());
        Run<?, ?> first = jenkins.build(job);
        assertThat(backup(first).getRemoved(), is(List.of()));
        jenkins.rule().assertLogContains("Left alone: 1 ", first);
        FreeStyleProject any = jenkins.freestyle(of("s3").with("keep", Map.of("last", 1, "anyJob", true)).toBuilder());

        assertThat(
                Set.copyOf(backup(jenkins.build(any)).getRemoved()),
                is(Set.of(backup(other).getFileName(), backup(first).getFileName())));
    }

    @Test
    void nothingIsRemovedAfterABackupThatIsNotProven() throws Exception {
        FreeStyleProject job =
                jenkins.freestyle(of("s3").with("keep", Map.of("last", 1)).with("verify", "none").toBuilder());
        jenkins.build(job);
        Run<?, ?> second = jenkins.build(job);

        assertThat(backup(second).getRemoved(), is(nullValue()));
        jenkins.rule().assertLogContains("No older dump was removed, because the dump is not proven.", second);
        assertThat(names("s3", job).size(), is(4));
    }

    @Test
    void aFileHasNoOlderDumps() throws Exception {
        FreeStyleProject job = jenkins.freestyle(toDisk("one.dump").with("keep", Map.of("last", 1)).toBuilder());

        Run<?, ?> build = jenkins.build(job, Result.FAILURE);

        jenkins.rule()
                .assertLogContains(
                        "ERROR: The destination names a file, of which there is one only: let it end in a slash",
                        build);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            keep: [minimum: 3]           | The minimum says how many dumps must stay, and no rule which ones
            keep: [last: 1.5]            | The argument "last" is not a whole number: write how many dumps to keep
            keep: [last: -1]             | The number of dumps to keep (last) is negative
            keep: [within: '30 nights']  | The time "30 nights" is none: write numbers of years, months, weeks, days and hours
            keep: [last: 1, timezone: 'Mars/Olympus'] | There is no time zone "Mars/Olympus"
            keep: [first: 1]             | There is no argument "first" here
            """)
    void saysWhatToWrite(String argument, String sentence) throws Exception {
        String step = of("s3").toStep();
        Run<?, ?> build = jenkins.build(
                jenkins.pipelineOnAgent(step.substring(0, step.length() - 1) + ", " + argument + ")"), Result.FAILURE);

        jenkins.rule().assertLogContains(sentence, build);
        assertThat(s3Names(), is(Set.of()));
    }

    private StepSettings of(String driver) {
        // A build of the same second has the same timestamp.
        return settings(driver).with("fileName", "${job}-${build}");
    }

    private static BackupSummary backup(Run<?, ?> build) {
        return build.getAction(BackupAction.class).getBackups().get(0);
    }

    private static List<String> withManifests(BackupSummary... backups) {
        List<String> names = new ArrayList<>();
        for (BackupSummary backup : backups) {
            names.add(backup.getFileName());
            names.add(backup.getFileName() + ".json");
        }
        return names;
    }

    private Set<String> names(String driver, Job<?, ?> job) throws Exception {
        if (driver.equals("s3")) {
            return s3Names();
        }
        Set<String> names = new TreeSet<>();
        for (var file : jenkins.workspace((hudson.model.TopLevelItem) job)
                .child("backups")
                .list()) {
            names.add(file.getName());
        }
        return names;
    }

    private Set<String> s3Names() throws Exception {
        return new TreeSet<>(s3.files(BUCKET));
    }
}
