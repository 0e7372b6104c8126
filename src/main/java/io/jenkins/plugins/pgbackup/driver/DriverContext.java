package io.jenkins.plugins.pgbackup.driver;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;

/**
 * What a driver may need to know of the build it serves.
 *
 * @param machine the agent, as the engine sees it
 */
public record DriverContext(
        Machine machine,
        Run<?, ?> build,
        FilePath workspace,
        EnvVars environment,
        Launcher launcher,
        TaskListener listener) {}
