package io.jenkins.plugins.pgbackup;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.driver.DriverContext;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;

/** What a build gives to its steps, freestyle or Pipeline. */
record BuildContext(
        Run<?, ?> build, FilePath workspace, EnvVars environment, Launcher launcher, TaskListener listener) {

    /** The same for a driver, on the machine where the step runs. */
    DriverContext on(Machine machine) {
        return new DriverContext(machine, build, workspace, environment, launcher, listener);
    }
}
