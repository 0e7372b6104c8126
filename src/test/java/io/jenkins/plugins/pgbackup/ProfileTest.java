package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TopLevelItem;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.pgbackup.fixture.Page;
import io.jenkins.plugins.pgbackup.fixture.Page.Language;
import io.jenkins.plugins.pgbackup.fixture.Page.Snippet;
import io.jenkins.plugins.pgbackup.profile.FolderProfiles;
import io.jenkins.plugins.pgbackup.profile.GlobalProfiles;
import io.jenkins.plugins.pgbackup.profile.Profile;
import io.jenkins.plugins.pgbackup.profile.Profiles;
import io.jenkins.plugins.pgbackup.settings.KeepSection;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import jenkins.model.Jenkins;
import jenkins.model.ModifiableTopLevelItemGroup;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** {@code profile}: which one counts, what of it, and whose credentials it uses. */
class ProfileTest extends TestBedWithS3 {

    private static final String DATABASE = "profiled";

    @TempDir
    private Path directory;

    ProfileTest() {
        super(DATABASE);
    }

    @Override
    void createDatabase() {
        POSTGRES.createDatabase(DATABASE);
    }

    @AfterEach
    void clear() throws Exception {
        global();
        for (TopLevelItem item : jenkins.rule().jenkins.getItems()) {
            item.delete();
        }
        s3.dropBucket(BUCKET);
        s3.createBucket(BUCKET);
    }

    @Test
    void aStepTakesFromItsProfileWhatItDoesNotSay() throws Exception {
        Profile profile = inS3("nightly-s3", "global");
        profile.setVerify("reread");
        global(profile);
        WorkflowJob job = pipeline(jenkins.rule().jenkins, "job", "profile: 'nightly-s3'");

        Run<?, ?> build = jenkins.build(job);

        BackupSummary backup = backup(build);
        assertThat(backup.getUri(), startsWith("s3://" + BUCKET + "/global/"));
        assertThat(backup.getAtRest(), containsString("read back"));
        assertThat(backup.getKept(), is(List.of(backup.getFileName())));
        Run<?, ?> own = jenkins.build(pipeline(
                jenkins.rule().jenkins,
                "own",
                "profile: 'nightly-s3', destination: '" + BUCKET + "/own', verify: 'full', keep: [within: '1d'],"
                        + " s3: [partSize: 16]"));
        assertThat(backup(own).getUri(), startsWith("s3://" + BUCKET + "/own/"));
        assertThat(backup(own).getAtRest().contains("read back"), is(false));
    }

    @Test
    void theProfileOfTheNearestFolderCounts() throws Exception {
        global(inS3("nightly-s3", "global"), inS3("weekly", "weekly"));
        Folder outer = jenkins.rule().jenkins.createProject(Folder.class, "outer");
        outer.addProperty(new FolderProfiles(List.of(inS3("nightly-s3", "outer"), inS3("of-outer", "of-outer"))));
        Folder inner = outer.createProject(Folder.class, "inner");
        inner.addProperty(new FolderProfiles(List.of(inS3("nightly-s3", "inner"))));
        FreeStyleProject job = freestyle(inner, "nightly-s3");

        assertThat(backup(jenkins.build(job)).getUri(), startsWith("s3://" + BUCKET + "/inner/"));
        assertThat(
                backup(jenkins.build(freestyle(outer, "nightly-s3"))).getUri(),
                startsWith("s3://" + BUCKET + "/outer/"));
        assertThat(Profiles.of(job).keySet(), contains("nightly-s3", "of-outer", "weekly"));
        ListBoxModel offered = Jenkins.get()
                .getDescriptorByType(PgBackupStep.DescriptorImpl.class)
                .doFillProfileItems(job, "gone");
        assertThat(
                offered.stream().map(option -> option.value).toList(),
                contains("", "gone", "nightly-s3", "of-outer", "weekly"));
    }

    @Test
    void aProfileThatIsGoneIsNamedBeforeAnythingIsDone() throws Exception {
        WorkflowJob job = pipeline(jenkins.rule().jenkins, "job", "profile: 'nightly-s3'");

        jenkins.rule()
                .assertLogContains(
                        "ERROR: There is no profile \"nightly-s3\": there are none here.",
                        jenkins.build(job, Result.FAILURE));
        global(inS3("weekly", "a"), inS3("monthly", "b"));
        jenkins.rule()
                .assertLogContains(
                        "ERROR: There is no profile \"nightly-s3\" here: write one of weekly, monthly.",
                        jenkins.build(job, Result.FAILURE));
        assertThat(s3.files(BUCKET), is(List.of()));
    }

    /** Its credentials are looked up where the job is. */
    @Test
    void aProfileGivesNoJobAKeyThatItCouldNotUse() throws Exception {
        Folder closed = jenkins.rule().jenkins.createProject(Folder.class, "closed");
        CredentialsStore store = StreamSupport.stream(
                        CredentialsProvider.lookupStores(closed).spliterator(), false)
                .filter(found -> found.getProvider() instanceof FolderCredentialsProvider)
                .findFirst()
                .orElseThrow();
        store.addCredentials(
                Domain.global(),
                new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "keys-of-closed", "", s3.accessKey(), s3.secretKey()));
        Profile profile = inS3("nightly-s3", "global");
        profile.setAwsCredentialsId("keys-of-closed");
        global(profile);

