package io.jenkins.plugins.pgbackup.driver;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.settings.BackupSettings;

/**
 * What a driver may need to know of the build it serves.
 *
 * @param settings what the step was told
 * @param machine the agent, as the engine sees it
 */
public record DriverContext(
        BackupSettings settings,
        Machine machine,
        Run<?, ?> build,
        FilePath workspace,
        EnvVars environment,
        Launcher launcher,
        TaskListener listener) {}
