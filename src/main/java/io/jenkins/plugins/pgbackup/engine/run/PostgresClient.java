package io.jenkins.plugins.pgbackup.engine.run;

import static java.util.stream.Collectors.joining;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramFailedException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.machine.Command;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.Transcript;
import io.jenkins.plugins.pgbackup.engine.machine.Uninterruptibly;
import io.jenkins.plugins.pgbackup.engine.postgres.ClientEnvironment;
import io.jenkins.plugins.pgbackup.engine.postgres.Operation;
import io.jenkins.plugins.pgbackup.engine.postgres.Passfile;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.postgres.ProgramFailure;
import io.jenkins.plugins.pgbackup.engine.postgres.Query;
import io.jenkins.plugins.pgbackup.engine.postgres.ServerFacts;
import io.jenkins.plugins.pgbackup.engine.postgres.SqlText;
import io.jenkins.plugins.pgbackup.engine.postgres.TargetFacts;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** PostgreSQL's own programs on one machine, with the password of one database at hand. */
public final class PostgresClient {

    /** A shell's and {@code env}'s words for "cannot be executed" (POSIX, 2.8.2 Exit Status for Commands). */
    private static final int NOT_RUN = 126;

    /** Likewise for "not found". */
    private static final int NOT_FOUND = 127;

    private final Operation operation;
    private final Machine machine;
    private final Map<String, String> environment;

    private PostgresClient(Operation operation, Machine machine, Map<String, String> environment) {
        this.operation = operation;
        this.machine = machine;
        this.environment = environment;
    }

    /**
     * Puts the password where only the programs find it.
     *
     * @param operation what the programs are run for
     * @param directory lives as long as the programs run
     * @param url where the password is for; without one in it libpq uses what it finds on the machine
     * @param databases of the same server for which the password is besides the URL's own
     */
    public static PostgresClient on(
            Operation operation, Machine machine, PrivateDirectory directory, PostgresUrl url, String... databases)
            throws IOException, InterruptedException {
        Map<String, String> environment = ClientEnvironment.changes(machine.hasCallersEnvironment());
        if (url.password().isPresent()) {
            Passfile passfile = Passfile.of(url, url.password().get(), databases);
            environment.put("PGPASSFILE", directory.write("pgpass", passfile.toBytes()));
            environment.put("PGPASSWORD", "");
        }
        return new PostgresClient(operation, machine, environment);
    }

    /** Says which variables of the environment the programs do not inherit, where a person may have counted on them. */
    public void noteUnused(BackupListener listener) {
        String unused = ClientEnvironment.connectionVariables(machine.hasCallersEnvironment())
                // Not PGPASSFILE, where it is our own.
                .filter(variable -> environment.get(variable).isEmpty())
                .filter(variable -> machine.variable(variable) != null
                        && !machine.variable(variable).isEmpty())
                .collect(joining(", "));
        if (!unused.isEmpty()) {
            listener.onNotice("Not used of the environment: " + unused
                    + ". The URL says where the database is and how to connect to it.");
        }
    }

    /** What people call the machine. */
    String machineName() {
        return machine.name();
    }

    /**
     * Runs a program to learn its version.
     *
     * @throws ProgramNotFoundException if the machine has no such program
     */
    public PostgresVersion versionOf(String program) throws IOException, InterruptedException {
        return PostgresVersion.ofProgram(outputOf(program, List.of("--version")));
    }

    /**
     * Runs a program that connects nowhere.
     *
     * @return its last lines
     * @throws ProgramNotFoundException if the machine has no such program
     */
    String outputOf(String program, List<String> arguments) throws IOException, InterruptedException {
        Transcript out = new Transcript(line -> {});
        Transcript err = new Transcript(line -> {});
        int exitCode = await(start(program, arguments, out, err));
        mustHaveStarted(program, exitCode, err);
        if (exitCode != 0) {
            throw new BackupException(program + " " + String.join(" ", arguments) + " failed on " + machine.name()
                    + " with exit code " + exitCode + ": " + err.text());
        }
        return out.text();
    }

    /** Runs a program to its end that connects to a database, and says what it wrote if that ended badly. */
    void run(String program, List<String> arguments, PostgresUrl url) throws IOException, InterruptedException {
        Transcript err = new Transcript(line -> {});
        int exitCode = await(start(program, arguments, OutputStream.nullOutputStream(), err));
        mustHaveStarted(program, exitCode, err);
        if (exitCode != 0) {
            throw failure(program, exitCode, err, url);
        }
    }

