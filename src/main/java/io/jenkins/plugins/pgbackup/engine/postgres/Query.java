package io.jenkins.plugins.pgbackup.engine.postgres;

import java.util.ArrayList;
import java.util.List;

/** A question of our own to the server, by {@code psql}. */
public final class Query {

    /**
     * What a role or a database may have set and {@code pg_dump} turns off for itself: limits of time, and a search path by
     * which functions of another schema hide those of {@code pg_catalog}. A server knows those of its version alone. They
     * hold for the query's own transaction, as a pooler may hand the session on to others; a pooler may also refuse them
     * among the parameters of the connection.
     *
     * <p>It selects no row: a newer {@code psql} prints the results of all statements, an older one the last one's.
     */
    private static final String NO_LIMITS = "select 1 from pg_catalog.pg_settings s where case"
            + " when s.name operator(pg_catalog.=) any ('{statement_timeout,lock_timeout,transaction_timeout}')"
            + " then pg_catalog.set_config(s.name, '0', true) is null%s else false end; ";

    private static final String NO_SEARCH_PATH = " when s.name operator(pg_catalog.=) 'search_path'"
            + " then pg_catalog.set_config(s.name, '', true) is null";

    private Query() {}

    /**
     * The arguments of {@code psql} that run the query and print its result, its columns separated by {@code |}, in UTF-8; without
     * the program's name and without the password.
     *
     * @param sql one statement, without a semicolon
     */
    public static List<String> arguments(PostgresUrl url, String sql) {
        return arguments(url, List.of(sql));
    }

    /** Likewise for several statements of one session. */
    public static List<String> arguments(PostgresUrl url, List<String> statements) {
        return arguments(url, NO_LIMITS.formatted(NO_SEARCH_PATH), statements);
    }

    /** Likewise for several statements that query what the role's own search path makes visible. */
    static List<String> argumentsWithSearchPath(PostgresUrl url, List<String> statements) {
        return arguments(url, NO_LIMITS.formatted(""), statements);
    }

    /** A file's text for one statement that queries what the role's own search path makes visible; for {@link #ofScript}. */
    public static String withSearchPath(String sql) {
        // A comment may end the statement.
        return "begin;\n" + NO_LIMITS.formatted("") + "\n" + sql + "\n;\ncommit;\n";
    }

    /** Likewise for the statements in a file of the machine, each in its own transaction. */
    public static List<String> ofScript(PostgresUrl url, String file) {
        return psql(url, List.of("--set=VERBOSITY=verbose", "--file=" + file));
    }

    private static List<String> arguments(PostgresUrl url, String settings, List<String> statements) {
        return psql(
                url,
                statements.stream().map(sql -> "--command=" + settings + sql).toList());
    }

    private static List<String> psql(PostgresUrl url, List<String> work) {
        List<String> arguments = new ArrayList<>(List.of(
                "--no-psqlrc",
                "--no-password",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--field-separator=|",
                "--set=ON_ERROR_STOP=1"));
        arguments.addAll(work);
        arguments.add("--dbname="
                + url.withDefaultParameter("client_encoding", "UTF8").toConnectionString());
        return arguments;
    }
}
