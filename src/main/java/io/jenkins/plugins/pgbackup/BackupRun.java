package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.driver.DriverContext;
import io.jenkins.plugins.pgbackup.driver.OpenDriver;
import io.jenkins.plugins.pgbackup.engine.Backup;
import io.jenkins.plugins.pgbackup.engine.BackupRequest;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.leftover.AbandonedBackups;
import io.jenkins.plugins.pgbackup.leftover.BackupJournal;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Clock;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** One backup of one build, called by both doors: what the engine cannot know is resolved here, and what it made recorded. */
final class BackupRun {

    private static final Logger LOGGER = Logger.getLogger(BackupRun.class.getName());

    private final BackupPlan plan;
    private final Run<?, ?> build;
    private final FilePath workspace;
    private final EnvVars environment;
    private final Launcher launcher;
    private final TaskListener listener;

    BackupRun(
            BackupPlan plan,
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
     * Makes the backup.
     *
     * @throws AbortException with one sentence for people where it could not be made
     * @throws InterruptedException if the build was aborted
     */
    BackupSummary run() throws IOException, InterruptedException {
        try {
            new AbandonedBackups(build, listener).withdraw();
            workspace.mkdirs();
            return backUp();
        } catch (InvalidInputException | BackupException e) {
            throw abort(e.getMessage(), e);
        } catch (AbortException e) {
            throw e;
        } catch (ClosedByInterruptException e) {
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (IOException e) {
            throw abort(Messages.BackupRun_stopped(UnforeseenFailure.explain(e)), e);
        } catch (RuntimeException e) {
            // Its stack trace would tell the readers of the build's log nothing.
            LOGGER.log(Level.WARNING, "a backup of " + build + " stopped", e);
            throw abort(Messages.BackupRun_stopped(UnforeseenFailure.explain(e)), e);
        }
    }

    private BackupSummary backUp() throws IOException, InterruptedException {
        AgentMachine machine = new AgentMachine(workspace, launcher, environment);
        try {
            return backUp(machine);
        } catch (AbortException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (machine.isLost()) {
                throw abort(Messages.BackupRun_agentLost(machine.name()), e);
            }
            throw e;
        }
    }

    private BackupSummary backUp(AgentMachine machine) throws IOException, InterruptedException {
        BackupRequest request = plan.request(build, tool());
        DriverContext context = new DriverContext(machine, build, workspace, environment, launcher, listener);
        try (BackupJournal journal = BackupJournal.open(build, machine.nodeName(), plan.driver());
                OpenDriver driver = plan.driver().open(context)) {
            BuildLog log = new BuildLog(listener);
            Manifest manifest = new Backup(request, machine, driver.store(), journal, log, Clock.systemUTC()).run();
            log.made(manifest);
            BackupSummary backup = new BackupSummary(manifest);
            BackupAction.record(build, backup);
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
            throw abort(Messages.BackupRun_notFinished(manifest.uri(), e.getMessage()), e);
        }
    }

    private static String tool() {
        var plugin = Jenkins.get().getPluginManager().whichPlugin(BackupRun.class);
        return "pgBackup plugin" + (plugin == null ? "" : " " + plugin.getVersion());
    }

    private static AbortException abort(String sentence, Exception cause) {
        LOGGER.log(Level.FINE, "a backup failed", cause);
        return new AbortException(PrintableLine.of(sentence, BuildLog.LONGEST_SENTENCE));
    }
}
