package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Says on stderr what went wrong: one sentence, with the usage behind it where it was the command that was wrong. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

    /** 128 + SIGINT; where there was a signal the JVM exits with its number, whatever is returned here. */
    private static final int STOPPED = 130;

    private final BooleanSupplier stopping;

    /** @param stopping whether the program is stopping: what fails then, fails because of that */
    Failures(BooleanSupplier stopping) {
        this.stopping = stopping;
    }

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        // picocli repeats arguments, and one may be a URL with a password in a place where none is expected.
        String sentence =
                e.getMessage().replaceAll("://[^\\v]*", "://****").replaceAll("(found '-[^=\\v]*=)[^\\v]*", "$1****'");
        return wrongUsage(
                e.getCommandLine(), sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1) + ".");
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult arguments) {
        if (e instanceof InterruptedException || stopping.getAsBoolean()) {
            command.getErr().println("Stopped.");
            return STOPPED;
        }
        return e instanceof InvalidInputException ? wrongUsage(command, e.getMessage()) : stopped(command, e);
    }

    /** Tells of what stopped a command. */
    static int stopped(CommandLine command, Throwable e) {
        String sentence = e instanceof BackupException
                ? e.getMessage()
                : command.getCommandSpec().qualifiedName() + " stopped: " + UnforeseenFailure.explain(e) + ".";
        command.getErr().println("Error: " + PrintableLine.of(sentence));
        return ExitCode.SOFTWARE;
    }

    private static int wrongUsage(CommandLine command, String sentence) {
        PrintWriter err = command.getErr();
        err.println("Error: " + PrintableLine.of(sentence));
        err.print("Usage: " + command.getHelp().synopsis(0));
        err.println(command.getCommandSpec().qualifiedName() + " --help tells more.");
        return ExitCode.USAGE;
    }
}
