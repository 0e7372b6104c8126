package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a database says about itself before something is restored to it.
 *
 * @param version of the server
 * @param relations how many tables and views it has, without those that belong to the system or to an extension
 * @param tables how many of them are tables, each partition counted
 * @param publicSchema whether it has a schema {@code public}, as new databases do
 */
public record TargetFacts(PostgresVersion version, long relations, long tables, boolean publicSchema) {

    private static final String QUESTION = "select pg_catalog.current_setting('server_version_num'),"
            + " pg_catalog.count(*), pg_catalog.count(*) filter (where c.relkind in ('r', 'p')),"
            + " exists (select from pg_catalog.pg_namespace where nspname = 'public')"
            + " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
            + " where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
            + " and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
            + " and d.objid = c.oid and d.deptype = 'e')";

    private static final Pattern ANSWER =
            Pattern.compile("^(\\d{5,7})\\|(\\d{1,18})\\|(\\d{1,18})\\|([tf])\\s*$", Pattern.MULTILINE);

    /** The arguments of {@code psql} for the query, without the program's name and without the password. */
    public static List<String> arguments(PostgresUrl url) {
        return Query.arguments(url, QUESTION);
    }

    /**
     * Reads what {@code psql} answered to {@link #arguments}. Other lines, as a login shell or a container may add them, are
     * skipped.
     *
     * @throws BackupException if the answer is not among them
     */
    public static TargetFacts parse(String output) throws BackupException {
        Matcher answer = ANSWER.matcher(output);
        if (!answer.find()) {
            throw new BackupException("psql did not say what is in the database, but " + Quoted.of(output.strip())
                    + ": check that the server is PostgreSQL, and which program runs as psql.");
        }
        return new TargetFacts(
                PostgresVersion.ofServerNumber(Integer.parseInt(answer.group(1))),
                Long.parseLong(answer.group(2)),
                Long.parseLong(answer.group(3)),
                answer.group(4).equals("t"));
    }
}
