package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.model.Job;
import hudson.model.Run;
import hudson.model.TopLevelItem;
import hudson.tasks.LogRotator;
import io.jenkins.plugins.pgbackup.leftover.DumpsOfDeletedBuilds;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.io.File;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code deleteWithBuild}: what becomes of a dump when its build is deleted. */
class DeleteWithBuildTest extends TestBedWithS3 {

    private static final String DATABASE = "deleted";
    private static final String KEYS = "other-keys";

    DeleteWithBuildTest() {
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
    void theDumpGoesWithItsBuild(StepKind door, String driver) throws Exception {
        Job<?, ?> job = door.job(jenkins, of(driver));
        Run<?, ?> first = jenkins.build(job);
        BackupSummary second = backup(jenkins.build(job));
        assertThat(names(driver, job).size(), is(4));

        first.delete();

        awaitNames(driver, job, second.getFileName(), second.getFileName() + ".json");
        JenkinsWithAgent.await("nothing is noted", () -> notes().isEmpty());
    }

    @Test
    void theDiscarderTakesTheDumpsAlong() throws Exception {
        Job<?, ?> job = StepKind.FREESTYLE.job(jenkins, of("s3"));
        jenkins.build(job);
        jenkins.build(job);
        job.setBuildDiscarder(new LogRotator(-1, 1, -1, -1));
        BackupSummary last = backup(jenkins.build(job));

        job.logRotate();

        awaitNames("s3", job, last.getFileName(), last.getFileName() + ".json");
    }

    @Test
    void withoutItTheDumpStays() throws Exception {
        Job<?, ?> job = StepKind.FREESTYLE.job(jenkins, of("s3").with("deleteWithBuild", false));
        jenkins.build(job).delete();
        ExtensionList.lookupSingleton(DumpsOfDeletedBuilds.class).deleteAll();

        assertThat(names("s3", job).size(), is(2));
    }

    /** It is told by its digest. */
    @Test
    void anotherDumpOfThatNameStays() throws Exception {
        Job<?, ?> job = StepKind.FREESTYLE.job(jenkins, of("s3").with("fileName", "same"));
        Run<?, ?> first = jenkins.build(job);
        for (String name : List.of("same.dump.zst", "same.dump.zst.json")) {
            s3.delete(BUCKET, name);
        }
        POSTGRES.psql(DATABASE, "create table meanwhile ()");
        jenkins.build(StepKind.FREESTYLE.job(
                jenkins, of("s3").with("fileName", "same").with("deleteWithBuild", false)));

        first.delete();

        JenkinsWithAgent.await("nothing is noted", () -> notes().isEmpty());
        assertThat(names("s3", job), is(Set.of("same.dump.zst", "same.dump.zst.json")));
    }

    @Test
    void whatCannotBeDeletedIsTriedAgain() throws Exception {
        Credentials keys =
                new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, KEYS, "", s3.accessKey(), s3.secretKey());
        jenkins.add(keys);
        Job<?, ?> job = StepKind.FREESTYLE.job(jenkins, of("s3").with("awsCredentialsId", KEYS));
        Run<?, ?> build = jenkins.build(job);
        SystemCredentialsProvider.getInstance().getCredentials().remove(keys);

        build.delete();
        ExtensionList.lookupSingleton(DumpsOfDeletedBuilds.class).deleteAll();

        assertThat(notes().size(), is(1));
        assertThat(names("s3", job).size(), is(2));
        jenkins.add(keys);
        ExtensionList.lookupSingleton(DumpsOfDeletedBuilds.class).deleteAll();
        assertThat(notes(), is(Set.of()));
        assertThat(names("s3", job), is(Set.of()));
        SystemCredentialsProvider.getInstance().getCredentials().remove(keys);
    }

    @Test
    void aDumpOfAnAgentThatIsOfflineIsDeletedLater() throws Exception {
        Job<?, ?> job = StepKind.FREESTYLE.job(jenkins, of("local"));
        Run<?, ?> build = jenkins.build(job);
        FilePath dumps = jenkins.workspace((TopLevelItem) job).child("backups");
        File directory = new File(dumps.getRemote());
        jenkins.killAgent();

        build.delete();
        ExtensionList.lookupSingleton(DumpsOfDeletedBuilds.class).deleteAll();

        assertThat(notes().size(), is(1));
        assertThat(directory.list().length, is(2));
        jenkins.restartAgent();
        ExtensionList.lookupSingleton(DumpsOfDeletedBuilds.class).deleteAll();
        assertThat(notes(), is(Set.of()));
        assertThat(directory.list().length, is(0));
    }

    private StepSettings of(String driver) {
        return settings(driver).with("fileName", "${job}-${build}").with("deleteWithBuild", true);
    }

    private static BackupSummary backup(Run<?, ?> build) {
        return build.getAction(BackupAction.class).getBackups().get(0);
    }

    private void awaitNames(String driver, Job<?, ?> job, String... names) throws Exception {
        Set<String> wanted = new TreeSet<>(List.of(names));
        JenkinsWithAgent.await(
                "only " + wanted + " is there", () -> names(driver, job).equals(wanted));
    }

    private static Set<String> notes() throws Exception {
        return new TreeSet<>(List.of(DumpsOfDeletedBuilds.directory().toFile().list()));
    }

    private Set<String> names(String driver, Job<?, ?> job) throws Exception {
        if (driver.equals("s3")) {
            return new TreeSet<>(s3.files(BUCKET));
        }
        Set<String> names = new TreeSet<>();
        for (FilePath file :
                jenkins.workspace((TopLevelItem) job).child("backups").list()) {
            names.add(file.getName());
        }
        return names;
    }
}
