package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.console.Console;
import io.jenkins.plugins.pgbackup.cli.console.HumanReadable;
import io.jenkins.plugins.pgbackup.cli.console.TestOutput;
import io.jenkins.plugins.pgbackup.cli.s3.S3Access;
import io.jenkins.plugins.pgbackup.cli.s3.S3Arguments;
import io.jenkins.plugins.pgbackup.engine.Journal;
import io.jenkins.plugins.pgbackup.engine.RestoreTestRequest;
import io.jenkins.plugins.pgbackup.engine.TestRestore;
import io.jenkins.plugins.pgbackup.engine.catalog.JUnitReport;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** {@code pgbackup test}: restores a dump into a database of its own and checks it there. */
@Command(
        name = "test",
        description = "Restores a dump into a database of its own, and checks it there.",
        customSynopsis = "pgbackup test [OPTIONS] DUMP",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        parameterListHeading = "%n",
        footer = {
            "",
            "Without --url, a PostgreSQL server is started for the test, from the server's programs (initdb) on this"
                    + " machine, as the user who runs this, who must not be root. It listens on a private Unix socket only."
                    + " Its data, as large as the restored database, is in the directory that TMPDIR names, else in /tmp,"
                    + " and is removed in the end. With --url, a database of a random name is created on that server and"
                    + " dropped in the end.",
            "",
            "A dump is a program. On the private server it runs as a role that is no superuser, so it cannot run programs or"
                    + " read files; extensions that it names are created from the packages on this machine. With --trust"
                    + " it runs as a superuser, and so with all rights of the user who runs this (COPY ... TO PROGRAM)."
                    + " With --url it has the rights of the URL's user.",
            "",
            "Exit codes: 0 every check has passed or was skipped, 1 one has failed or could not be made, 2 wrong usage."
        })
final class TestCommand implements Callable<Integer> {

    private final Machine machine;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DUMP", description = "A file, or s3://BUCKET/PREFIX/NAME")
    private String dump;

    @Option(
            names = "--check",
            paramLabel = "SQL",
            description =
                    "A query in the restored database that must give one row with one value that is true; repeatable")
    private List<String> checks = List.of();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "A server to restore to instead of a private one: postgres://user:password@host:port/database;"
                            + " the user must be allowed to create databases, and the database of the URL is not touched")
    private String url;

    @Option(names = "--amcheck", description = "Look for corruption with pg_amcheck, too (PostgreSQL 14 and newer)")
    private boolean amcheck;

    @Option(
            names = "--trust",
            description =
                    "Let the dump do all that a superuser can do on the private server, and let psql run the commands"
                            + " in a plain dump that begin with a backslash; both can run programs")
    private boolean trust;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write the checks to that file as JUnit XML")
    private Path junit;

    @ArgGroup(validate = false, heading = S3Arguments.HEADING)
    private S3Arguments s3 = new S3Arguments();

    @Mixin
    private OutputArguments output;

    /** @param machine where the dump is restored */
    TestCommand(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Integer call() throws Exception {
        RestoreTestRequest request =
                new RestoreTestRequest(Optional.ofNullable(url).map(DatabaseArguments::parse), checks, amcheck, trust);
        if (junit != null && Files.isDirectory(junit)) {
            throw new InvalidInputException(junit + " is a directory: write the name of a file for the JUnit XML.");
        }
        RestoreTestReport report;
        try (S3Access access = s3.access();
                Console console = output.console(spec, HumanReadable::restored)) {
            report = new TestRestore(machine, Journal.NONE, console, Clock.systemUTC())
                    .run(DumpAddress.find(dump, access), request);
            writeJUnit(report);
            console.printResult(new TestOutput(report));
        }
        return report.passed() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void writeJUnit(RestoreTestReport report) throws BackupException {
        if (junit == null) {
            return;
        }
        try {
            Files.write(junit, new JUnitReport(report).toXml());
        } catch (IOException e) {
            throw new BackupException(
                    junit + " cannot be written (" + FileFailure.reason(e) + "): name another file for the JUnit XML.",
                    e);
        }
    }
}
