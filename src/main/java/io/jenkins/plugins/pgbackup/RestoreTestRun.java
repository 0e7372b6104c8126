package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.driver.DriverContext;
import io.jenkins.plugins.pgbackup.driver.OpenDump;
import io.jenkins.plugins.pgbackup.engine.TestRestore;
import io.jenkins.plugins.pgbackup.engine.catalog.JUnitReport;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport;
import io.jenkins.plugins.pgbackup.leftover.AbandonedBackups;
import io.jenkins.plugins.pgbackup.leftover.BackupJournal;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import io.jenkins.plugins.pgbackup.view.RestoreTestAction;
import io.jenkins.plugins.pgbackup.view.RestoreTestSummary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;

/** One restore test of one build, called by both doors. Its evidence is written whatever it found. */
final class RestoreTestRun {

    private static final SentencedRun.Endings ENDINGS =
            new SentencedRun.Endings(Messages::RestoreTestRun_stopped, Messages::RestoreTestRun_agentLost);

    private final RestoreTestPlan plan;
    private final Run<?, ?> build;
    private final FilePath workspace;
    private final EnvVars environment;
    private final Launcher launcher;
    private final TaskListener listener;

    RestoreTestRun(
            RestoreTestPlan plan,
            Run<?, ?> build,
            FilePath workspace,
            EnvVars environment,
            Launcher launcher,
            TaskListener listener) {
        this.plan = plan;
        this.build = build;
        this.workspace = workspace;
        this.environment = environment;
        this.launcher = launcher;
        this.listener = listener;
    }

    /**
     * Tests the dump. A check that failed makes the build unstable.
     *
     * @throws AbortException with one sentence for people if the dump could not be restored
     * @throws InterruptedException if the build was aborted
     */
    RestoreTestSummary run() throws IOException, InterruptedException {
        return SentencedRun.of(workspace, launcher, environment, ENDINGS, machine -> {
            new AbandonedBackups(build, machine, listener).withdraw();
            workspace.mkdirs();
            return test(machine);
        });
    }

    private RestoreTestSummary test(AgentMachine machine) throws IOException, InterruptedException {
        DriverContext context = new DriverContext(machine, build, workspace, environment, launcher, listener);
        BuildLog log = new BuildLog(listener);
        RestoreTestReport report;
        try (OpenDump open = plan.choice().open(context);
                BackupJournal journal =
                        BackupJournal.ofRestore(build, machine.nodeName(), plan.url(), plan.credentialsId())) {
            log.tests(open.dump().describe());
            report = new TestRestore(machine, journal, log, Clock.systemUTC()).run(open.dump(), plan.request(build));
        }
        write(plan.junit(), new JUnitReport(report).toXml());
        write(plan.report(), report.toJson());
        RestoreTestSummary summary = new RestoreTestSummary(report);
        log.tested(summary);
        RestoreTestAction.record(build, summary);
        if (!summary.isRestored()) {
            throw new AbortException(Messages.RestoreTestRun_notRestored(summary.getFrom()));
        }
        if (!summary.isPassed()) {
            build.setResult(Result.UNSTABLE);
        }
        return summary;
    }

    private void write(String file, byte[] evidence) throws IOException, InterruptedException {
        workspace.child(file).copyFrom(new ByteArrayInputStream(evidence));
    }
}
