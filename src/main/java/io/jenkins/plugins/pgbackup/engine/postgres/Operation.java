package io.jenkins.plugins.pgbackup.engine.postgres;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What PostgreSQL's programs are run for. The same words of a server mean another thing in a backup than in a restore: a
 * role that does not exist is the user in the one, and the owner of a table in the other.
 */
public enum Operation {
    /** {@code pg_dump} reads a database, and {@code pg_restore} the dump. */
    BACKUP("backup", BackupCauses.ALL),

    /** {@code pg_restore} or {@code psql} fills a database. */
    RESTORE("restore", RestoreCauses.ALL),

    /** {@code pg_restore} reads a dump, without a server. */
    VERIFICATION("verification", List.of());

    private final String noun;
    private final List<FailureCause> causes;

    Operation(String noun, List<FailureCause> causes) {
        this.noun = noun;
        this.causes = causes;
    }

    /** In the middle of a sentence: {@code restore}. */
    String noun() {
        return noun;
    }

    /** The first that fits: what is said of the connection comes before what the server says over it. */
    Optional<String> explain(String said) {
        return Stream.of(ConnectionCauses.ALL, causes, CommonCauses.ALL)
                .flatMap(List::stream)
                .flatMap(cause -> cause.explain(said).stream())
                .findFirst();
    }
}
