package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.driver.OpenDump;
import io.jenkins.plugins.pgbackup.engine.Restore;
import io.jenkins.plugins.pgbackup.engine.RestoreReport;
import io.jenkins.plugins.pgbackup.engine.RestoreRequest;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.leftover.BackupJournal;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import io.jenkins.plugins.pgbackup.view.RestoreAction;
import io.jenkins.plugins.pgbackup.view.RestoreSummary;
import java.io.IOException;
import java.time.Clock;

/** One restore of one build, called by both doors: what the engine cannot know is resolved here, and what it made recorded. */
final class RestoreRun {

    private static final StepRunner.Sentences SENTENCES =
            new StepRunner.Sentences(Messages::RestoreRun_stopped, Messages::RestoreRun_agentLost);

    private final RestorePlan plan;
    private final BuildContext context;

    RestoreRun(RestorePlan plan, BuildContext context) {
        this.plan = plan;
        this.context = context;
    }

    /**
     * Restores the dump.
     *
     * @throws AbortException with one sentence for people if it could not be restored
     * @throws InterruptedException if the build was aborted
     */
    RestoreSummary run() throws IOException, InterruptedException {
        return StepRunner.run(context, SENTENCES, machine -> {
            try {
                return restore(machine);
            } catch (RestoreRefusedException e) {
                throw StepRunner.abort(Messages.RestoreRun_remedy(e.getMessage(), advice(e.remedy())), e);
            }
        });
    }

    private RestoreSummary restore(AgentMachine machine) throws IOException, InterruptedException {
        RestoreRequest request = plan.request(context.build(), context.workspace());
        BuildLog log = new BuildLog(context.listener());
        try (OpenDump open = plan.choice().open(context.on(machine));
                BackupJournal journal = BackupJournal.ofRestore(
                        context.build(), machine.nodeName(), plan.url(), plan.credentialsId())) {
            log.restores(open.dump().describe(), request.url().display());
            RestoreReport report = new Restore(request, open.dump(), machine, journal, log, Clock.systemUTC()).run();
            RestoreSummary restore = new RestoreSummary(report);
            log.restored(restore);
            RestoreAction.record(context.build(), restore);
            if (Thread.interrupted()) {
                // Too late for the database, which is complete; what comes after it in the build need not begin.
                throw new InterruptedException();
            }
            return restore;
        }
    }

    private static String advice(Remedy remedy) {
        return switch (remedy) {
            case CLEAN_OR_FORCE -> Messages.RestoreRun_cleanOrReplace();
            case REPLACE -> Messages.RestoreRun_replace();
            case SEVERAL_TRANSACTIONS -> Messages.RestoreRun_severalTransactions();
            case TRUST -> Messages.RestoreRun_trust();
        };
    }
}
