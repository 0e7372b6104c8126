package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.is;

import hudson.model.Executor;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.ProgramDirectory;
import io.jenkins.plugins.pgbackup.StepSettings;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jvnet.hudson.test.JenkinsRule;

/** One of many backups to the same place, with the fault that hits it. */
final class SoakBackup implements AutoCloseable {

    private final FaultTestBed stage;
    private final String name;
    private final String driver;
    private final SoakFault fault;
    private final FaultProxy proxy;
    private final ProgramDirectory programs;

    private StepSettings settings;
    private int abortAfterMillis = -1;
    private Run<?, ?> build;

    /**
     * @param name of the dump, without suffix
     * @param place the directory or the bucket
     * @param directory for its programs
     */
    SoakBackup(
            FaultTestBed stage,
            String database,
            String name,
            String driver,
            String place,
            SoakFault fault,
            Random random,
            Path directory)
            throws Exception {
        this.stage = stage;
        this.name = name;
        this.driver = driver;
        this.fault = fault;
        this.proxy = new FaultProxy(stage.s3().endpoint());
        this.programs = new ProgramDirectory(Files.createDirectories(directory.resolve(name)));
        String url = stage.postgres().urlWithoutPassword(database);
        StepSettings plain = driver.equals("s3")
                ? JenkinsWithAgent.toS3(url, stage.s3(), place)
                        .with("s3", Map.of("endpoint", proxy.endpoint(), "pathStyle", true, "region", "us-east-1"))
                : JenkinsWithAgent.toDisk(url, place);
        this.settings = plain.with("fileName", name);
        fault.arrangement().arrange(this, random);
    }

    String driver() {
        return driver;
    }

    SoakFault fault() {
        return fault;
    }

    FaultProxy s3() {
        return proxy;
    }

    ProgramDirectory programs() {
        return programs;
    }

    void set(String argument, Object value) {
        settings = settings.with(argument, value);
    }

    void abortAfter(int millis) {
        abortAfterMillis = millis;
    }

    /** Begins the next build of the job with it. */
    void start(WorkflowJob job) throws Exception {
        String step = programs.before(settings.toStep());
        job.setDefinition(new CpsFlowDefinition("node('" + JenkinsWithAgent.AGENT + "') { " + step + " }", true));
        build = stage.jenkins().start(job).waitForStart();
        if (abortAfterMillis >= 0) {
            CompletableFuture.delayedExecutor(abortAfterMillis, TimeUnit.MILLISECONDS)
                    .execute(() -> {
                        Executor executor = build.getExecutor();
                        if (executor != null) {
                            executor.interrupt();
                        }
                    });
        }
    }

    /** Waits for the end of the build, which must be that of its fault. */
    void finish() throws Exception {
        stage.jenkins().rule().waitForCompletion(build);
        String about = this + ": " + log();
        if (fault.result() == null) {
            assertThat(about, build.getResult(), anyOf(is(Result.ABORTED), is(Result.SUCCESS)));
        } else {
            assertThat(about, build.getResult(), is(fault.result()));
        }
        if (build.getResult() != Result.ABORTED) {
            assertThat("a dump of " + about, dump().isPresent(), is(build.getResult() == Result.SUCCESS));
        }
    }

    /** The dump that the build says it has made. */
    Optional<BackupSummary> dump() {
        BackupAction action = build.getAction(BackupAction.class);
        return action == null
                ? Optional.empty()
                : Optional.of(action.getBackups().get(0));
    }

    String log() throws Exception {
        return JenkinsRule.getLog(build);
    }

    /** For the table of what happened. */
    String outcome() {
        return fault.name() + ": " + build.getResult() + (dump().isPresent() ? ", a dump" : ", no dump");
    }

    @Override
    public String toString() {
        return name + " (" + driver + ", " + fault.name() + ")";
    }

    @Override
    public void close() throws Exception {
        proxy.close();
    }
}
