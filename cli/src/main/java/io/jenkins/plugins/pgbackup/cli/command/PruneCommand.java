package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.console.Console;
import io.jenkins.plugins.pgbackup.cli.console.HumanReadable;
import io.jenkins.plugins.pgbackup.cli.console.PruneOutput;
import io.jenkins.plugins.pgbackup.cli.s3.S3Access;
import io.jenkins.plugins.pgbackup.cli.s3.S3Arguments;
import io.jenkins.plugins.pgbackup.engine.Prune;
import io.jenkins.plugins.pgbackup.engine.PruneReport;
import io.jenkins.plugins.pgbackup.engine.PruneRequest;
import io.jenkins.plugins.pgbackup.engine.PruneScope;
import io.jenkins.plugins.pgbackup.engine.catalog.RetentionRules;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pgbackup prune}: removes the dumps that no rule keeps. */
@Command(
        name = "prune",
        description = "Removes the dumps of a place that no rule keeps. Try it with --dry-run first.",
        customSynopsis = "pgbackup prune [OPTIONS] PLACE",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        parameterListHeading = "%n",
        footer = {
            "",
            "A dump stays if any rule keeps it; the newest proven dump of a database always stays. The dumps of each server,"
                    + " database and selection (as --schema) are judged on their own. Only dumps with a manifest of pgbackup that says that they are"
                    + " of this place, name and size are removed; everything else is counted and left alone.",
            "",
            "Exit codes: 0 done, 1 a dump could not be removed, or something stopped it, 2 wrong usage."
        })
final class PruneCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PLACE", description = "A directory, or s3://BUCKET/PREFIX")
    private String place;

    @Option(names = "--dry-run", description = "Remove nothing, and say what would be removed")
    private boolean dryRun;

    @Option(names = "--database", paramLabel = "NAME", description = "Judge only the dumps of this database")
    private String database;

    @ArgGroup(validate = false, heading = KeepArguments.HEADING)
    private KeepArguments keep = new KeepArguments();

    @ArgGroup(validate = false, heading = S3Arguments.HEADING)
    private S3Arguments s3 = new S3Arguments();

    @Mixin
    private OutputArguments output;

    @Override
    public Integer call() throws Exception {
        RetentionRules rules = keep.rules()
                .orElseThrow(
                        () -> new InvalidInputException(
                                "Nothing says which dumps stay: write at least one rule, for example --keep-daily 14 --keep-weekly 8."));
        PruneRequest request = new PruneRequest(
                rules, new PruneScope(null, database, null, null, null, keep.anyJob()), Optional.empty(), dryRun);
        PruneReport report;
        try (S3Access access = s3.access();
                Console console = output.console(spec, HumanReadable::dumped)) {
            report = new Prune(DumpAddress.open(place, access), Prune.Pins.NONE, console, Clock.systemUTC())
                    .run(request);
            console.printResult(new PruneOutput(report));
        }
        if (report.warning().isPresent()) {
            throw new BackupException(report.warning().get());
        }
        return ExitCode.OK;
    }
}
