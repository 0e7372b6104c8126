package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.model.Result;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.driver.OpenDump;
import io.jenkins.plugins.pgbackup.engine.TestRestore;
import io.jenkins.plugins.pgbackup.engine.catalog.JUnitReport;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport;
import io.jenkins.plugins.pgbackup.leftover.BackupJournal;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import io.jenkins.plugins.pgbackup.view.RestoreTestAction;
import io.jenkins.plugins.pgbackup.view.RestoreTestSummary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;

/** One restore test of one build, called by both doors. Its evidence is written whatever it found. */
final class RestoreTestRun {

    private static final StepRunner.Sentences SENTENCES =
            new StepRunner.Sentences(Messages::RestoreTestRun_stopped, Messages::RestoreTestRun_agentLost);

    private final RestoreTestPlan plan;
    private final BuildContext context;

    RestoreTestRun(RestoreTestPlan plan, BuildContext context) {
        this.plan = plan;
        this.context = context;
    }

    /**
     * Tests the dump. A check that failed makes the build unstable.
     *
     * @throws AbortException with one sentence for people if the dump could not be restored
     * @throws InterruptedException if the build was aborted
     */
    RestoreTestSummary run() throws IOException, InterruptedException {
        return StepRunner.run(context, SENTENCES, machine -> {
            return test(machine);
        });
    }

    private RestoreTestSummary test(AgentMachine machine) throws IOException, InterruptedException {
        BuildLog log = new BuildLog(context.listener());
        RestoreTestReport report;
        try (OpenDump open = plan.choice().open(context.on(machine));
                BackupJournal journal = BackupJournal.ofRestore(
                        context.build(), machine.nodeName(), plan.url(), plan.credentialsId())) {
            log.tests(open.dump().describe());
            report = new TestRestore(machine, journal, log, Clock.systemUTC())
                    .run(open.dump(), plan.request(context.build()));
        }
        write(plan.junit(), new JUnitReport(report).toXml());
        write(plan.report(), report.toJson());
        RestoreTestSummary summary = new RestoreTestSummary(report);
        log.tested(summary);
        RestoreTestAction.record(context.build(), summary);
        if (!summary.isRestored()) {
            throw new AbortException(Messages.RestoreTestRun_notRestored(summary.getFrom()));
        }
        if (!summary.isPassed()) {
            context.build().setResult(Result.UNSTABLE);
        }
        return summary;
    }

    private void write(String file, byte[] evidence) throws IOException, InterruptedException {
        context.workspace().child(file).copyFrom(new ByteArrayInputStream(evidence));
    }
}
