package io.jenkins.plugins.pgbackup.agent;

import hudson.remoting.Channel;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import java.io.File;
import java.io.IOException;
import jenkins.MasterToSlaveFileCallable;

/** Carries a task of the engine to the agent. */
final class TaskCallable<T> extends MasterToSlaveFileCallable<T> {

    private static final long serialVersionUID = 1L;

    private final Task<T> task;

    TaskCallable(Task<T> task) {
        this.task = task;
    }

    @Override
    public T invoke(File workspace, VirtualChannel channel) throws IOException, InterruptedException {
        // Not the argument, which is a workspace's own channel and none where the workspace is.
        Channel controller = Channel.current();
        if (controller == null) {
            // The built-in node, which cannot be lost.
            return task.run();
        }
        try (ChannelWatch lifeline = ChannelWatch.hold(controller, task)) {
            return task.run();
        }
    }

    /** Remoting logs this; a task may hold a secret. */
    @Override
    public String toString() {
        return "pgBackup " + task.getClass().getSimpleName();
    }
}
