package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.console.Console;
import io.jenkins.plugins.pgbackup.cli.console.HumanReadable;
import io.jenkins.plugins.pgbackup.cli.console.RestoreOutput;
import io.jenkins.plugins.pgbackup.cli.s3.S3Access;
import io.jenkins.plugins.pgbackup.cli.s3.S3Arguments;
import io.jenkins.plugins.pgbackup.engine.Restore;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
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
            "The safest is to restore into a new database, and to rename the two when it is complete. --clean replaces what the"
                    + " dump holds in a database that is in use; if it fails in a single transaction, nothing has changed.",
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

    @Option(names = "--clean", description = "Drop first what the dump holds and the database has already")
    private boolean clean;

    @Option(names = "--force", description = "Restore beside the tables that the database has already")
    private boolean force;

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
        PostgresUrl database = DatabaseArguments.parse(url);
        RestoreOptions options = new RestoreOptions(clean, force, jobs, jobs == 1 && !severalTransactions, trust);
        try (S3Access access = s3.access();
                Console console = output.console(spec, HumanReadable::restored)) {
            StoredDump stored = DumpAddress.find(dump, access);
            new Restore(machine, console).run(stored, database, options);
            console.printResult(new RestoreOutput(stored.uri(), database.display()));
        } catch (RestoreRefusedException e) {
            throw new BackupException(withAdvice(e.getMessage(), advice(e.remedy())), e);
        }
        return ExitCode.OK;
    }

    /** Some sentences have the last words of a program behind them. */
    private static String withAdvice(String sentence, String advice) {
        return sentence.endsWith(".")
                ? sentence.substring(0, sentence.length() - 1) + ", or " + advice + "."
                : sentence + " (or " + advice + ")";
    }

    private static String advice(Remedy remedy) {
        return switch (remedy) {
            case CLEAN_OR_FORCE -> "say --clean to replace what the dump holds, or --force to restore beside it";
            case SEVERAL_TRANSACTIONS -> "say --no-single-transaction";
            case TRUST -> "say --trust if you trust the author of the dump";
        };
    }
}
