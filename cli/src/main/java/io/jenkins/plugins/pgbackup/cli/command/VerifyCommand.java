package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.console.Console;
import io.jenkins.plugins.pgbackup.cli.console.HumanReadable;
import io.jenkins.plugins.pgbackup.cli.console.VerifyOutput;
import io.jenkins.plugins.pgbackup.cli.s3.S3Access;
import io.jenkins.plugins.pgbackup.cli.s3.S3Arguments;
import io.jenkins.plugins.pgbackup.engine.Verify;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pgbackup verify}: reads a dump to its last byte. */
@Command(
        name = "verify",
        description = "Reads a dump to its last byte and says what that proves.",
        customSynopsis = "pgbackup verify [OPTIONS] DUMP",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        parameterListHeading = "%n",
        footer = {"", "Exit codes: 0 it is whole as far as can be told, 1 it is not or cannot be read, 2 wrong usage."})
final class VerifyCommand implements Callable<Integer> {

    private final Machine machine;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DUMP", description = "A file, or s3://BUCKET/PREFIX/NAME")
    private String dump;

    @ArgGroup(validate = false, heading = S3Arguments.HEADING)
    private S3Arguments s3 = new S3Arguments();

    @Mixin
    private OutputArguments output;

    /** @param machine where it is read */
    VerifyCommand(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Integer call() throws Exception {
        try (S3Access access = s3.access();
                Console console = output.console(spec, HumanReadable::checked)) {
            console.printResult(new VerifyOutput(new Verify(machine, console).run(DumpAddress.find(dump, access))));
        }
        return ExitCode.OK;
    }
}
