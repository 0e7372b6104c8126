package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.console.Console;
import io.jenkins.plugins.pgbackup.cli.console.HumanReadable;
import io.jenkins.plugins.pgbackup.cli.console.RestoreOutput;
import io.jenkins.plugins.pgbackup.cli.s3.S3Access;
import io.jenkins.plugins.pgbackup.cli.s3.S3Arguments;
import io.jenkins.plugins.pgbackup.engine.Journal;
import io.jenkins.plugins.pgbackup.engine.Restore;
import io.jenkins.plugins.pgbackup.engine.RestoreRequest;
import io.jenkins.plugins.pgbackup.engine.RestoreTarget;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.RestoredContents;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pgbackup restore}: puts a dump into a database. */
@Command(
        name = "restore",
        description = "Restores a dump to a database that exists and is empty.",
        customSynopsis = "pgbackup restore [OPTIONS] DUMP URL",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        parameterListHeading = "%n",
        footer = {
            "",
            "The safest is --replace, which fills a new database and renames the two when it is complete. --clean replaces what"
                    + " the dump holds in a database that is in use; if it fails in a single transaction, nothing has changed.",
            "",
            "A dump is a program. Its author, and all who may write to its location, decide what is done in the database"
                    + " with the rights of the URL's user, and for a superuser that includes programs on the server"
                    + " (COPY ... TO PROGRAM). Restore only dumps that you trust, as a user with no more rights than needed."
        })
final class RestoreCommand implements Callable<Integer> {

    private final Machine machine;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DUMP", description = "A file, or s3://BUCKET/PREFIX/NAME")
    private String dump;

    @Parameters(
            index = "1",
            paramLabel = "URL",
            description = "The database: postgres://user:password@host:port/database")
    private String url;

    @ArgGroup
    private Target target = new Target();

    /** What is there before. */
    static final class Target {

        @Option(names = "--clean", description = "Drop first what the dump holds and the database has already")
        private boolean clean;

        @Option(names = "--force", description = "Restore beside the tables that the database has already")
        private boolean force;

        @Option(names = "--create", description = "Create the database; if the restore fails, it is dropped again")
        private boolean create;

        @Option(
                names = "--replace",
                description =
                        "Restore into a new database like this one, which takes its name when it is complete; its sessions are"
                                + " ended then. If the restore fails, the old one is as it was")
        private boolean replace;

        @Option(names = "--replace-and-keep", description = "The same, and keep the old database under another name")
        private boolean replaceAndKeep;

        private RestoreTarget parse() {
            if (create) {
                return RestoreTarget.NEW;
            }
            if (replace || replaceAndKeep) {
                return replace ? RestoreTarget.REPLACED : RestoreTarget.REPLACED_AND_KEPT;
            }
            return force ? RestoreTarget.AS_IT_IS : RestoreTarget.EMPTY;
        }
    }

    @Option(
            names = {"-j", "--jobs"},
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Restore over so many connections at once, from a temporary file of the whole dump in TMPDIR, and not"
                            + " in a single transaction (custom format only; default: ${DEFAULT-VALUE})")
    private int jobs;

    @Option(
            names = "--no-single-transaction",
            description = "Keep what was restored before something failed; without it the database is then as it was,"
                    + " which takes a lock for each object (max_locks_per_transaction)")
    private boolean severalTransactions;

    @Option(
            names = "--continue-on-error",
            description = "Go on after an error, and warn of it in the end; not in a single transaction")
    private boolean continueOnError;

    @Option(names = "--no-owner", description = "All objects belong to the user who restores them")
    private boolean noOwner;

    @Option(names = "--no-privileges", description = "Leave out the rights that the dump grants")
    private boolean noPrivileges;

    @Option(names = "--role", paramLabel = "ROLE", description = "Restore as this role, after SET ROLE")
    private String role;

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            description = "Restore only what is in this schema; may be given several times")
    private List<String> schemas = List.of();

    @Option(
            names = "--table",
            paramLabel = "NAME",
            description = "Restore only tables of this name, without what they need; may be given several times")
    private List<String> tables = List.of();

    @Option(
            names = "--sql",
            paramLabel = "FILE",
            description =
                    "Run this file by psql in the restored database; may be given several times. With --replace it is"
                            + " run before the database takes its name")
    private List<Path> scripts = List.of();

    @Option(
            names = "--trust",
            description =
                    "Let psql run the commands in a plain dump that begin with a backslash, programs included: for a"
                            + " dump that --extra-option=--create made, or a psql that cannot be kept from it")
    private boolean trust;

    @ArgGroup(validate = false, heading = S3Arguments.HEADING)
    private S3Arguments s3 = new S3Arguments();

    @Mixin
    private OutputArguments output;

    /** @param machine where {@code pg_restore} runs */
    RestoreCommand(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Integer call() throws Exception {
        RestoreRequest request = request();
        try (S3Access access = s3.access();
                Console console = output.console(spec, HumanReadable::restored)) {
            StoredDump stored = DumpAddress.find(dump, access);
            console.printResult(RestoreOutput.of(
                    new Restore(request, stored, machine, Journal.NONE, console, Clock.systemUTC()).run(),
                    request.url().display()));
        } catch (RestoreRefusedException e) {
            throw new BackupException(withAdvice(e.getMessage(), advice(e.remedy())), e);
        }
        return ExitCode.OK;
    }

    private RestoreRequest request() throws BackupException {
        for (Path script : scripts) {
            if (!Files.isRegularFile(script)) {
                throw new BackupException("There is no file " + script + " to run: check the path.");
            }
        }
        boolean singleTransaction = jobs == 1 && !severalTransactions && !continueOnError;
        RestoredContents contents = new RestoredContents(noOwner, noPrivileges, role, schemas, tables);
        return new RestoreRequest(
                DatabaseArguments.parse(url),
                target.parse(),
                new RestoreOptions(target.clean, jobs, singleTransaction, !continueOnError, trust, contents),
                scripts.stream()
                        .map(script -> script.toAbsolutePath().toString())
                        .toList());
    }

    /** Some sentences have the last words of a program behind them. */
    private static String withAdvice(String sentence, String advice) {
        return sentence.endsWith(".")
                ? sentence.substring(0, sentence.length() - 1) + ", or " + advice + "."
                : sentence + " (or " + advice + ")";
    }

    private static String advice(Remedy remedy) {
        return switch (remedy) {
            case CLEAN_OR_FORCE ->
                "say --replace to put the dump in its place, --clean to replace what the dump holds, or --force to restore beside it";
            case REPLACE -> "say --replace to put the dump in its place";
            case SEVERAL_TRANSACTIONS -> "say --no-single-transaction";
            case TRUST -> "say --trust if you trust the author of the dump";
        };
    }
}
