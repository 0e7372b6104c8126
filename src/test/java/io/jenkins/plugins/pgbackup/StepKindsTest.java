package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.pgbackup.fixture.RestoredDump;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;

/** What the two doors have of their own: variables here, a result there. */
class StepKindsTest extends TestBed {

    private static final String DATABASE = "shop";

    StepKindsTest() {
        super(DATABASE);
    }

    @Override
    void createDatabase() {
        POSTGRES.createDatabase(DATABASE);
        POSTGRES.psql(DATABASE, "CREATE TABLE one AS SELECT 1 AS n; CREATE TABLE other AS SELECT 2 AS n");
    }

    @Test
    void aPipelineGetsAResult() throws Exception {
        List<String> fields = List.of(
                "uri",
                "fileName",
                "database",
                "sizeBytes",
                "sha256",
                "durationMillis",
                "format",
                "serverVersion",
                "clientVersion",
                "driver");
        StringBuilder script =
                new StringBuilder("def backup = " + toDisk("backups/").toStep() + "\n");
        fields.forEach(field -> script.append("echo \"returned %1$s=${backup.%1$s}\"\n".formatted(field)));
        script.append("echo \"returned proven=${backup.proven}: ${backup.proof}, and as text ${backup}\"\n");
        script.append("echo \"returned atRest=${backup.atRest}\"\n");
        script.append("echo \"returned tables=${backup.tables}, rows=${backup.rows}\"\n");

        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(script.toString()));

        JSONObject manifest = manifest(build);
        for (String field : fields) {
            jenkins.rule().assertLogContains("returned " + field + "=" + manifest.getString(field) + "\n", build);
        }
        jenkins.rule()
                .assertLogContains(
                        "returned proven=true: "
                                + manifest.getJSONObject("proof").getString("how") + ", and as text "
                                + manifest.getString("uri"),
                        build);
        jenkins.rule().assertLogContains("returned atRest=size compared\n", build);
        jenkins.rule().assertLogContains("returned tables=2, rows=2\n", build);
    }

    @Test
    void aDeclarativePipelineNeedsNoScript() throws Exception {
        WorkflowJob job = jenkins.pipeline("""
                pipeline {
                    agent { label '%s' }
                    stages {
                        stage('backup') {
                            steps {
                                %s
                            }
                        }
                    }
                }
                """.formatted(
                        JenkinsWithAgent.AGENT,
                        toDisk("backups/").with("dump", Map.of("format", "tar")).toStep()));

        assertThat(backup(jenkins.build(job)).getFormat(), is("tar"));
    }

    @Test
    void aFreestyleJobMayUseTheVariablesOfItsBuild() throws Exception {
        StepSettings settings = StepSettings.of(
                        "postgres://127.0.0.1:$PORT/${DB}?application_name=$JOB_NAME", "local", "${DIRECTORY}/$DB/")
                .with("credentialsId", JenkinsWithAgent.DATABASE_LOGIN)
                .with("fileName", "${PREFIX}-${database}-${timestamp}-${build}")
                .with("dump", Map.of("format", "plain", "compression", "none", "tables", List.of("$TABLE")));
        FreeStyleProject job = jenkins.freestyle(settings.toBuilder());
        Map<String, String> variables = Map.of(
                "PORT",
                String.valueOf(POSTGRES.port()),
                "DB",
                DATABASE,
                "DIRECTORY",
                "d",
                "PREFIX",
                "p",
                "TABLE",
                "one");
        job.addProperty(new ParametersDefinitionProperty(variables.keySet().stream()
                .map(StringParameterDefinition::new)
                .toArray(StringParameterDefinition[]::new)));

        Run<?, ?> build = jenkins.build(
                job,
                new ParametersAction(variables.entrySet().stream()
                        .map(variable -> new StringParameterValue(variable.getKey(), variable.getValue()))
                        .toArray(StringParameterValue[]::new)));

        BackupSummary backup = backup(build);
        assertThat(backup.getFileName(), matchesPattern("p-shop-\\d{8}T\\d{6}Z-1\\.sql"));
        assertThat(
                backup.getUri(),
                is(jenkins.workspace(job)
                        .child("d/shop/" + backup.getFileName())
                        .getRemote()));
        String dump = new String(stored(build).raw(), StandardCharsets.UTF_8);
        assertThat(dump, containsString("CREATE TABLE public.one "));
        assertThat(dump, not(containsString("CREATE TABLE public.other ")));
    }

    @Test
    void whatAPipelineSaysIsLiteral() throws Exception {
        WorkflowJob job = jenkins.pipelineOnAgent(
                "withEnv(['DIRECTORY=d']) { " + toDisk("${DIRECTORY}/shop.dump").toStep() + " }");

        Run<?, ?> build = jenkins.build(job);

        assertThat(
                backup(build).getUri(),
                is(jenkins.workspace(job).child("${DIRECTORY}/shop.dump").getRemote()));
    }

    @Test
    void aVariableThatIsUnknownIsNotGuessed() throws Exception {
        Run<?, ?> build = jenkins.build(
                jenkins.freestyle(StepSettings.of("postgres://127.0.0.1/$NO_SUCH_VARIABLE:5432", "local", "backups/")
                        .with("fileName", "$NO_SUCH_VARIABLE")
                        .toBuilder()),
                Result.FAILURE);

        jenkins.rule().assertLogContains("ERROR: The template of the file name has a \"$\"", build);
    }

    @Test
    void theFileNameMayTellJobAndBuild() throws Exception {
        WorkflowJob job =
                jenkins.rule().createProject(Folder.class, "team").createProject(WorkflowJob.class, "night ly");
        job.setDefinition(new CpsFlowDefinition(
                "node('" + JenkinsWithAgent.AGENT + "') { "
                        + toDisk("backups/").with("fileName", "${job}-${build}").toStep() + " }",
                true));

        BackupSummary backup = backup(jenkins.build(job));

        assertThat(backup.getFileName(), matchesPattern("team_night_ly-1\\.dump(\\.zst)?"));
    }

    private static BackupSummary backup(Run<?, ?> build) {
        return build.getAction(BackupAction.class).getBackups().get(0);
    }

    private static RestoredDump stored(Run<?, ?> build) throws Exception {
        String name = backup(build).getFileName();
        return new RestoredDump(name, read(build, name));
    }

    private static JSONObject manifest(Run<?, ?> build) throws Exception {
        byte[] json = read(build, backup(build).getFileName() + ".json");
        return JSONObject.fromObject(new String(json, StandardCharsets.UTF_8));
    }

    private static byte[] read(Run<?, ?> build, String artifact) throws Exception {
        try (InputStream bytes =
                build.getArtifactManager().root().child(artifact).open()) {
            return bytes.readAllBytes();
        }
    }
}
