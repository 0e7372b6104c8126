package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.console.ShutdownHook;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code pgbackup}: the engine behind a terminal, for the day when Jenkins is gone. */
public final class PgBackupCommand {

    private static final int HELP_WIDTH = 100;

    private PgBackupCommand() {}

    public static void main(String... arguments) {
        TemporaryDirectory.into(System.getenv("TMPDIR"));
        ShutdownHook stop = ShutdownHook.of(Thread.currentThread());
        CommandLine command =
                commandLine(utf8(FileDescriptor.out), utf8(FileDescriptor.err), stop::isUnderWay, new LocalMachine());
        int exitCode;
        try {
            exitCode = command.execute(arguments);
        } catch (Error e) {
            // picocli takes care of exceptions only.
            exitCode = Failures.stopped(command, e);
        }
        if (stop.isTooLate()) {
            System.exit(exitCode);
        }
        // Else the JVM ends by itself, with the exit code of the signal.
    }

    /**
     * The command with its streams.
     *
     * @param stopping whether the program is stopping
     * @param machine where it works
     */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err, BooleanSupplier stopping, Machine machine) {
        Failures failures = new Failures(stopping);
        return new CommandLine(new BackupCommand(machine), new Commands(machine))
                .setOut(out)
                .setErr(err)
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                .setUsageHelpWidth(HELP_WIDTH)
                // picocli would read further arguments from the file that an argument like @this names.
                .setExpandAtFiles(false)
                .setAllowOptionsAsOptionParameters(false)
                .setExecutionStrategy(PgBackupCommand::runLast)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    private static int runLast(ParseResult parsed) {
        // What a locale without such characters makes of them: a password with one would only be called wrong.
        if (parsed.originalArgs().stream().anyMatch(argument -> argument.indexOf('\uFFFD') >= 0)) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(),
                    "An argument has a character that this locale does not know: set LC_ALL to one of UTF-8, such as C.UTF-8");
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Makes the commands, each for the machine where it works. */
    private record Commands(Machine machine) implements IFactory {

        @Override
        public <K> K create(Class<K> type) throws Exception {
            if (type == RestoreCommand.class) {
                return type.cast(new RestoreCommand(machine));
            }
            if (type == TestCommand.class) {
                return type.cast(new TestCommand(machine));
            }
            if (type == VerifyCommand.class) {
                return type.cast(new VerifyCommand(machine));
            }
            return CommandLine.defaultFactory().create(type);
        }
    }

    /** In every locale: what is printed holds names of databases. */
    private static PrintWriter utf8(FileDescriptor stream) {
        return new PrintWriter(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
    }
}
