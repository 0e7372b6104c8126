package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.BackupException;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the server says about itself before it is dumped.
 *
 * @param databaseBytes the database's size on the server's disk in bytes, indexes included
 * @param database the name of the database that the URL leads to
 */
public record ServerFacts(PostgresVersion version, long databaseBytes, String database) implements Serializable {

    private static final String QUESTION = "select pg_catalog.current_setting('server_version_num'),"
            + " pg_catalog.pg_database_size(pg_catalog.current_database()), pg_catalog.current_database()";

    private static final Pattern ANSWER = Pattern.compile("^(\\d{5,7})\\|(\\d{1,18})\\|(.+)$", Pattern.MULTILINE);

    /** The arguments of {@code psql} that ask, without the program's name and without the password. */
    public static List<String> arguments(PostgresUrl url) {
        return Query.arguments(url, QUESTION);
    }

    /**
     * Reads what {@code psql} answered to {@link #arguments}, decoded from UTF-8. Other lines, as a login shell or a
     * container may add them, are skipped.
     *
     * @throws BackupException where the answer is not among them
     */
    public static ServerFacts parse(String output) throws BackupException {
        Matcher answer = ANSWER.matcher(output);
        if (!answer.find()) {
            throw new BackupException("psql did not say which server it reached, but " + Quoted.of(output.strip())
                    + ": check that the server is PostgreSQL, and what the agent runs as psql.");
        }
        return new ServerFacts(
                PostgresVersion.ofServerNumber(Integer.parseInt(answer.group(1))),
                Long.parseLong(answer.group(2)),
                answer.group(3).stripTrailing());
    }
}
