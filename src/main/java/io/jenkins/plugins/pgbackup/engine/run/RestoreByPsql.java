package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.Restore;
import io.jenkins.plugins.pgbackup.engine.StoredDump;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.TargetFacts;
import io.jenkins.plugins.pgbackup.engine.stream.PsqlScript;
import io.jenkins.plugins.pgbackup.engine.stream.ReplayResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Restores a plain dump.
 *
 * <p>{@code psql} runs the commands that begin with a backslash, and who can write to the store can put one into a dump,
 * with a manifest that fits. So it is kept from them with {@code \restrict}. What would be a command, and what the data of a
 * {@code COPY}, only {@code psql} and the server know; so a {@code psql} that cannot be kept from them is given no dump that is
 * not trusted.
 */
public final class RestoreByPsql implements RestoreProgram {

    private final PostgresClient client;
    private final StoredDump dump;
    private final PostgresUrl url;
    private final Restore.Options options;
    private final TargetFacts target;
    private boolean canRestrict;

    /** @param target what the database says about itself */
    public RestoreByPsql(
            PostgresClient client, StoredDump dump, PostgresUrl url, Restore.Options options, TargetFacts target) {
        this.client = client;
        this.dump = dump;
        this.url = url;
        this.options = options;
        this.target = target;
    }

    @Override
    public void prepare(PipedPrograms<ReplayResult> run) throws IOException, InterruptedException {
        canRestrict = client.canRestrict();
        if (!canRestrict && !options.trust()) {
            throw new RestoreRefusedException(
                    Remedy.TRUST,
                    "psql on " + client.machineName()
                            + " cannot be kept from running the commands that a plain dump may hold,"
                            + " and " + dump.uri() + " is one: install the newest minor release of psql there"
                            + " (13.22, 14.19, 15.14, 16.10, 17.6 or later).");
        }
    }

    @Override
    public void restore(PipedPrograms<ReplayResult> run) throws IOException, InterruptedException {
        List<String> files = new ArrayList<>();
        if (!options.trust()) {
            files.add(run.write("restrict", "\\restrict " + UUID.randomUUID() + "\n"));
        }
        PsqlScript script = new PsqlScript(leftOut(), !options.trust() || !canRestrict, !options.trust());
        new ReplayRun(dump, run).feedScript(script, paths -> {
            files.addAll(paths);
            return arguments(files);
        });
    }

    /** What the database has already, and what its server does not know. */
    private Set<String> leftOut() {
        Set<String> leftOut = new HashSet<>();
        if (target.publicSchema()) {
            leftOut.addAll(PsqlScript.PUBLIC_SCHEMA);
        }
        if (!target.version().hasTransactionTimeout()) {
            leftOut.add(PsqlScript.TRANSACTION_TIMEOUT);
        }
        return leftOut;
    }

    private List<String> arguments(List<String> files) {
        List<String> arguments = new ArrayList<>(List.of(
                "--no-psqlrc",
                "--no-password",
                "--quiet",
                "--output=/dev/null",
                "--set=ON_ERROR_STOP=1",
                // With the SQLSTATE, which tells why it failed in whatever language the server says it.
                "--set=VERBOSITY=verbose"));
        if (options.singleTransaction()) {
            arguments.add("--single-transaction");
        }
        files.forEach(file -> arguments.add("--file=" + file));
        arguments.add("--dbname=" + url.toConnectionString());
        return arguments;
    }
}
