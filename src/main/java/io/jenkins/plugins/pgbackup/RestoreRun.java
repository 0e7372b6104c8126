package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.driver.DriverContext;
import io.jenkins.plugins.pgbackup.driver.OpenDump;
import io.jenkins.plugins.pgbackup.engine.Restore;
import io.jenkins.plugins.pgbackup.engine.RestoreReport;
import io.jenkins.plugins.pgbackup.engine.RestoreRequest;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.leftover.AbandonedBackups;
import io.jenkins.plugins.pgbackup.leftover.BackupJournal;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import io.jenkins.plugins.pgbackup.view.RestoreAction;
import io.jenkins.plugins.pgbackup.view.RestoreSummary;
import java.io.IOException;
import java.time.Clock;

/** One restore of one build, called by both doors: what the engine cannot know is resolved here, and what it made recorded. */
final class RestoreRun {

    private static final SentencedRun.Endings ENDINGS =
            new SentencedRun.Endings(Messages::RestoreRun_stopped, Messages::RestoreRun_agentLost);

    private final RestorePlan plan;
    private final Run<?, ?> build;
    private final FilePath workspace;
    private final EnvVars environment;
    private final Launcher launcher;
    private final TaskListener listener;

    RestoreRun(
            RestorePlan plan,
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
     * Restores the dump.
     *
     * @throws AbortException with one sentence for people if it could not be restored
     * @throws InterruptedException if the build was aborted
     */
    RestoreSummary run() throws IOException, InterruptedException {
        return SentencedRun.of(workspace, launcher, environment, ENDINGS, machine -> {
            new AbandonedBackups(build, machine, listener).withdraw();
            workspace.mkdirs();
            try {
                return restore(machine);
            } catch (RestoreRefusedException e) {
                throw SentencedRun.abort(Messages.RestoreRun_remedy(e.getMessage(), advice(e.remedy())), e);
            }
        });
    }

    private RestoreSummary restore(AgentMachine machine) throws IOException, InterruptedException {
        RestoreRequest request = plan.request(build, workspace);
        DriverContext context = new DriverContext(machine, build, workspace, environment, launcher, listener);
        BuildLog log = new BuildLog(listener);
        try (OpenDump open = plan.choice().open(context);
                BackupJournal journal =
                        BackupJournal.ofRestore(build, machine.nodeName(), plan.url(), plan.credentialsId())) {
            log.restores(open.dump().describe(), request.url().display());
            RestoreReport report = new Restore(request, open.dump(), machine, journal, log, Clock.systemUTC()).run();
            RestoreSummary restore = new RestoreSummary(report);
            log.restored(restore);
            RestoreAction.record(build, restore);
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
