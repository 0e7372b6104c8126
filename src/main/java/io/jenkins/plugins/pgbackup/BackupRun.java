package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.driver.OpenDriver;
import io.jenkins.plugins.pgbackup.engine.Backup;
import io.jenkins.plugins.pgbackup.engine.BackupRequest;
import io.jenkins.plugins.pgbackup.engine.Prune;
import io.jenkins.plugins.pgbackup.engine.PruneReport;
import io.jenkins.plugins.pgbackup.engine.PruneRequest;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.RetentionRules;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import io.jenkins.plugins.pgbackup.leftover.BackupJournal;
import io.jenkins.plugins.pgbackup.leftover.DumpsOfBuild;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import io.jenkins.plugins.pgbackup.view.BuildsOfDumps;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
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
            if (plan.rules().isPresent() && driver.store().givenFileName().isPresent()) {
                throw new AbortException(Messages.BackupRun_keepOfFile());
            }
            BuildLog log = new BuildLog(context.listener());
            Manifest manifest = new Backup(request, machine, driver.store(), journal, log, Clock.systemUTC()).run();
            log.made(manifest);
            BackupSummary backup = new BackupSummary(manifest);
            BackupAction.record(context.build(), backup);
            if (plan.deleteWithBuild()) {
                DumpsOfBuild.record(context.build(), machine.nodeName(), plan.driver(), manifest);
            }
            finish(driver, manifest);
            if (plan.rules().isPresent()) {
                prune(plan.rules().get(), driver, manifest, log).ifPresent(backup::notePruned);
            }
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

    /** The backup is made, and no worse if this fails. */
    private Optional<PruneReport> prune(RetentionRules rules, OpenDriver driver, Manifest made, BuildLog log)
            throws InterruptedException {
        Optional<String> objection = Prune.objection(made);
        if (objection.isPresent()) {
            log.onNotice(Messages.BackupRun_nothingRemoved(objection.get()));
            return Optional.empty();
        }
        try {
            BuildsOfDumps builds = new BuildsOfDumps();
            PruneReport report = new Prune(driver.dumpsBeside(made), builds, log, Clock.systemUTC())
                    .run(PruneRequest.after(made, rules, plan.anyJob()));
            report.tell(log);
            report.removed().forEach(dump -> builds.removed(dump.fileName(), context.build()));
            return Optional.of(report);
        } catch (IOException | RuntimeException e) {
            log.onNotice(Messages.BackupRun_notRemoved(UnforeseenFailure.explain(e)));
            return Optional.empty();
        }
    }

    private static String tool() {
        var plugin = Jenkins.get().getPluginManager().whichPlugin(BackupRun.class);
        return "pgBackup plugin" + (plugin == null ? "" : " " + plugin.getVersion());
    }
}
