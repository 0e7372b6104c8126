package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.postgres.NameFacts;
import io.jenkins.plugins.pgbackup.engine.postgres.NamePattern;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.postgres.ServerFacts;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a database has what a dump of it is limited to. It is checked before the dump begins. */
public record SelectionCheck(Machine machine, PostgresClient client) {

    /**
     * @param names what the database says of the patterns
     * @param warnings what is in the dump though it was to be left out, or the other way round: a sentence each
     */
    public record Result(NameFacts names, List<String> warnings) {}

    /**
     * Queries the database, if there is anything to check.
     *
     * @param server empty if there is no {@code psql}
     * @throws BackupException if a pattern has a character that the database does not have, or of which nothing is known
     */
    public Result of(DumpOptions options, PostgresVersion pgDump, PostgresUrl url, Optional<ServerFacts> server)
            throws IOException, InterruptedException {
        List<NamePattern> patterns = options.patterns();
        List<String> warnings = new ArrayList<>();
        if (patterns.isEmpty()) {
            return new Result(NameFacts.none(), warnings);
        }
        if (server.isEmpty()) {
            for (NamePattern pattern : patterns) {
                if (!pattern.isAscii()) {
                    throw new BackupException("Without psql on " + machine.name()
                            + " it is not known how the database writes the name " + Quoted.of(pattern.text())
                            + ": install psql there.");
                }
            }
            if (patterns.stream().anyMatch(NamePattern::excludes)) {
                warnings.add("Without psql on " + machine.name()
                        + " it was not checked whether everything exists that was to be left out of the dump.");
            }
            return new Result(NameFacts.none(), warnings);
        }
        NameFacts names = queryNames(url, server.get().version(), patterns);
        for (NamePattern pattern : names.unmatched()) {
            if (pattern.excludes()) {
                warnings.add("No " + pattern.kind() + " matches " + Quoted.of(pattern.text())
                        + ", so it leaves nothing out of the dump: correct the name, or remove it.");
            } else if (!pgDump.hasStrictNames()) {
                warnings.add("No " + pattern.kind() + " matches " + Quoted.of(pattern.text())
                        + ", so the dump has nothing of it: correct the name, or remove it.");
            }
        }
        if (names.hasLargeObjects() && options.leavesLargeObjectsOut()) {
            warnings.add("The database has large objects, and a dump of chosen schemas, tables or extensions has none:"
                    + " add the extra option -b to dump them all, or -B where they are not needed.");
        }
        return new Result(names, warnings);
    }

    private NameFacts queryNames(PostgresUrl url, PostgresVersion server, List<NamePattern> patterns)
            throws IOException, InterruptedException {
        try {
            return NameFacts.parse(client.query(url, NameFacts.arguments(url, server, patterns)), patterns);
        } catch (BackupException e) {
            throw new BackupException(
                    NameFacts.withoutEquivalent(e.getMessage(), patterns).orElse(e.getMessage()), e);
        }
    }
}
