package io.jenkins.plugins.pgbackup.faults;

import hudson.model.Run;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.ProgramDirectory;
import io.jenkins.plugins.pgbackup.StepSettings;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.PostgresGate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jvnet.hudson.test.JenkinsRule;

/** One backup by one driver, to which a fault is to happen; a job of its own, with its own bucket. */
public final class FaultRun implements AutoCloseable {

    /** More than the catalog of the sample database, less than its rows. */
    public static final long IN_THE_MIDDLE = 6_000_000;

    /** The dump's name without suffix. */
    public static final String NAME = "shop";

    /** The name of a dump that lies where a local one goes, and must stay as it is. */
    static final String OLDER_NAME = "yesterday.dump.zst";

    static final String OLDER = "an older dump";

    private final FaultTestBed stage;
    private final String driver;
    private final String bucket = "faults-" + UUID.randomUUID();
    private final FaultProxy proxy;
    private final ProgramDirectory programs;
    private final WorkflowJob job;
    private final List<String> olderObjects = new ArrayList<>();
    private final List<String> olderFiles = new ArrayList<>();
    private final String workspace;

    private StepSettings settings;
    private PostgresGate gate;
    private UnaryOperator<String> around = step -> step;
    private boolean onlyThesePrograms;
    private Run<?, ?> build;

    FaultRun(FaultTestBed stage, String driver, Path directory) throws Exception {
        this.stage = stage;
        this.driver = driver;
        stage.s3().createBucket(bucket);
        proxy = new FaultProxy(stage.s3().endpoint());
        programs = new ProgramDirectory(Files.createDirectories(directory.resolve("programs")));
        job = stage.jenkins().rule().createProject(WorkflowJob.class, bucket);
        workspace = stage.jenkins().workspace(job).getRemote();
        String url = stage.postgres().urlWithoutPassword(FaultTestBed.DATABASE);
        settings = driver.equals("s3")
                ? JenkinsWithAgent.toS3(url, stage.s3(), bucket)
                        .with("s3", Map.of("endpoint", proxy.endpoint(), "pathStyle", true, "region", "us-east-1"))
                : JenkinsWithAgent.toDisk(url, "backups/");
        settings = settings.with("fileName", NAME);
        if (driver.equals("local")) {
            putOlderFile(OLDER_NAME);
        }
    }

    public FaultTestBed stage() {
        return stage;
    }

    public String driver() {
        return driver;
    }

    public String bucket() {
        return bucket;
    }

    public WorkflowJob job() {
        return job;
    }

    /** Stands before the S3 server. */
    public FaultProxy s3() {
        return proxy;
    }

    /** The step's arguments. */
    public StepSettings settings() {
        return settings;
    }

    /** Changes an argument of the step. */
    public FaultRun set(String argument, Object value) {
        settings = settings.with(argument, value);
        return this;
    }

    /** Changes an argument of S3. */
    public FaultRun setS3(String argument, Object value) {
        Map<String, Object> s3 = new HashMap<>();
        ((Map<?, ?>) settings.arguments().get("s3")).forEach((name, old) -> s3.put((String) name, old));
        s3.put(argument, value);
        return set("s3", s3);
    }

    /** Puts an older object into the bucket, which must stay as it is. */
    public FaultRun putOlderObject(String key) {
        stage.s3().put(bucket, key, OLDER.getBytes(StandardCharsets.UTF_8));
        olderObjects.add(key);
        return this;
    }

    /** Puts an older file into the directory where a local dump goes, which must stay as it is. */
    public FaultRun putOlderFile(String name) throws Exception {
        hudson.FilePath directory = stage.jenkins().workspace(job).child("backups");
        directory.mkdirs();
        directory.child(name).write(OLDER, StandardCharsets.UTF_8.name());
        olderFiles.add(name);
        return this;
    }

    /** Sorted. */
    List<String> olderFiles() {
        return olderFiles.stream().sorted().toList();
    }

    List<String> olderObjects() {
        return olderObjects;
    }

    /** Found before the real ones. */
    public ProgramDirectory programs() {
        return programs;
    }

    /** The agent has no others. */
    public FaultRun onlyThesePrograms() {
        onlyThesePrograms = true;
        return this;
    }

    /** What stands around the step in the Pipeline, within its {@code node} block. */
    public FaultRun around(UnaryOperator<String> script) {
        around = script;
        return this;
    }

    /** Puts a gate before PostgreSQL at which the dump waits in the middle of its rows; always the same one. */
    public PostgresGate gate() {
        if (gate != null) {
            return gate;
        }
        gate = PostgresGate.before(stage.postgres(), IN_THE_MIDDLE);
        String url = (String) settings.arguments().get("url");
        set("url", gate.through(stage.postgres(), url));
        return gate;
    }

    /** Starts the build and returns when it runs. */
    public Run<?, ?> start() throws Exception {
        String step = settings.toStep();
        String withPrograms = onlyThesePrograms ? programs.insteadOfAll(step) : programs.before(step);
        String script = "node('" + JenkinsWithAgent.AGENT + "') {\n" + around.apply(withPrograms) + "\n}";
        job.setDefinition(new CpsFlowDefinition(script, true));
        build = stage.jenkins().start(job).waitForStart();
        return build;
    }

    /** Starts the build and returns when its dump waits at the {@link #gate} in the middle of the rows. */
    public Run<?, ?> startUntilInTheMiddle() throws Exception {
        PostgresGate closing = gate();
        start();
        closing.awaitClosed();
        return build;
    }

    /** Lets the dump through from now on, and starts the next build of the job. */
    public Run<?, ?> startAgain() throws Exception {
        if (gate != null) {
            gate.open();
        }
        return start();
    }

    /** Starts the build where it was not, and waits for its end. */
    public Run<?, ?> finish() throws Exception {
        if (build == null) {
            start();
        }
        return stage.jenkins().rule().waitForCompletion(build);
    }

    /** The name under which the server knows the build. */
    public String applicationName() {
        return "jenkins " + job.getFullName() + " #" + build.getNumber();
    }

    /** The processes of that program that work for this run. */
    public List<ProcessHandle> processes(String program) {
        String url = (String) settings.arguments().get("url");
        String server = url.replaceFirst(".*(:\\d+/).*", "$1");
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(program))
                        .filter(line -> line.contains(server) || line.contains(workspace))
                        .isPresent())
                .toList();
    }

    /** Makes the five checks. */
    void assertEndedAs(Fault fault) throws Exception {
        finish();
        if (gate != null) {
            gate.open();
        }
        new PostFaultChecks(this, build).ask(fault);
    }

    String log() throws Exception {
        return JenkinsRule.getLog(build);
    }

    @Override
    public void close() throws Exception {
        if (gate != null) {
            gate.close();
        }
        proxy.close();
        job.delete();
        stage.s3().dropBucket(bucket);
    }
}
