package io.jenkins.plugins.pgbackup;

import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;

/** Runs one step to its end. It does not outlive a restart of the controller: its pipes do not. */
@SuppressFBWarnings(
        value = "SE_TRANSIENT_FIELD_NOT_RESTORED",
        justification = "after a restart the base class fails the step without running it")
final class InterruptibleExecution<T> extends SynchronousNonBlockingStepExecution<T> {

    private static final long serialVersionUID = 1L;

    private final transient Work<T> work;
    private transient Thread runner;
    private transient Exception stopCause;

    /** What the step does, with what its context has. */
    @FunctionalInterface
    interface Work<T> {
        T run(BuildContext context) throws IOException, InterruptedException;
    }

    InterruptibleExecution(StepContext context, Work<T> work) {
        super(context);
        this.work = work;
    }

    @Override
    protected T run() throws Exception {
        setRunner(Thread.currentThread());
        try {
            StepContext context = getContext();
            T result = work.run(new BuildContext(
                    context.get(Run.class),
                    context.get(FilePath.class),
                    context.get(EnvVars.class),
                    context.get(Launcher.class),
                    context.get(TaskListener.class)));
            end();
            return result;
        } catch (InterruptedException e) {
            throw whyStopped(e);
        } finally {
            setRunner(null);
        }
    }

    /**
     * Interrupts the work, and lets the build go on when nothing of it is left: the base class would not wait for that. Called
     * again, it does not wait either.
     */
    @Override
    public void stop(Throwable cause) throws Exception {
        if (!interrupt(cause)) {
            super.stop(cause);
        }
    }

    private synchronized boolean interrupt(Throwable cause) {
        if (runner == null || stopCause != null || !(cause instanceof Exception exception)) {
            return false;
        }
        stopCause = exception;
        runner.interrupt();
        return true;
    }

    /** Too late to be interrupted now; but if that was requested, what follows the step must not begin. */
    private synchronized void end() throws Exception {
        runner = null;
        if (stopCause != null) {
            throw stopCause;
        }
    }

    private synchronized Exception whyStopped(InterruptedException interrupted) {
        return stopCause == null ? interrupted : stopCause;
    }

    private synchronized void setRunner(Thread thread) {
        runner = thread;
    }
}
