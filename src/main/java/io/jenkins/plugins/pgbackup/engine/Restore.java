package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.stream.Replayed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Puts a stored dump into a database. */
public final class Restore {

    private static final String COUNT_TABLES = "select count(*) from pg_catalog.pg_class c"
            + " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
            + " where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

    private final Machine machine;
    private final BackupListener listener;

    /** @param machine where {@code pg_restore} runs */
    public Restore(Machine machine, BackupListener listener) {
        this.machine = machine;
        this.listener = listener;
    }

    /**
     * How a dump is put into a database.
     *
     * @param clean whether what the dump holds is dropped first where it exists
     * @param force whether a database that has tables already is accepted
     * @param jobs how many connections restore at once; more than one needs the whole dump in a temporary file
     */
    public record Options(boolean clean, boolean force, int jobs) {

        public Options {
            if (jobs < 1) {
                throw new InvalidInputException("The number of jobs is " + jobs + ": write 1 or more.");
            }
        }
    }

    /**
     * Restores a dump.
     *
     * @param url the database; it must exist
     * @param password the password, or {@code null} where the URL's or what libpq finds on the machine is to be used
     * @throws BackupException where it could not be restored whole
     */
    public void run(StoredDump dump, PostgresUrl url, String password, Options options)
            throws IOException, InterruptedException {
        DumpFormat format = dump.format();
        if (options.jobs() > 1 && format != DumpFormat.CUSTOM) {
            throw new InvalidInputException("Several jobs can restore the custom format only, and " + dump.name()
                    + " is " + format.id() + ": leave the number of jobs out.");
        }
        if (options.clean() && format == DumpFormat.PLAIN) {
            throw new InvalidInputException(
                    "A plain dump cannot drop what it finds: restore " + dump.name() + " into an empty database.");
        }
        String secret = password == null ? url.password().orElse(null) : password;
        SecretMask mask = new SecretMask(secret);
        try {
            PrivateDirectory directory = PrivateDirectory.choose(machine).make();
            try {
                PostgresClient client = PostgresClient.on(machine, directory, url, secret);
                if (!options.clean() && !options.force()) {
                    mustBeEmpty(client, url);
                }
                PipedPrograms<Replayed> run =
                        new PipedPrograms<>(machine, directory, client, url, Duration.ZERO, listener);
                try {
                    restore(dump, url, options, run);
                } finally {
                    run.stop();
                }
            } finally {
                directory.delete();
            }
        } catch (BackupException e) {
            throw new BackupException(mask.mask(e.getMessage()), e);
        }
    }

    private void restore(StoredDump dump, PostgresUrl url, Options options, PipedPrograms<Replayed> run)
            throws IOException, InterruptedException {
        if (dump.format() == DumpFormat.PLAIN) {
            dump.mustBeUnchanged(dump.feed(run, "psql", file -> psql(url, file)));
        } else if (options.jobs() > 1) {
            String file = run.path("dump");
            dump.mustBeUnchanged(dump.fetch(run, file));
            run.start("pg_restore", pgRestore(dump.format(), url, options, file));
            run.awaitPrograms();
        } else {
            dump.mustBeUnchanged(dump.feed(run, "pg_restore", file -> pgRestore(dump.format(), url, options, file)));
        }
    }

    private static void mustBeEmpty(PostgresClient client, PostgresUrl url) throws IOException, InterruptedException {
        String tables = client.query(
                        url,
                        List.of(
                                "--no-psqlrc",
                                "--no-password",
                                "--tuples-only",
                                "--no-align",
                                "--command=" + COUNT_TABLES,
                                "--dbname=" + url.toConnectionString()))
                .trim();
        if (!tables.equals("0")) {
            throw new BackupException("The database " + url.display() + " has " + tables
                    + " tables and views already: restore into an empty one, or say --clean to replace what the dump holds,"
                    + " or --force to restore beside it.");
        }
    }

    private static List<String> psql(PostgresUrl url, String file) {
        return List.of(
                "--no-psqlrc",
                "--no-password",
                "--quiet",
                "--output=/dev/null",
                "--set=ON_ERROR_STOP=1",
                "--file=" + file,
                "--dbname=" + url.toConnectionString());
    }

    private static List<String> pgRestore(DumpFormat format, PostgresUrl url, Options options, String file) {
        List<String> arguments = new ArrayList<>(List.of(format.argument(), "--no-password", "--exit-on-error"));
        if (options.clean()) {
            arguments.addAll(List.of("--clean", "--if-exists"));
        }
        if (options.jobs() > 1) {
            arguments.add("--jobs=" + options.jobs());
        }
        arguments.add("--dbname=" + url.toConnectionString());
        arguments.add(file);
        return arguments;
    }
}
