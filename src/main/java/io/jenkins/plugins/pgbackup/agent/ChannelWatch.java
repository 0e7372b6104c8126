package io.jenkins.plugins.pgbackup.agent;

import hudson.remoting.Channel;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Ends a task on an agent that has lost its controller: nothing waits for the task any more, and nothing else will end the
 * programs that it works with.
 *
 * <p>No class can be loaded from the controller by then, so all that is needed is made beforehand.
 */
final class ChannelWatch extends Channel.Listener implements AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger(ChannelWatch.class.getName());

    private final Channel controller;
    private final Thread thread;
    private final Task<?> lastAct;
    private boolean ended;

    private ChannelWatch(Channel controller, Thread thread, Task<?> lastAct) {
        this.controller = controller;
        this.thread = thread;
        this.lastAct = lastAct;
    }

    /** Watches while the calling thread runs a task. */
    static ChannelWatch hold(Channel controller, Task<?> task) {
        ChannelWatch lifeline = new ChannelWatch(
                controller, Thread.currentThread(), task.whenAbandoned().orElse(null));
        controller.addListener(lifeline);
        return lifeline;
    }

    @Override
    public void onClosed(Channel channel, IOException cause) {
        interrupt();
        abandon();
    }

    /** A thread whose task has ended is no longer ours. */
    private synchronized void interrupt() {
        if (!ended) {
            thread.interrupt();
        }
    }

    /** The task may have ended by itself because of the loss, before the caller was told of it. */
    @Override
    public void close() {
        controller.removeListener(this);
        if (controller.isClosingOrClosed()) {
            abandon();
        }
        end();
    }

    private synchronized void abandon() {
        if (!ended && lastAct != null) {
            // Not on this thread, which others may interrupt while the connection goes down.
            new Thread(this::act, "pgBackup cleans up").start();
        }
        ended = true;
    }

    private void act() {
        try {
            lastAct.run();
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.WARNING, "What a backup has left on this agent could not be cleaned up", e);
        }
    }

    private synchronized void end() {
        ended = true;
    }
}
