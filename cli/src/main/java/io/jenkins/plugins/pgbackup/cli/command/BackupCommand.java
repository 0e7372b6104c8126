package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.console.BackupOutput;
import io.jenkins.plugins.pgbackup.cli.console.Console;
import io.jenkins.plugins.pgbackup.cli.console.HumanReadable;
import io.jenkins.plugins.pgbackup.cli.s3.S3Access;
import io.jenkins.plugins.pgbackup.cli.s3.S3Arguments;
import io.jenkins.plugins.pgbackup.cli.s3.S3ObjectArguments;
import io.jenkins.plugins.pgbackup.engine.Backup;
import io.jenkins.plugins.pgbackup.engine.BackupRequest;
import io.jenkins.plugins.pgbackup.engine.Journal;
import io.jenkins.plugins.pgbackup.engine.Prune;
import io.jenkins.plugins.pgbackup.engine.PruneReport;
import io.jenkins.plugins.pgbackup.engine.PruneRequest;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.RetentionRules;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
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

/** {@code pgbackup}: makes a backup. */
@Command(
        name = "pgbackup",
        description = "Dumps a PostgreSQL database to a file or to S3: whole and proven, or not at all.",
        customSynopsis = {
            "pgbackup [OPTIONS] --driver DRIVER DESTINATION URL",
            "       pgbackup restore|test|verify|list|prune [--help]"
        },
        subcommands = {
            RestoreCommand.class,
            TestCommand.class,
            VerifyCommand.class,
            ListCommand.class,
            PruneCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        parameterListHeading = "%n",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "The password is the URL's, which every user of this machine can see meanwhile, or else that of",
            "PGPASSWORD, PGPASSFILE or ~/.pgpass. AWS credentials are those that AWS's own tools take, but for",
            "aws login. S3 is reached through HTTPS_PROXY or HTTP_PROXY, but for the hosts of NO_PROXY.",
            "Server, database and user are the URL's alone: PGHOST, PGSERVICE and the like are not used.",
            "Temporary files, a few kilobytes, go to the directory that TMPDIR names, else to /tmp, and so does",
            "the private server of pgbackup test.",
            "",
            "Exit codes: 0 done, 1 something stopped it, 2 wrong usage, 130 and 143 stopped by SIGINT and",
            "SIGTERM. What is left is a whole dump or nothing."
        })
final class BackupCommand implements Callable<Integer> {

    private final Machine machine;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-d", "--driver"},
            arity = "2",
            paramLabel = "DRIVER DESTINATION",
            hideParamSyntax = true,
            description = {
                "Where the dump goes:",
                "  local FILE          that file, in place of an older one",
                "  local DIRECTORY/    a new file in it, named after the database",
                "  s3 BUCKET[/PREFIX]  a new object, named after the database"
            })
    private List<String> driverAndDestination = List.of();

    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            hideParamSyntax = true,
            description = "The database: postgres://user:password@host:port/database")
    private String url;

    @ArgGroup(validate = false, heading = "%nDump:%n")
    private DumpArguments dump = new DumpArguments();

    @ArgGroup(validate = false, heading = KeepArguments.HEADING)
    private KeepArguments keep = new KeepArguments();

    @ArgGroup(validate = false, heading = S3Arguments.HEADING)
    private S3ObjectArguments s3 = new S3ObjectArguments();

    @Mixin
    private OutputArguments output;

    /** @param machine where {@code pg_dump} runs */
    BackupCommand(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Integer call() throws Exception {
        Destination destination = Destination.of(driverAndDestination);
        BackupRequest request = dump.request(DatabaseArguments.parse(url));
        Optional<RetentionRules> rules = keep.rules();
        try (S3Access access = s3.access()) {
            destination.check(access);
            destination.check(request.options());
            Store store = destination.open(machine, access);
            if (store.givenFileName().isPresent()) {
                dump.mustNotNameTheFile();
                if (rules.isPresent()) {
                    throw new InvalidInputException(
                            "The destination names a file, of which there is one only: let it end in a slash, so that each dump"
                                    + " gets a name of its own, or leave the options of --keep out.");
                }
            }
            try (Console console = output.console(spec, HumanReadable::dumped)) {
                Manifest manifest = new Backup(request, machine, store, Journal.NONE, console, Clock.systemUTC()).run();
                Optional<PruneReport> pruned = rules.isPresent()
                        ? prune(rules.get(), manifest, destination, access, console)
                        : Optional.empty();
                console.printResult(new BackupOutput(manifest, pruned));
            }
        }
        return ExitCode.OK;
    }

    /** The backup is made, and no worse if this fails. */
    private Optional<PruneReport> prune(
            RetentionRules rules, Manifest made, Destination destination, S3Access access, Console console)
            throws InterruptedException {
        Optional<String> objection = Prune.objection(made);
        if (objection.isPresent()) {
            console.onNotice("WARNING: no older dump was removed, because " + objection.get() + ".");
            return Optional.empty();
        }
        try {
            PruneReport report = new Prune(
                            destination.dumpsBeside(made.uri(), access), Prune.Pins.NONE, console, Clock.systemUTC())
                    .run(PruneRequest.after(made, rules, keep.anyJob()));
            report.warning().ifPresent(sentence -> console.onNotice("WARNING: " + sentence));
            return Optional.of(report);
        } catch (IOException | RuntimeException e) {
            console.onNotice("WARNING: the older dumps could not be removed: " + UnforeseenFailure.explain(e) + ".");
            return Optional.empty();
        }
    }
}
