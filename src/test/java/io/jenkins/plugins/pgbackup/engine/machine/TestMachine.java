package io.jenkins.plugins.pgbackup.engine.machine;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Future;

/** This machine, of which a test may make another one. */
public class TestMachine implements Machine {

    protected final LocalMachine machine = new LocalMachine();

    @Override
    public String name() {
        return machine.name();
    }

    @Override
    public String temporaryDirectory() {
        return machine.temporaryDirectory();
    }

    @Override
    public boolean hasCallersEnvironment() {
        return machine.hasCallersEnvironment();
    }

    @Override
    public String variable(String name) {
        return machine.variable(name);
    }

    @Override
    public <T> Future<T> submit(Task<T> task) {
        return machine.submit(task);
    }

    @Override
    public RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException {
        return machine.start(command, out, err);
    }

    @Override
    public boolean makeFifos(List<String> paths) throws IOException, InterruptedException {
        return machine.makeFifos(paths);
    }

    @Override
    public <T> T export(Class<T> type, T object) {
        return machine.export(type, object);
    }
}
