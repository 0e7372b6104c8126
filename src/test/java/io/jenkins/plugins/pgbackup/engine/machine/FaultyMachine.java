package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** This machine, on which one step fails. */
public final class FaultyMachine extends TestMachine {

    private final Step failing;
    private final Exception fault;
    private final List<Step> steps = new ArrayList<>();

    /**
     * A call of a machine.
     *
     * @param what it was to do
     * @param time which of those that were to do the same
     */
    public record Step(String what, int time) {

        public String label() {
            return what + (time == 1 ? "" : " (" + time + ")");
        }
    }

    private FaultyMachine(Step failing, Exception fault) {
        this.failing = failing;
        this.fault = fault;
    }

    /** One on which nothing fails. */
    public static FaultyMachine good() {
        return new FaultyMachine(null, null);
    }

    /** @param fault what a task ends with; where a program is started, an {@link IOException} or one that is not checked */
    public static FaultyMachine failingAt(Step step, Exception fault) {
        return new FaultyMachine(step, fault);
    }

    /** In their order so far; those that are taken as often as something is waited for are none. */
    public synchronized List<Step> steps() {
        return List.copyOf(steps);
    }

    public synchronized boolean hasFailed() {
        return steps.contains(failing);
    }

    @Override
    public <T> Future<T> submit(Task<T> task) {
        String name = task.getClass().getSimpleName();
        if (!name.equals("Release") && mustFail(task.getClass().getName().replaceFirst(".*[.]", ""))) {
            return CompletableFuture.failedFuture(fault);
        }
        return super.submit(task);
    }

    @Override
    public RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException {
        if (mustFail(command.program() + (command.arguments().contains("--version") ? " --version" : ""))) {
            throwFault();
        }
        return super.start(command, out, err);
    }

    @Override
    public boolean makeFifos(List<String> paths) throws IOException, InterruptedException {
        if (mustFail("mkfifo")) {
            throwFault();
        }
        return super.makeFifos(paths);
    }

    private synchronized boolean mustFail(String what) {
        int time =
                1 + (int) steps.stream().filter(step -> step.what.equals(what)).count();
        Step step = new Step(what, time);
        steps.add(step);
        return step.equals(failing);
    }

    private void throwFault() throws IOException {
        if (fault instanceof IOException io) {
            throw io;
        }
        throw (RuntimeException) fault;
    }
}
