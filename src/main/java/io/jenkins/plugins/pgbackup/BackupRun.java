package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.credentials.DatabaseCredentials;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.driver.DriverContext;
import io.jenkins.plugins.pgbackup.driver.OpenDriver;
import io.jenkins.plugins.pgbackup.engine.Backup;
import io.jenkins.plugins.pgbackup.engine.BackupRequest;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.Origin;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.leftover.AbandonedBackups;
import io.jenkins.plugins.pgbackup.leftover.BackupJournal;
import io.jenkins.plugins.pgbackup.settings.ArgumentRules;
import io.jenkins.plugins.pgbackup.settings.BackupSettings;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** One backup of one build, called by both doors: what the engine cannot know is resolved here, and what it made recorded. */
final class BackupRun {

    private static final Logger LOGGER = Logger.getLogger(BackupRun.class.getName());

    private final BackupSettings settings;
    private final Run<?, ?> build;
    private final FilePath workspace;
    private final EnvVars environment;
    private final Launcher launcher;
    private final TaskListener listener;

    BackupRun(
            BackupSettings settings,
            Run<?, ?> build,
            FilePath workspace,
            EnvVars environment,
            Launcher launcher,
            TaskListener listener) {
        this.settings = settings;
        this.build = build;
        this.workspace = workspace;
        this.environment = environment;
        this.launcher = launcher;
        this.listener = listener;
    }

    /**
     * Refuses what is invalid or not allowed, before anything starts.
     *
     * @throws InvalidInputException with a sentence that says what to write
     */
    static void check(BackupSettings settings) {
        settings.toUrl();
        ArgumentRules.destination(settings.getDriver(), settings.getDestination());
        ArgumentRules.fileName(settings.getFileName());
        Verification.parse(settings.getVerify());
        DumpOptions options = settings.getDump().toOptions(Duration.ofSeconds(settings.getLockWaitTimeout()));
        BackupDriver driver = BackupDriver.named(settings.getDriver());
        driver.checkContent(settings.getDestination(), options);
        driver.checkAccess(settings.getS3().toSettings(), settings.getAwsCredentialsId());
    }

    /**
     * Makes the backup.
     *
     * @throws AbortException with one sentence for people where it could not be made
     * @throws InterruptedException where the build was aborted
     */
    BackupResult run() throws IOException, InterruptedException {
        try {
            check(settings);
            new AbandonedBackups(build, listener).withdraw();
            workspace.mkdirs();
            return new BackupResult(backUp());
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

    private Manifest backUp() throws IOException, InterruptedException {
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

    private Manifest backUp(AgentMachine machine) throws IOException, InterruptedException {
        DatabaseCredentials database =
                DatabaseCredentials.resolve(settings.getCredentialsId(), settings.toUrl(), build);
        String job = build.getParent().getFullName();
        BackupRequest request = new BackupRequest(
                database.url().withDefaultParameter("application_name", "jenkins " + job + " #" + build.getNumber()),
                database.password(),
                settings.getDump().toOptions(Duration.ofSeconds(settings.getLockWaitTimeout())),
                settings.getFileName(),
                ArgumentRules.variables(build),
                Instant.ofEpochMilli(build.getStartTimeInMillis()),
                Verification.parse(settings.getVerify()),
                Duration.ofSeconds(settings.getStallTimeout()),
                new Origin(toolVersion(), job, "#" + build.getNumber()));
        DriverContext context = new DriverContext(settings, machine, build, workspace, environment, launcher, listener);
        try (BackupJournal journal = BackupJournal.open(build, machine.nodeName(), settings);
                OpenDriver driver = BackupDriver.named(settings.getDriver()).open(context)) {
            BuildLog log = new BuildLog(listener);
            Manifest manifest = new Backup(request, machine, driver.store(), journal, log, Clock.systemUTC()).run();
            log.made(manifest);
            BackupAction.record(build, manifest);
            finish(driver, manifest);
            if (Thread.interrupted()) {
                // Too late for the dump, which is whole and stays; what comes after it in the build need not begin.
                throw new InterruptedException();
            }
            return manifest;
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

    private static String toolVersion() {
        var plugin = Jenkins.get().getPluginManager().whichPlugin(BackupRun.class);
        return "pgBackup plugin" + (plugin == null ? "" : " " + plugin.getVersion());
    }

    private static AbortException abort(String sentence, Exception cause) {
        LOGGER.log(Level.FINE, "a backup failed", cause);
        return new AbortException(PrintableLine.of(sentence, BuildLog.LONGEST_SENTENCE));
    }
}
