package io.jenkins.plugins.pgbackup.engine.machine;

import io.jenkins.plugins.pgbackup.fixture.ServerUser;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** This machine for a user other than root, also if root runs the tests: a PostgreSQL server does not run as root. */
public class ServerUserMachine extends TestMachine {

    private final Path temporary;

    /** @param temporary its directory for temporary files, which is given to that user */
    public ServerUserMachine(Path temporary) throws IOException {
        this.temporary = Files.createDirectories(temporary);
        ServerUser.give(temporary);
    }

    @Override
    public String temporaryDirectory() {
        return temporary.toString();
    }

    @Override
    public <T> Future<T> submit(Task<T> task) {
        return machine.submit(new Given<>(task, temporary.toString()));
    }

    @Override
    public RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException {
        List<String> arguments = new ArrayList<>(ServerUser.prefix());
        arguments.addAll(command.arguments());
        return machine.start(new Command(arguments, command.environment()), out, err);
    }

    @Override
    public boolean makeFifos(List<String> paths) throws IOException, InterruptedException {
        boolean made = machine.makeFifos(paths);
        give(temporary);
        return made;
    }

    private static void give(Path directory) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            for (Path path : found.toList()) {
                ServerUser.give(path);
                // Not what a server has made there, which may vanish meanwhile.
                if (Files.isDirectory(path) && path.getFileName().toString().startsWith("pgbackup-")) {
                    give(path);
                }
            }
        } catch (NoSuchFileException | UncheckedIOException e) {
            // What has been removed meanwhile needs no owner.
        }
    }

    private record Given<T>(Task<T> task, String temporary) implements Task<T> {

        @Override
        public Class<? super T> resultType() {
            return task.resultType();
        }

        @Override
        public T run() throws IOException, InterruptedException {
            try {
                return task.run();
            } finally {
                give(Path.of(temporary));
            }
        }
    }
}
