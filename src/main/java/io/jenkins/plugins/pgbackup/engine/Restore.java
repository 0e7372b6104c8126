package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.ProgramFailure;
import io.jenkins.plugins.pgbackup.engine.postgres.Query;
import io.jenkins.plugins.pgbackup.engine.stream.PsqlScript;
import io.jenkins.plugins.pgbackup.engine.stream.Replayed;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

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
     * @param singleTransaction whether the database is as it was where the dump could not be restored whole
     * @param trust whether {@code psql} may run the commands of its own that a plain dump may hold, programs included
     */
    public record Options(boolean clean, boolean force, int jobs, boolean singleTransaction, boolean trust) {

        public Options {
            if (jobs < 1) {
                throw new InvalidInputException("The number of jobs is " + jobs + ": write 1 or more.");
            }
            if (jobs > 1 && singleTransaction) {
                throw new InvalidInputException(
                        "Several jobs cannot restore in a single transaction, as each has its own:"
                                + " choose one of the two.");
            }
        }
    }

    /**
     * Restores a dump.
     *
     * @param url the database; it must exist
     * @param password the password, or {@code null} where the URL's or what libpq finds on the machine is to be used
     * @throws RestoreRefusedException where it was not restored, or not whole, and a person may want that otherwise
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
                client.noteUnused(listener);
                if (!options.clean() && !options.force()) {
                    mustBeEmpty(client, url);
                }
                boolean restrict = format == DumpFormat.PLAIN && restricts(client, dump, options);
                PipedPrograms<Replayed> run =
                        new PipedPrograms<>(machine, directory, client, url, Duration.ZERO, listener);
                try {
                    String archive = options.jobs() > 1 ? fetch(dump, run) : null;
                    restore(dump, url, options, restrict, archive, run);
                } finally {
                    run.stop();
                }
            } finally {
                directory.delete();
            }
        } catch (RestoreRefusedException e) {
            throw e.saying(mask.mask(e.getMessage()));
        } catch (BackupException e) {
            throw new BackupException(mask.mask(e.getMessage()), e);
        }
    }

    /** Fetches an archive to a file, which several connections can read. */
    private static String fetch(StoredDump dump, PipedPrograms<Replayed> run) throws IOException, InterruptedException {
        String file = run.path("dump");
        dump.mustBeUnchanged(dump.fetch(run, file));
        return file;
    }

    private void restore(
            StoredDump dump,
            PostgresUrl url,
            Options options,
            boolean canRestrict,
            String archive,
            PipedPrograms<Replayed> run)
            throws IOException, InterruptedException {
        try {
            if (dump.format() == DumpFormat.PLAIN) {
                restoreScript(dump, url, options, canRestrict, run);
            } else if (archive == null) {
                restoreArchive(dump, url, options, run);
            } else {
                run.start("pg_restore", pgRestore(dump.format(), url, options, archive));
                run.awaitPrograms();
            }
        } catch (BackupException e) {
            throw ended(e, url, options);
        }
    }

    private void restoreArchive(StoredDump dump, PostgresUrl url, Options options, PipedPrograms<Replayed> run)
            throws IOException, InterruptedException {
        try {
            dump.mustBeUnchanged(dump.feed(run, "pg_restore", file -> pgRestore(dump.format(), url, options, file)));
        } catch (ProgramFailedException e) {
            throw e;
        } catch (BackupException e) {
            // pg_restore commits at the end of an archive, and takes a tar archive that is cut off for one that ends.
            throw new BackupException(
                    e.getMessage() + " What was restored from it may be in the database " + url.display()
                            + ": drop that.",
                    e);
        }
    }

    private void restoreScript(
            StoredDump dump, PostgresUrl url, Options options, boolean canRestrict, PipedPrograms<Replayed> run)
            throws IOException, InterruptedException {
        List<String> files = new ArrayList<>();
        if (!options.trust()) {
            files.add(run.write("restrict", "\\restrict " + randomKey() + "\n"));
        }
        PsqlScript script = new PsqlScript(Set.of(), !options.trust() || !canRestrict, !options.trust());
        dump.feedScript(run, script, paths -> {
            files.addAll(paths);
            return psql(url, options, files);
        });
    }

    /**
     * Whether {@code psql} has {@code \\restrict}. It runs the commands that begin with a backslash, and whoever can write to the
     * store can put one into a dump, with a manifest that fits. So it is kept from them. What would be commands, and what the data
     * of a {@code COPY}, only {@code psql} and the server know; so a {@code psql} that cannot be kept from them is given no dump
     * that is not trusted.
     */
    private boolean restricts(PostgresClient client, StoredDump dump, Options options)
            throws IOException, InterruptedException {
        boolean canRestrict = client.canRestrict();
        if (!canRestrict && !options.trust()) {
            throw new RestoreRefusedException(
                    Remedy.TRUST,
                    "psql on " + machine.name()
                            + " cannot be kept from running the commands that a plain dump may hold,"
                            + " and " + dump.uri() + " is one: install the newest minor release of psql there"
                            + " (13.22, 14.19, 15.14, 16.10, 17.6 or later).");
        }
        return canRestrict;
    }

    /** What a person has to know of a restore that failed after it had begun. */
    private static BackupException ended(BackupException e, PostgresUrl url, Options options) {
        String sentence = e.getMessage();
        if (!options.singleTransaction()) {
            sentence += " The database " + url.display() + " may hold a part of the dump now"
                    + (options.clean() ? ", and lack a part of what it had" : "") + ": restore into a new one.";
        }
        if (e instanceof RestoreRefusedException refused) {
            return refused.saying(sentence);
        }
        if (e instanceof ProgramFailedException failed) {
            if (ProgramFailure.isRestriction(failed.lastLines())) {
                return new RestoreRefusedException(Remedy.TRUST, sentence, e);
            }
            if (options.singleTransaction() && ProgramFailure.isOfOneTransaction(failed.lastLines())) {
                return new RestoreRefusedException(Remedy.SEVERAL_TRANSACTIONS, sentence, e);
            }
        }
        return new BackupException(sentence, e);
    }

    private static String randomKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return HexFormat.of().formatHex(key);
    }

    private static void mustBeEmpty(PostgresClient client, PostgresUrl url) throws IOException, InterruptedException {
        String tables = client.query(url, Query.arguments(url, COUNT_TABLES)).trim();
        if (!tables.equals("0")) {
            throw new RestoreRefusedException(
                    Remedy.CLEAN_OR_FORCE,
                    "The database " + url.display() + " has " + tables
                            + " tables and views already: restore into an empty one.");
        }
    }

    private static List<String> psql(PostgresUrl url, Options options, List<String> files) {
        List<String> arguments = new ArrayList<>(
                List.of("--no-psqlrc", "--no-password", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"));
        if (options.singleTransaction()) {
            arguments.add("--single-transaction");
        }
        files.forEach(file -> arguments.add("--file=" + file));
        arguments.add("--dbname=" + url.toConnectionString());
        return arguments;
    }

    private static List<String> pgRestore(DumpFormat format, PostgresUrl url, Options options, String file) {
        List<String> arguments = new ArrayList<>(List.of(format.argument(), "--no-password", "--exit-on-error"));
        if (options.clean()) {
            arguments.addAll(List.of("--clean", "--if-exists"));
        }
        if (options.singleTransaction()) {
            arguments.add("--single-transaction");
        }
        if (options.jobs() > 1) {
            arguments.add("--jobs=" + options.jobs());
        }
        arguments.add("--dbname=" + url.toConnectionString());
        arguments.add(file);
        return arguments;
    }
}
