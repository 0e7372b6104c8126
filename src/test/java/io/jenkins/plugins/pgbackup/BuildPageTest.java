package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.sameInstance;
import static org.hamcrest.Matchers.stringContainsInOrder;

import hudson.model.Run;
import hudson.model.TopLevelItem;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import io.jenkins.plugins.pgbackup.view.RestoreAction;
import io.jenkins.plugins.pgbackup.view.RestoreTestAction;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** What people see of a backup on the page of the build that made it, today and after every restart. */
class BuildPageTest extends TestBed {

    private static final String DATABASE = "<b>bold</b> & \"co\"";

    BuildPageTest() {
        super(DATABASE);
    }

    @Override
    void createDatabase() {
        POSTGRES.createDatabase(DATABASE);
        POSTGRES.psql(DATABASE, "CREATE TABLE customer AS SELECT n FROM generate_series(1, 1000) AS n");
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void saysWhatWasMade(StepKind door) throws Exception {
        Run<?, ?> build = jenkins.build(door.job(jenkins, settings()));

        HtmlPage page = page(build);

        BackupSummary backup = backups(build).get(0);
        Run<?, ?>.Artifact dump = build.getArtifacts().stream()
                .filter(artifact -> artifact.getFileName().equals(backup.getFileName()))
                .findFirst()
                .orElseThrow();
        assertThat(
                textOf(page),
                stringContainsInOrder(
                        "Backup of the database " + DATABASE + " on 127.0.0.1:" + POSTGRES.port() + ": "
                                + BackupSummary.size(dump.getFileSize()) + " in ",
                        jenkins.workspace((TopLevelItem) build.getParent())
                                .child("backups/" + backup.getFileName())
                                .getRemote(),
                        "Proven: read to its end by pg_restore",
                        "At rest: size compared",
                        "Format custom",
                        "SHA-256 " + backup.getSha256(),
                        "pg_restore --exit-on-error"));
    }

    /** Jenkins draws a cross in place of a symbol that it does not have. */
    @ParameterizedTest
    @ValueSource(classes = {BackupAction.class, RestoreAction.class, RestoreTestAction.class})
    void hasASymbolThatJenkinsKnows(Class<?> action) throws Exception {
        String page;
        try (InputStream summary = action.getResourceAsStream(action.getSimpleName() + "/summary.jelly")) {
            page = new String(summary.readAllBytes(), StandardCharsets.UTF_8);
        }
        Matcher symbol = Pattern.compile("icon=\"symbol-([^\"]+)\"").matcher(page);

        assertThat(symbol.find(), is(true));
        String file = "/WEB-INF/classes/images/symbols/" + symbol.group(1) + ".svg";
        assertThat(file, jenkins.rule().jenkins.getServletContext().getResource(file), is(notNullValue()));
    }

    @Test
    void isNotMarkup() throws Exception {
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(settings().toStep()));

        HtmlPage page = page(build);

        assertThat(textOf(page), containsString("database " + DATABASE + " on"));
        assertThat(page.querySelectorAll("b"), is(empty()));
        String source = page.getWebResponse().getContentAsString();
        assertThat(source, not(containsString("<b>bold")));
        assertThat("escaped once", source, not(containsString("&amp;lt;")));
    }

    /** Some of what the page shows is what an agent answered. */
    @Test
    void noTextThatItShowsIsMarkup() throws Exception {
        WorkflowJob job = jenkins.pipelineOnAgent(settings().toStep());
        Run<?, ?> build = jenkins.build(job);
        Path record = build.getRootDir().toPath().resolve("build.xml");
        String written = Files.readString(record);
        int end = written.indexOf("</io.jenkins.plugins.pgbackup.view.BackupSummary>");
        Pattern text = Pattern.compile("<(\\w+)>(?!true|false|\\d+<)[^<]+</\\1>");
        String marked = text.matcher(written.substring(0, end))
                .region(written.indexOf("<io.jenkins.plugins.pgbackup.view.BackupSummary>"), end)
                .replaceAll("<$1>&lt;img src=x onerror=alert(1)&gt;&quot;&apos;{0} $1</$1>");
        Files.writeString(record, marked + written.substring(end));

        job.doReload();

        HtmlPage page = page(job.getBuildByNumber(1));
        assertThat(page.getWebResponse().getContentAsString(), not(containsString("<img src=x")));
        assertThat(page.querySelectorAll("img[src=x]"), is(empty()));
        for (String shown : List.of(
                "uri",
                "database",
                "host",
                "proof",
                "atRest",
                "format",
                "compression",
                "clientVersion",
                "serverVersion",
                "sha256",
                "restore")) {
            assertThat(textOf(page), containsString("<img src=x onerror=alert(1)>\"'{0} " + shown));
        }
    }

