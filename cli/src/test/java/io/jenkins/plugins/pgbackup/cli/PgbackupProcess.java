package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.cli.command.PgBackupCommand;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code pgbackup} as a process of its own: with an environment, signals and an exit code. */
public final class PgbackupProcess implements AutoCloseable {

    private static final long SECONDS_TO_END = 120;

    private final Process process;
    private final Path directory;

    private PgbackupProcess(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
    }

    /**
     * Starts it.
     *
     * @param directory where it works; its temporary directory is {@link #temporary} below it
     * @param environment over this process' own
     */
    public static PgbackupProcess start(Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                // A shell's background jobs ignore SIGINT, and so would their children.
                "env",
                "--default-signal=INT,TERM",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PgBackupCommand.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out(directory).toFile())
                .redirectError(err(directory).toFile());
        // Nothing of the person who runs the tests may lead elsewhere.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("AWS_"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
        builder.environment()
                .put("TMPDIR", Files.createDirectories(temporary(directory)).toString());
        builder.environment().putAll(environment);
        return new PgbackupProcess(builder.start(), directory);
    }

    /** Starts it and waits for its end. */
    static CommandOutcome run(Path directory, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        try (PgbackupProcess process = start(directory, environment, arguments)) {
            return process.outcome();
        }
    }

    public static Path temporary(Path directory) {
        return directory.resolve("tmp");
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** @param name as {@code kill} has it: {@code INT} */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits for its end. */
    public CommandOutcome outcome() throws IOException, InterruptedException {
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            throw new IllegalStateException("It does not end. It printed: " + printed());
        }
        return printed();
    }

    /** What it has printed so far. */
    CommandOutcome printed() throws IOException {
        return new CommandOutcome(
                process.isAlive() ? -1 : process.exitValue(),
                Files.readString(out(directory)),
                Files.readString(err(directory)));
    }

    /** Ends it where it still runs. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static Path out(Path directory) {
        return directory.resolve("stdout");
    }

    private static Path err(Path directory) {
        return directory.resolve("stderr");
    }
}
