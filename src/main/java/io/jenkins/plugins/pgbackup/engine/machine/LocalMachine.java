package io.jenkins.plugins.pgbackup.engine.machine;

import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** This machine, without an agent in between. */
public final class LocalMachine implements Machine {

    private static final long SECONDS_TO_END_WELL = 5;

    private final ExecutorService workers = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "pgbackup worker");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    public String name() {
        return "this machine";
    }

    @Override
    public String temporaryDirectory() {
        return System.getProperty("java.io.tmpdir");
    }

    @Override
    public boolean hasCallersEnvironment() {
        return true;
    }

    @Override
    public String variable(String name) {
        return System.getenv(name);
    }

    @Override
    public <T> Future<T> submit(Task<T> task) {
        return workers.submit(task::run);
    }

    @Override
    public RunningProgram start(Command command, OutputStream out, OutputStream err) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command.arguments());
        builder.redirectInput(ProcessBuilder.Redirect.from(new File(isWindows() ? "NUL" : "/dev/null")));
        apply(command.environment(), builder.environment());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            if (isOnPath(command.program(), builder.environment())) {
                throw ProgramNotFoundException.notRun(command.program(), name(), e.getMessage());
            }
            throw ProgramNotFoundException.notFound(command.program(), name());
        }
        return new LocalProgram(process, copy(process.getInputStream(), out), copy(process.getErrorStream(), err));
    }

    @Override
    public boolean makeFifos(List<String> paths) throws IOException, InterruptedException {
        if (isWindows()) {
            return false;
        }
        Transcript said = new Transcript(line -> {});
        try {
            Command mkfifo = new Command(Fifo.command(paths), Map.of("LC_ALL", "C"));
            int exitCode = start(mkfifo, OutputStream.nullOutputStream(), said).join();
            return Fifo.areMade(paths, exitCode, said.text());
        } catch (ProgramNotFoundException e) {
            // Without the program there are none either.
            return false;
        }
    }

    @Override
    public <T> T export(Class<T> type, T object) {
        return object;
    }

    private Future<?> copy(InputStream from, OutputStream to) {
        return workers.submit(() -> {
            try (from) {
                from.transferTo(to);
                to.flush();
            }
            return null;
        });
    }

    private static void apply(Map<String, String> changes, Map<String, String> environment) {
        changes.forEach((name, value) -> {
            if (value.isEmpty()) {
                environment.remove(name);
            } else {
                environment.put(name, value);
            }
        });
    }

    private static boolean isOnPath(String program, Map<String, String> environment) {
        if (program.contains(File.separator)) {
            return Files.exists(Path.of(program));
        }
        String path = environment.getOrDefault("PATH", "");
        for (String directory : path.split(File.pathSeparator)) {
            if (!directory.isEmpty() && Files.isRegularFile(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWindows() {
        return File.separatorChar == '\\';
    }

    private record LocalProgram(Process process, Future<?> out, Future<?> err) implements RunningProgram {

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public int join() throws IOException, InterruptedException {
            int exitCode = process.waitFor();
            await(out);
            await(err);
            return exitCode;
        }

        @Override
        public void kill() throws InterruptedException {
            List<ProcessHandle> children = process.descendants().toList();
            // Not the process' own method, which closes its streams while they are read.
            process.toHandle().destroy();
            children.forEach(ProcessHandle::destroy);
            if (!process.waitFor(SECONDS_TO_END_WELL, TimeUnit.SECONDS)) {
                process.toHandle().destroyForcibly();
            }
            children.forEach(ProcessHandle::destroyForcibly);
        }

        private static void await(Future<?> copying) throws IOException, InterruptedException {
            try {
                copying.get();
            } catch (java.util.concurrent.ExecutionException e) {
                throw Machine.causeOf(e);
            }
        }
    }
}
