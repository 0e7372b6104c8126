package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import hudson.model.Run;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.SampleDatabase;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What a build's page says of its backups. */
@WithJenkins
class BuildPageTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String DATABASE = "<i>shop</i>";

    private static JenkinsWithAgent jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        jenkins.add(POSTGRES);
        SampleDatabase.create(POSTGRES, DATABASE);
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.close();
        POSTGRES.dropDatabase(DATABASE);
    }

    @Test
    void tellsOfEachBackupAsText() throws Exception {
        Settings proven = JenkinsWithAgent.toDisk(POSTGRES.urlWithoutPassword(DATABASE), "backups/");
        Settings unproven = JenkinsWithAgent.toDisk(POSTGRES.urlWithoutPassword(DATABASE), "<b>bold</b>/x.sql.gz")
                .with("verify", "none")
                .with("dump", Map.of("tables", List.of("customer")));
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(proven.toStep() + "\n" + unproven.toStep()));

        try (JenkinsRule.WebClient web = jenkins.rule().createWebClient()) {
            HtmlPage page = web.getPage(build);
            String text = page.getBody().getVisibleText();
            List<BackupSummary> backups = build.getAction(BackupAction.class).getBackups();
            assertThat(backups.size(), is(2));
            for (BackupSummary backup : backups) {
                assertThat(text, containsString("Backup of the database " + DATABASE));
                assertThat(text, containsString(backup.getUri()));
                assertThat(text, containsString(backup.getSha256()));
                assertThat(text, containsString(backup.getRestore()));
            }
            assertThat(text, containsString("Proven: read to its end by pg_restore"));
            assertThat(text, containsString("NOT PROVEN: verification was turned off"));
            assertThat(page.querySelectorAll(".app-summary b, .app-summary i").size(), is(0));
        }
    }
}
