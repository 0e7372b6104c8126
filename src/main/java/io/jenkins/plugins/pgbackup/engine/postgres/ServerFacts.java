package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the server says about itself before it is dumped.
 *
 * @param databaseBytes the database's size on the server's disk in bytes, indexes included
 * @param database the name of the database that the URL leads to
 */
public record ServerFacts(PostgresVersion version, long databaseBytes, String database) {

    private static final String QUESTION = "select pg_catalog.current_setting('server_version_num'),"
            + " pg_catalog.pg_database_size(pg_catalog.current_database()), pg_catalog.current_database()";

    /** In bytes. PostgreSQL cuts names at 63 of them; a build of one's own may have raised that. */
    private static final int LONGEST_NAME = 255;

    private static final Pattern ANSWER = Pattern.compile("^(\\d{5,7})\\|(\\d{1,18})\\|(.+)$", Pattern.MULTILINE);

    public ServerFacts {
        if (databaseBytes < 0) {
            throw new IllegalArgumentException("a negative size: " + databaseBytes);
        }
        if (database.isBlank() || database.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new IllegalArgumentException("not the name of a database");
        }
    }

    /** The arguments of {@code psql} for the query, without the program's name and without the password. */
    public static List<String> arguments(PostgresUrl url) {
        return Query.arguments(url, QUESTION);
    }

    /**
     * Reads what {@code psql} answered to {@link #arguments}, decoded from UTF-8. Other lines, as a login shell or a
     * container may add them, are skipped.
     *
     * @throws BackupException if the answer is not among them
     */
    public static ServerFacts parse(String output) throws BackupException {
        Matcher answer = ANSWER.matcher(output);
        if (!answer.find()) {
            throw unknown(output, null);
        }
        try {
            return new ServerFacts(
                    PostgresVersion.ofServerNumber(Integer.parseInt(answer.group(1))),
                    Long.parseLong(answer.group(2)),
                    answer.group(3).stripTrailing());
        } catch (IllegalArgumentException e) {
            throw unknown(output, e);
        }
    }

    private static BackupException unknown(String output, IllegalArgumentException cause) {
        return new BackupException(
                "psql did not say which server it reached, but " + Quoted.of(output.strip())
                        + ": check that the server is PostgreSQL, and which program runs as psql.",
                cause);
    }
}
