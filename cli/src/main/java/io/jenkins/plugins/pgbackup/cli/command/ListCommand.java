package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.console.Console;
import io.jenkins.plugins.pgbackup.cli.console.HumanReadable;
import io.jenkins.plugins.pgbackup.cli.console.ListOutput;
import io.jenkins.plugins.pgbackup.cli.s3.S3Access;
import io.jenkins.plugins.pgbackup.cli.s3.S3Arguments;
import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pgbackup list}: shows which dumps there are. */
@Command(
        name = "list",
        description = "Lists the dumps of a directory or of a place in S3, the newest first.",
        customSynopsis = "pgbackup list [OPTIONS] PLACE",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        parameterListHeading = "%n")
final class ListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PLACE", description = "A directory, or s3://BUCKET/PREFIX")
    private String place;

    @ArgGroup(validate = false, heading = S3Arguments.HEADING)
    private S3Arguments s3 = new S3Arguments();

    @Mixin
    private OutputArguments output;

    @Override
    public Integer call() throws Exception {
        try (S3Access access = s3.access();
                Console console = output.console(spec, HumanReadable::checked)) {
            Catalog catalog = new Catalog(DumpAddress.open(place, access));
            List<Catalog.Entry> entries = catalog.newestFirst();
            List<String> elsewhere = entries.isEmpty() ? List.copyOf(catalog.placesBelow()) : List.of();
            console.printResult(new ListOutput(place, entries, elsewhere, Instant.now()));
        }
        return ExitCode.OK;
    }
}