    /**
     * Whether {@code psql} has {@code \\restrict}, which came with the minor releases of August 2025. Its own help tells, as
     * distributions also add it to older ones.
     *
     * @throws ProgramNotFoundException if the machine has no {@code psql}
     */
    boolean canRestrict() throws IOException, InterruptedException {
        AtomicBoolean found = new AtomicBoolean();
        Transcript out = new Transcript(line -> {
            if (line.strip().startsWith("\\restrict ")) {
                found.set(true);
            }
        });
        Transcript err = new Transcript(line -> {});
        int exitCode = await(start("psql", List.of("--help=commands"), out, err));
        mustHaveStarted("psql", exitCode, err);
        return found.get();
    }

    /**
     * Connects once and queries what is to be known before a dump.
     *
     * @throws ProgramNotFoundException if the machine has no {@code psql}
     * @throws BackupException if the database cannot be reached, with the reason
     */
    public ServerFacts queryServer(PostgresUrl url) throws IOException, InterruptedException {
        return ServerFacts.parse(query(url, ServerFacts.arguments(url)));
    }

    /**
     * Connects once and queries what is to be known before a restore.
     *
     * @throws ProgramNotFoundException if the machine has no {@code psql}
     * @throws BackupException if the database cannot be reached, with the reason
     */
    public TargetFacts queryTarget(PostgresUrl url) throws IOException, InterruptedException {
        return TargetFacts.parse(query(url, TargetFacts.arguments(url)));
    }

    /**
     * Runs a file of statements, each in its own transaction, up to the first error.
     *
     * @param file in UTF-8, on the machine
     * @return what {@code psql} printed, without blank lines
     */
    String runScript(PostgresUrl url, String file) throws IOException, InterruptedException {
        return query(url, Query.ofScript(url, file));
    }

    /**
     * Ends the sessions on the server whose {@code application_name} ends so: a program that was ended leaves its last statement
     * running until the server wants to answer.
     *
     * @param end random, in ASCII: the server changes other characters
     */
    public void endSessions(PostgresUrl url, String end) throws IOException, InterruptedException {
        query(
                url,
                Query.arguments(
                        url,
                        "select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity"
                                + " where application_name like " + SqlText.literal("%" + end)
                                + " and pid <> pg_catalog.pg_backend_pid()"));
    }

    /** Runs {@code psql} to its end and returns what it printed, without blank lines. */
    String query(PostgresUrl url, List<String> arguments) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        Transcript out = new Transcript(lines::add);
        Transcript err = new Transcript(line -> {});
        int exitCode = await(start("psql", arguments, out, err));
        mustHaveStarted("psql", exitCode, err);
        if (exitCode != 0) {
            throw failure("psql", exitCode, err, url);
        }
        out.lastLines(); // ends the last one
        return String.join("\n", lines);
    }

    private void mustHaveStarted(String program, int exitCode, Transcript err) throws ProgramNotFoundException {
        if (exitCode == NOT_FOUND) {
            throw ProgramNotFoundException.notFound(program, machine.name());
        }
        if (exitCode == NOT_RUN) {
            throw ProgramNotFoundException.notRun(program, machine.name(), err.text());
        }
    }

    int await(RunningProgram program) throws IOException, InterruptedException {
        try {
            return program.join();
        } catch (InterruptedException e) {
            try {
                Uninterruptibly.cleanUp(machine, program::kill);
            } catch (IOException unclean) {
                e.addSuppressed(unclean);
            }
            throw e;
        }
    }

    /** Uninterruptibly, so that every program that runs is known here and can be ended. */
    RunningProgram start(String program, List<String> arguments, OutputStream out, OutputStream err)
            throws IOException, InterruptedException {
        return Uninterruptibly.call(
                machine, () -> machine.start(Command.of(program, arguments, environment), out, err));
    }

    /** The sentence for a program that ended badly. */
    BackupException failure(String program, int exitCode, Transcript err, PostgresUrl url) {
        List<String> said = err.lastLines();
        return new ProgramFailedException(
                ProgramFailure.explain(operation, program, exitCode, said, url, machine.name()), said);
    }
}
