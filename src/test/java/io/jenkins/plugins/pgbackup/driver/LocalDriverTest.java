package io.jenkins.plugins.pgbackup.driver;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.BuildListener;
import hudson.model.Fingerprint;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TopLevelItem;
import hudson.tasks.Fingerprinter;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.StepKind;
import io.jenkins.plugins.pgbackup.StepSettings;
import io.jenkins.plugins.pgbackup.engine.store.Sha256;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import jenkins.model.ArtifactManager;
import jenkins.model.ArtifactManagerConfiguration;
import jenkins.model.ArtifactManagerFactory;
import jenkins.model.ArtifactManagerFactoryDescriptor;
import jenkins.model.StandardArtifactManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Where a dump on the agent's disk lies, who may read it, and when it is archived with the build. */
@WithJenkins
class LocalDriverTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String DATABASE = "shop";

    private static JenkinsWithAgent jenkins;

    @TempDir
    private Path elsewhere;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        jenkins.add(POSTGRES);
        POSTGRES.createDatabase(DATABASE);
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.close();
        POSTGRES.dropDatabase(DATABASE);
    }

    @ParameterizedTest
    @EnumSource
    void archivesWhatLiesInsideTheWorkspace(StepKind door) throws Exception {
        Run<?, ?> build = jenkins.build(door.job(jenkins, to("backups/")));

        String dump = backup(build).getFileName();
        assertThat(artifacts(build), containsInAnyOrder(dump, dump + ".json"));
        assertThat(fingerprinted(build), contains(dump));
    }

    @Test
    void leavesAnAbsolutePathAlone() throws Exception {
        Run<?, ?> build = jenkins.build(StepKind.FREESTYLE.job(jenkins, to(elsewhere + "/")));

        assertThat(build.getArtifacts(), is(empty()));
        assertThat(Path.of(backup(build).getUri()).getParent(), is(elsewhere));
    }

    @Test
    void archivesAnAbsolutePathWhereAsked() throws Exception {
        Run<?, ?> build = jenkins.build(
                StepKind.FREESTYLE.job(jenkins, to(elsewhere + "/").with("archive", true)));

        String dump = backup(build).getFileName();
        assertThat(artifacts(build), containsInAnyOrder(dump, dump + ".json"));
        assertThat(fingerprinted(build), contains(dump));
    }

    @Test
    void archivesNothingWhereAskedNotTo() throws Exception {
        Run<?, ?> build =
                jenkins.build(StepKind.FREESTYLE.job(jenkins, to("backups/").with("archive", false)));

        assertThat(build.getArtifacts(), is(empty()));
        assertThat(build.getAction(Fingerprinter.FingerprintAction.class), is(nullValue()));
        assertThat(new FilePath(jenkins.agent().getChannel(), backup(build).getUri()).exists(), is(true));
    }

    @Test
    void archivesIntoTheStoreThatJenkinsIsConfiguredFor() throws Exception {
        var factories = ArtifactManagerConfiguration.get().getArtifactManagerFactories();
        factories.add(new NotedArtifacts());
        try {
            Run<?, ?> build = jenkins.build(StepKind.PIPELINE.job(jenkins, to("backups/")));

            String dump = backup(build).getFileName();
            assertThat(NotedArtifacts.ARCHIVED, containsInAnyOrder(dump, dump + ".json"));
        } finally {
            factories.clear();
        }
    }

    @Test
    void keepsADumpThatCannotBeArchived() throws Exception {
        var factories = ArtifactManagerConfiguration.get().getArtifactManagerFactories();
        factories.add(new FullStore());
        try {
            Run<?, ?> build = jenkins.build(StepKind.PIPELINE.job(jenkins, to("backups/")), Result.FAILURE);

            String dump = backup(build).getUri();
            assertThat(
                    JenkinsRule.getLog(build),
                    containsString("ERROR: The dump " + dump + " is whole and stays where it is,"
                            + " but what comes after it failed: the store is full."));
            assertThat(new FilePath(jenkins.agent().getChannel(), dump).exists(), is(true));
            assertThat("halves among the artifacts", build.getArtifacts(), is(empty()));
        } finally {
            factories.clear();
        }
    }

    @Test
    void twoBackupsOfOneBuildAreBothKept() throws Exception {
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(
                to("backups/one.dump").toStep() + "\n" + to("backups/two.sql").toStep()));

        assertThat(
                build.getAction(BackupAction.class).getBackups().stream()
                        .map(BackupSummary::getFormat)
                        .toList(),
                is(List.of("custom", "plain")));
        assertThat(artifacts(build), containsInAnyOrder("one.dump", "one.dump.json", "two.sql", "two.sql.json"));
        assertThat(fingerprinted(build), contains("one.dump", "two.sql"));
    }

    /** Two databases of one name, or the same steps in two directories. */
    @Test
    void theLaterOfTwoBackupsOfOneNameDoesNotReplaceTheArtifact() throws Exception {
        Run<?, ?> build = jenkins.build(
                jenkins.pipelineOnAgent(to("east/").with("fileName", "app").toStep() + "\n"
                        + to("west/").with("fileName", "app").toStep()),
                Result.FAILURE);

        String dump = backup(build).getFileName();
        assertThat(
                JenkinsRule.getLog(build),
                containsString("ERROR: " + dump + " is already an artifact of this build and was left as it is:"
                        + " choose another file name, or do not archive this dump."));
        assertThat(build.getAction(BackupAction.class).getBackups().size(), is(1));
        assertTheArtifactIs(build, backup(build));
        assertThat(
                jenkins.workspace((TopLevelItem) build.getParent())
                        .child("west")
                        .exists(),
                is(false));
    }

    @Test
    void ofTwoBackupsOfOneNameAtOnceOneIsArchived() throws Exception {
        Run<?, ?> build = jenkins.build(
                jenkins.pipelineOnAgent("parallel east: { "
                        + to("east/").with("fileName", "app").toStep() + " }, west: { "
                        + to("west/").with("fileName", "app").toStep() + " }"),
                Result.FAILURE);

        assertThat(
                JenkinsRule.getLog(build),
                anyOf(
                        containsString(" is about to be archived with this build by another step: choose another file"
                                + " name, or do not archive this dump."),
                        containsString(" is already an artifact of this build and was left as it is:")));
        assertThat(build.getAction(BackupAction.class).getBackups().size(), is(1));
        assertTheArtifactIs(build, backup(build));
    }

    @Test
    void anArtifactOfAnotherStepIsNotReplaced() throws Exception {
        Run<?, ?> build = jenkins.build(
                jenkins.pipelineOnAgent("writeFile file: 'app.sql.json', text: 'of another step'\n"
                        + "archiveArtifacts 'app.sql.json'\n"
                        + to("backups/app.sql").toStep()),
                Result.FAILURE);

        assertThat(
                JenkinsRule.getLog(build),
                containsString("ERROR: app.sql.json is already an artifact of this build and was left as it is:"));
        assertThat(artifacts(build), contains("app.sql.json"));
        try (InputStream artifact =
                build.getArtifactManager().root().child("app.sql.json").open()) {
            assertThat(new String(artifact.readAllBytes(), StandardCharsets.UTF_8), is("of another step"));
        }
    }

    /** Whatever fails first, the next build of the job may archive that name. */
    @Test
    void aNameIsFreeAgainAfterAFailure() throws Exception {
        StepSettings settings = to("backups/app.sql");
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent("catchError(buildResult: 'SUCCESS') { "
                + settings.with("dump", Map.of("tables", List.of("none_of_these")))
                        .toStep() + " }\n"
                + settings.toStep()));

        assertThat(artifacts(build), containsInAnyOrder("app.sql", "app.sql.json"));
    }

    private static void assertTheArtifactIs(Run<?, ?> build, BackupSummary backup) throws Exception {
        assertThat(artifacts(build), containsInAnyOrder(backup.getFileName(), backup.getFileName() + ".json"));
        try (InputStream artifact =
                build.getArtifactManager().root().child(backup.getFileName()).open()) {
            assertThat(
                    HexFormat.of().formatHex(Sha256.start().digest(artifact.readAllBytes())), is(backup.getSha256()));
        }
    }

    @Test
    void onlyTheirOwnerMayReadThem() throws Exception {
        Run<?, ?> build = jenkins.build(StepKind.PIPELINE.job(jenkins, to("new/directory/shop.tar")));

        FilePath dump = new FilePath(jenkins.agent().getChannel(), backup(build).getUri());
        assertThat(dump.mode() & 0777, is(0600));
        assertThat(dump.sibling("shop.tar.json").mode() & 0777, is(0600));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../outside/", "backups/../../outside.dump", "..", "link/", "link/deeper/", "link/shop.dump"})
    void aRelativePathDoesNotLeadOutOfTheWorkspace(String destination) throws Exception {
        Job<?, ?> job = StepKind.PIPELINE.job(jenkins, to(destination));
        FilePath workspace = jenkins.workspace((TopLevelItem) job);
        workspace.mkdirs();
        workspace.child("link").symlinkTo(elsewhere.toString(), null);
        Set<String> before = neighbours(workspace);

        Run<?, ?> build = jenkins.build(job, Result.FAILURE);

        assertThat(JenkinsRule.getLog(build), containsString("leads out of " + workspace.getRemote()));
        assertThat(JenkinsRule.getLog(build), not(containsString("\tat ")));
        assertThat(neighbours(workspace), is(before));
        try (var files = Files.list(elsewhere)) {
            assertThat(files.toList(), is(empty()));
        }
    }

    private static StepSettings to(String destination) {
        return JenkinsWithAgent.toDisk(POSTGRES.urlWithoutPassword(DATABASE), destination);
    }

    private static BackupSummary backup(Run<?, ?> build) {
        return build.getAction(BackupAction.class).getBackups().get(0);
    }

    private static List<String> artifacts(Run<?, ?> build) {
        return build.getArtifacts().stream()
                .map(artifact -> artifact.relativePath)
                .toList();
    }

    /** The names of the dumps from which Jenkins finds the build, sorted. */
    private static List<String> fingerprinted(Run<?, ?> build) throws Exception {
        List<String> names = new ArrayList<>();
        for (var record : build.getAction(Fingerprinter.FingerprintAction.class)
                .getRecords()
                .entrySet()) {
            Fingerprint fingerprint = jenkins.rule().jenkins.getFingerprintMap().get(record.getValue());
            if (fingerprint.getRangeSet(build.getParent()).includes(build.getNumber())) {
                names.add(record.getKey());
            }
        }
        Collections.sort(names);
        return names;
    }

    private static Set<String> neighbours(FilePath workspace) throws Exception {
        Set<String> names = new TreeSet<>();
        for (FilePath neighbour : workspace.getParent().list()) {
            if (!neighbour.getName().endsWith("@tmp")) {
                names.add(neighbour.getName());
            }
        }
        return names;
    }

    /** Artifacts where they always are, with a note of them. */
    public static final class NotedArtifacts extends ArtifactManagerFactory {

        static final Set<String> ARCHIVED = new TreeSet<>();

        @Override
        public ArtifactManager managerFor(Run<?, ?> build) {
            return new StandardArtifactManager(build) {
                @Override
                public void archive(
                        FilePath workspace, Launcher launcher, BuildListener listener, Map<String, String> artifacts)
                        throws IOException, InterruptedException {
                    ARCHIVED.addAll(artifacts.keySet());
                    super.archive(workspace, launcher, listener, artifacts);
                }
            };
        }

        @TestExtension
        public static final class DescriptorImpl extends ArtifactManagerFactoryDescriptor {}
    }

    /** Takes no artifacts. */
    public static final class FullStore extends ArtifactManagerFactory {

        @Override
        public ArtifactManager managerFor(Run<?, ?> build) {
            return new StandardArtifactManager(build) {
                @Override
                public void archive(
                        FilePath workspace, Launcher launcher, BuildListener listener, Map<String, String> artifacts)
                        throws IOException, InterruptedException {
                    for (String artifact : artifacts.keySet()) {
                        new FilePath(build.getRootDir())
                                .child("archive")
                                .child(artifact)
                                .write("the first half of " + artifact, "UTF-8");
                    }
                    throw new IOException("the store is full");
                }
            };
        }

        @TestExtension
        public static final class DescriptorImpl extends ArtifactManagerFactoryDescriptor {}
    }
}
