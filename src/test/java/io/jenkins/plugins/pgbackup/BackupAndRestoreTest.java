package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.RestoredDump;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the step is for: the database comes back as it was, from every place and in every form. */
class BackupAndRestoreTest extends TestBedWithS3 {

    private static final String DATABASE = "Käse & \"Brot\"";
    private static final String RESTORED = "restored";

    BackupAndRestoreTest() {
        super(DATABASE);
    }

    @AfterEach
    void dropRestored() {
        POSTGRES.dropDatabase(RESTORED);
    }

    @ParameterizedTest(name = "{0}: {2}, compressed {3}, to {1}")
    @CsvSource(textBlock = """
            FREESTYLE, local, custom, auto
            FREESTYLE, local, plain,  gzip:6
            FREESTYLE, local, tar,    none
            FREESTYLE, s3,    custom, gzip:1
            FREESTYLE, s3,    plain,  auto
            FREESTYLE, s3,    tar,    zstd:3
            PIPELINE,  local, custom, none
            PIPELINE,  local, plain,  zstd:1
            PIPELINE,  local, tar,    gzip:1
            PIPELINE,  s3,    custom, auto
            PIPELINE,  s3,    plain,  none
            PIPELINE,  s3,    tar,    auto
            """)
    void comesBackAsItWas(StepKind door, String driver, String format, String compression) throws Exception {
        Job<?, ?> job =
                door.job(jenkins, settings(driver).with("dump", Map.of("format", format, "compression", compression)));

        Run<?, ?> build = jenkins.build(job);

        BackupSummary summary = onlyBackup(build);
        RestoredDump dump = driver.equals("s3") ? inBucket(summary, build) : archived(summary, build);
        assertThat(dump.sha256(), is(summary.getSha256()));
        assertThat(summary.getProof(), summary.isProven());
        assertThat(summary.getFormat(), is(format));
        POSTGRES.createDatabase(RESTORED);
        dump.restore(POSTGRES, RESTORED);
        DatabaseComparison.assertSame(POSTGRES, DATABASE, RESTORED);
    }

    @Override
    protected StepSettings settings(String driver) {
        StepSettings settings = super.settings(driver);
        return driver.equals("s3")
                ? settings.with("destination", BUCKET + "/nightly").with("fileName", "${database}-${job}-${build}")
                : settings;
    }

    private static BackupSummary onlyBackup(Run<?, ?> build) {
        List<BackupSummary> backups = build.getAction(BackupAction.class).getBackups();
        assertThat(backups.toString(), backups.size(), is(1));
        return backups.get(0);
    }

    private static RestoredDump archived(BackupSummary summary, Run<?, ?> build) throws Exception {
        try (InputStream artifact =
                build.getArtifactManager().root().child(summary.getFileName()).open()) {
            return new RestoredDump(summary.getFileName(), artifact.readAllBytes());
        }
    }

    private RestoredDump inBucket(BackupSummary summary, Run<?, ?> build) throws Exception {
        String key = "nightly/" + summary.getFileName();
        assertThat(summary.getUri(), is("s3://" + BUCKET + "/" + key));
        assertThat(s3.unfinishedUploads(BUCKET), is(empty()));
        jenkins.rule().assertLogContains(summary.getUri(), build);
        assertThat(s3.objects(BUCKET).toString(), containsString(key));
        return new RestoredDump(summary.getFileName(), s3.object(BUCKET, key));
    }
}
