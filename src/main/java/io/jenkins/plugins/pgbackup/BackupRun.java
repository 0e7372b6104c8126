package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.driver.OpenDriver;
import io.jenkins.plugins.pgbackup.engine.Backup;
import io.jenkins.plugins.pgbackup.engine.BackupRequest;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.leftover.BackupJournal;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import java.io.IOException;
import java.time.Clock;
import jenkins.model.Jenkins;

/** One backup of one build, called by both doors: what the engine cannot know is resolved here, and what it made recorded. */
final class BackupRun {

    private static final StepRunner.Sentences SENTENCES =
            new StepRunner.Sentences(Messages::BackupRun_stopped, Messages::BackupRun_agentLost);

    private final BackupPlan plan;
    private final BuildContext context;

    BackupRun(BackupPlan plan, BuildContext context) {
        this.plan = plan;
        this.context = context;
    }

    /**
     * Makes the backup.
     *
     * @throws AbortException with one sentence for people where it could not be made
     * @throws InterruptedException if the build was aborted
     */
    BackupSummary run() throws IOException, InterruptedException {
        return StepRunner.run(context, SENTENCES, machine -> {
            return backUp(machine);
        });
    }

    private BackupSummary backUp(AgentMachine machine) throws IOException, InterruptedException {
        BackupRequest request = plan.request(context.build(), tool());
        try (BackupJournal journal = BackupJournal.ofBackup(context.build(), machine.nodeName(), plan.driver());
                OpenDriver driver = plan.driver().open(context.on(machine))) {
            BuildLog log = new BuildLog(context.listener());
            Manifest manifest = new Backup(request, machine, driver.store(), journal, log, Clock.systemUTC()).run();
            log.made(manifest);
            BackupSummary backup = new BackupSummary(manifest);
            BackupAction.record(context.build(), backup);
            finish(driver, manifest);
            if (Thread.interrupted()) {
                // Too late for the dump, which is whole and stays; what comes after it in the build need not begin.
                throw new InterruptedException();
            }
            return backup;
        }
    }

    /** A dump that is committed stays, whatever becomes of the rest. */
    private static void finish(OpenDriver driver, Manifest manifest) throws IOException, InterruptedException {
        try {
            driver.committed(manifest);
        } catch (IOException e) {
            throw StepRunner.abort(Messages.BackupRun_notFinished(manifest.uri(), e.getMessage()), e);
        }
    }

    private static String tool() {
        var plugin = Jenkins.get().getPluginManager().whichPlugin(BackupRun.class);
        return "pgBackup plugin" + (plugin == null ? "" : " " + plugin.getVersion());
    }
}
