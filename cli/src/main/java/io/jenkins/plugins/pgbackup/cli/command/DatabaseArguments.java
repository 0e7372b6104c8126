package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;

/** The database of a command. */
final class DatabaseArguments {

    private DatabaseArguments() {}

    /**
     * Reads a URL; the server will know who is connected.
     *
     * @param url or {@code null} if none was given
     * @throws InvalidInputException if it is missing, or none that libpq takes
     */
    static PostgresUrl parse(String url) {
        if (url == null) {
            throw new InvalidInputException(
                    "The URL of the database is missing: write postgres://user@host:port/database.");
        }
        return PostgresUrl.parse(url).withDefaultParameter("application_name", "pgbackup");
    }

    /** Whether a text is meant as the URL of a database, right or wrong. */
    static boolean isUrl(String text) {
        return text.startsWith("postgres://") || text.startsWith("postgresql://");
    }
}