    @Test
    void saysWhatWasNotProven() throws Exception {
        Run<?, ?> build = jenkins.build(
                jenkins.pipelineOnAgent(settings().with("verify", "none").toStep()));

        String text = textOf(page(build));

        assertThat(text, containsString("NOT PROVEN: verification was turned off"));
        assertThat(text, not(containsString("Proven:")));
    }

    @Test
    void saysWhatItWarnsOf() throws Exception {
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent("echo 'returned ' + "
                + settings()
                        .with("dump", Map.of("excludeTables", List.of("<i>secrte</i>")))
                        .toStep()
                + ".warnings[0]"));

        String warning = "No table matches \"<i>secrte</i>\", so it leaves nothing out of the dump";
        assertThat(textOf(page(build)), containsString("Warning: " + warning));
        assertThat(JenkinsRule.getLog(build), containsString("WARNING: " + warning));
        assertThat(JenkinsRule.getLog(build), containsString("returned " + warning));
    }

    @Test
    void showsEveryBackupOfTheBuildAlsoAfterARestart() throws Exception {
        String first = settings().with("fileName", "first").toStep();
        String second =
                settings().with("fileName", "second").with("verify", "none").toStep();
        WorkflowJob job = jenkins.pipelineOnAgent(first + "\n" + second);
        Run<?, ?> build = jenkins.build(job);
        String before = textOf(page(build));

        job.doReload();

        Run<?, ?> reloaded = job.getBuildByNumber(1);
        assertThat(reloaded, is(not(sameInstance(build))));
        assertThat(
                backups(reloaded).stream().map(BackupSummary::getFileName).toList(),
                is(backups(build).stream().map(BackupSummary::getFileName).toList()));
        assertThat(textOf(page(reloaded)), is(before));
        assertThat(before, stringContainsInOrder("first.dump", "Proven:", "second.dump", "NOT PROVEN:"));
    }

    @Test
    void showsABackupOfAnEarlierVersionThatDidNotSayHowItWasComparedAtRest() throws Exception {
        WorkflowJob job = jenkins.pipelineOnAgent(settings().toStep());
        Run<?, ?> build = jenkins.build(job);
        Path record = build.getRootDir().toPath().resolve("build.xml");
        String now = Files.readString(record);
        String before = now.replaceFirst("<atRest>[^<]*</atRest>", "");
        assertThat(before, is(not(now)));
        Files.writeString(record, before);

        job.doReload();

        String text = textOf(page(job.getBuildByNumber(1)));
        assertThat(text, containsString("Proven: read to its end by pg_restore"));
        assertThat(text, not(containsString("At rest")));
    }

    @Test
    void hasNoSecret() throws Exception {
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(settings().toStep()));

        SecretSearch hunt = new SecretSearch().add("password", POSTGRES.password());

        assertThat(hunt.in(page(build).getWebResponse().getContentAsString()), is(empty()));
        assertThat(hunt.below(build.getRootDir().toPath()), is(empty()));
    }

    private StepSettings settings() {
        return toDisk("backups/");
    }

    private static List<BackupSummary> backups(Run<?, ?> build) {
        return build.getAction(BackupAction.class).getBackups();
    }

    private HtmlPage page(Run<?, ?> build) throws Exception {
        try (JenkinsRule.WebClient browser = jenkins.rule().createWebClient()) {
            return browser.getPage(build);
        }
    }

    /** What the page says about backups. */
    private static String textOf(HtmlPage page) {
        return page.querySelectorAll(".app-summary").stream()
                .map(DomNode::asNormalizedText)
                .filter(text -> text.contains("Backup of the database"))
                .collect(Collectors.joining("\n"));
    }
}
