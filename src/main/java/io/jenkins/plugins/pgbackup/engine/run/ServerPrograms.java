package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The programs of one PostgreSQL server on a machine: {@code initdb}, {@code postgres} and {@code pg_amcheck}.
 *
 * @param directory where they are
 * @param version of {@code initdb}
 */
record ServerPrograms(String directory, PostgresVersion version) {

    /**
     * The directories that have a server's programs, a line each: on PATH, by {@code pg_config}, and where Debian and
     * PostgreSQL's packages for RPM keep one directory for each version, which is not on PATH.
     */
    private static final String DIRECTORIES = """
            on_path=$(command -v initdb)
            file=$(readlink -f "$on_path" 2>/dev/null)
            for directory in "${file%/*}" "${on_path%/*}" "$(pg_config --bindir 2>/dev/null)" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin
            do
                if [ -n "$directory" ] && [ -x "$directory/initdb" ] && [ -x "$directory/postgres" ]
                then printf '%s\\n' "$directory"
                fi
            done
            """;

    /**
     * Finds a server of a version or newer, the oldest of them: that is the nearest to the dumped one.
     *
     * @param least the least major version
     * @throws BackupException if the machine has none
     */
    static ServerPrograms find(PostgresClient client, int least) throws IOException, InterruptedException {
        List<ServerPrograms> found = new ArrayList<>();
        for (String directory : directories(client)) {
            found.add(new ServerPrograms(directory, client.versionOf(directory + "/initdb")));
        }
        Comparator<ServerPrograms> byVersion =
                Comparator.comparingInt(programs -> programs.version().major());
        Optional<ServerPrograms> nearest = found.stream()
                .filter(programs -> programs.version().major() >= least)
                .min(byVersion);
        if (nearest.isPresent()) {
            return nearest.get();
        }
        String reason = found.stream()
                .max(byVersion)
                .map(newest -> ", and the newest initdb on " + client.machineName() + " is " + newest.version())
                .orElse(", and there is no initdb on " + client.machineName());
        throw new BackupException("A private server for this dump must be PostgreSQL " + least + " or newer" + reason
                + ": install the package of such a server there, which need not run, or name a server for the test.");
    }

    String path(String program) {
        return directory + "/" + program;
    }

    private static List<String> directories(PostgresClient client) throws IOException, InterruptedException {
        try {
            return client.outputOf("sh", List.of("-c", DIRECTORIES))
                    .lines()
                    .distinct()
                    .toList();
        } catch (ProgramNotFoundException e) {
            // Windows.
            return List.of();
        }
    }
}
