package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.console.Console;
import io.jenkins.plugins.pgbackup.cli.console.ProgressBar;
import io.jenkins.plugins.pgbackup.cli.console.ProgressDisplay;
import io.jenkins.plugins.pgbackup.cli.console.ProgressLog;
import io.jenkins.plugins.pgbackup.cli.console.Terminal;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How much a command says, and in which form. */
final class OutputArguments {

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing but errors")
    private boolean quiet;

    @Option(names = "--json", description = "Print the result as JSON to stdout, and nothing else there")
    private boolean json;

    /** @param words for the progress of the command */
    Console console(CommandSpec command, ProgressDisplay.Words words) {
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        Terminal terminal = quiet ? Terminal.NONE : Terminal.ofStderr();
        ProgressDisplay progress =
                terminal.isThere() ? new ProgressBar(err, terminal.columns(), words) : new ProgressLog(err, words);
        return new Console(out, err, quiet, json, progress);
    }
}