        jenkins.build(freestyle(closed, "nightly-s3"));
        Run<?, ?> outside = jenkins.build(freestyle(jenkins.rule().jenkins, "nightly-s3"), Result.FAILURE);

        jenkins.rule()
                .assertLogContains(
                        "There are no credentials \"keys-of-closed\" that this build may use for AWS", outside);
    }

    @Test
    void survivesItsForms() throws Exception {
        Profile profile = inS3("nightly-s3", "p");
        profile.setVerify("reread");
        global(profile, new Profile("empty"));

        jenkins.rule().configRoundtrip();

        assertThat(GlobalProfiles.get().getProfiles().size(), is(2));
        jenkins.rule()
                .assertEqualDataBoundBeans(
                        profile, GlobalProfiles.get().getProfiles().get(0));
        Folder folder = jenkins.rule().jenkins.createProject(Folder.class, "folder");
        folder.addProperty(new FolderProfiles(List.of(profile)));
        try (JenkinsRule.WebClient web = jenkins.rule().createWebClient()) {
            jenkins.rule().submit(web.getPage(folder, "configure").getFormByName("config"));
        }
        jenkins.rule()
                .assertEqualDataBoundBeans(
                        profile,
                        folder.getProperties()
                                .get(FolderProfiles.class)
                                .getProfiles()
                                .get(0));
    }

    @Test
    void comesByConfigurationAsCodeAndJobDsl() throws Exception {
        String snippet = Page.snippets(Language.YAML).stream()
                .map(Snippet::text)
                .filter(text -> text.contains("pgBackupProfiles"))
                .findFirst()
                .orElseThrow();
        Path file = Files.writeString(directory.resolve("jenkins.yaml"), snippet + """

                jobs:
                  - script: |
                      folder('dsl') {
                        properties {
                          pgBackupProfiles {
                            profiles {
                              profile {
                                name('of-dsl')
                                driver('local')
                              }
                            }
                          }
                        }
                      }
                """);

        ConfigurationAsCode.get().configure(file.toString());

        Profile profile = GlobalProfiles.get().getProfiles().get(0);
        assertThat(profile.getDestination(), is("example-backups/nightly"));
        assertThat(profile.getKeep().getDaily(), is(14));
        Item folder = jenkins.rule().jenkins.getItemByFullName("dsl");
        assertThat(
                ((Folder) folder)
                        .getProperties()
                        .get(FolderProfiles.class)
                        .getProfiles()
                        .get(0)
                        .getName(),
                is("of-dsl"));
    }

    private static void global(Profile... profiles) {
        GlobalProfiles.get().setProfiles(List.of(profiles));
    }

    private Profile inS3(String name, String prefix) {
        Profile profile = new Profile(name);
        profile.setDriver("s3");
        profile.setDestination(BUCKET + "/" + prefix);
        profile.setAwsCredentialsId(JenkinsWithAgent.KEY_PAIR);
        S3Section section = new S3Section();
        section.setEndpoint(s3.endpoint().toString());
        section.setPathStyle(true);
        section.setRegion("us-east-1");
        profile.setS3(section);
        KeepSection keep = new KeepSection();
        keep.setLast(3);
        profile.setKeep(keep);
        return profile;
    }

    private WorkflowJob pipeline(ModifiableTopLevelItemGroup group, String name, String arguments) throws Exception {
        WorkflowJob job = (WorkflowJob)
                group.createProject(Jenkins.get().getDescriptorByType(WorkflowJob.DescriptorImpl.class), name, true);
        job.setDefinition(new CpsFlowDefinition(
                "node('" + jenkins.agent().getNodeName() + "') { pgBackup(url: '"
                        + POSTGRES.urlWithoutPassword(DATABASE) + "', credentialsId: '"
                        + JenkinsWithAgent.DATABASE_LOGIN + "', " + arguments + ") }",
                true));
        return job;
    }

    private FreeStyleProject freestyle(ModifiableTopLevelItemGroup group, String profile) throws Exception {
        FreeStyleProject job = (FreeStyleProject) group.createProject(
                Jenkins.get().getDescriptorByType(FreeStyleProject.DescriptorImpl.class), "freestyle", true);
        job.setAssignedNode(jenkins.agent());
        PgBackupBuilder step = new PgBackupBuilder(POSTGRES.urlWithoutPassword(DATABASE));
        step.setCredentialsId(JenkinsWithAgent.DATABASE_LOGIN);
        step.setProfile(profile);
        job.getBuildersList().add(step);
        return job;
    }

    private static BackupSummary backup(Run<?, ?> build) {
        return build.getAction(BackupAction.class).getBackups().get(0);
    }
}
