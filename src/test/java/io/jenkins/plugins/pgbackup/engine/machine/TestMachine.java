package io.jenkins.plugins.pgbackup.engine.machine;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;

/**
 * This machine, of which a test may make another one.
 *
 * <p>It starts PostgreSQL's programs themselves. Those on Debian's PATH are a script that looks for them, which takes several
 * times the CPU time of a short query.
 */
public class TestMachine implements Machine {

    private static final Set<String> OF_POSTGRES = Set.of("psql", "pg_dump", "pg_restore");

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
        if (!OF_POSTGRES.contains(command.program())) {
            return machine.start(command, out, err);
        }
        List<String> arguments = new ArrayList<>(command.arguments());
        arguments.set(0, PostgresCluster.shared().bin(command.program()).toString());
        return machine.start(new Command(arguments, command.environment()), out, err);
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
