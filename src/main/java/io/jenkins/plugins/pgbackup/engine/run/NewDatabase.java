package io.jenkins.plugins.pgbackup.engine.run;

import static io.jenkins.plugins.pgbackup.engine.postgres.SqlText.literal;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramFailedException;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A database that a restore makes for itself, under a name that no other has. Statements about databases are run while {@code psql} is connected to another one of
 * the same server.
 */
public final class NewDatabase {

    /** What the server says of sessions that came between ending the others and renaming (SQLSTATE object_in_use). */
    private static final String IN_USE = "is being accessed by other users";

    private static final int MOST_SWAPS = 10;

    private static final Pattern PLACE = Pattern.compile("\\$([a-z]+)");

    /** A role may end its own sessions, and a member of pg_signal_backend those of others. */
    private static final String END_SESSIONS = """
            select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
            where datname = $name and pid <> pg_catalog.pg_backend_pid();
            """;

    private static final String END_SESSIONS_OF_OTHER = END_SESSIONS.replace("$name", "$other");

    private static final String CREATE = """
            select pg_catalog.format('create database %I template template0', $name) \\gexec
            """;

    /**
     * A database like another one, but for its contents: its owner, encoding, locale, place and limit, the rights and settings
     * that are no part of a dump.
     *
     * <p>The locale's columns are those of PostgreSQL 15, 16 and 17, by JSON, as an older server has none of them. Of a setting
     * that is a list of names the value is stored as it is written; others are text.
     */
    private static final String CREATE_LIKE = """
            select pg_catalog.format('create database %I template template0 owner %I encoding %L lc_collate %L lc_ctype %L'
                        ' tablespace %I connection limit %s',
                    $name, o.rolname, pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, t.spcname,
                    d.datconnlimit)
                || case j.row ->> 'datlocprovider'
                    when 'c' then ' locale_provider libc'
                    when 'i' then pg_catalog.format(' locale_provider icu icu_locale %L',
                            coalesce(j.row ->> 'datlocale', j.row ->> 'daticulocale'))
                        || coalesce(pg_catalog.format(' icu_rules %L', j.row ->> 'daticurules'), '')
                    when 'b' then pg_catalog.format(' locale_provider builtin builtin_locale %L', j.row ->> 'datlocale')
                    else '' end
            from pg_catalog.pg_database d
            join pg_catalog.pg_roles o on o.oid = d.datdba
            join pg_catalog.pg_tablespace t on t.oid = d.dattablespace
            cross join lateral (select pg_catalog.to_jsonb(d) as row) j
            where d.datname = $other \\gexec
            select pg_catalog.format('revoke all on database %I from public', $name)
            from pg_catalog.pg_database where datname = $other and datacl is not null \\gexec
            select pg_catalog.format('grant %s on database %I to %s%s', a.privilege_type, $name,
                    case a.grantee when 0 then 'public' else pg_catalog.quote_ident(g.rolname) end,
                    case when a.is_grantable then ' with grant option' else '' end)
            from pg_catalog.pg_database d
            cross join lateral pg_catalog.aclexplode(d.datacl) a
            left join pg_catalog.pg_roles g on g.oid = a.grantee
            where d.datname = $other and a.grantee <> d.datdba \\gexec
            select pg_catalog.format('alter %s set %I to %s',
                    case s.setrole when 0 then pg_catalog.format('database %I', $name)
                        else pg_catalog.format('role %I in database %I', r.rolname, $name) end,
                    c.name,
                    case when c.name in ('local_preload_libraries', 'search_path', 'session_preload_libraries',
                            'shared_preload_libraries', 'temp_tablespaces', 'unix_socket_directories') and c.value <> ''
                        then c.value else pg_catalog.quote_literal(c.value) end)
            from pg_catalog.pg_db_role_setting s
            join pg_catalog.pg_database d on d.oid = s.setdatabase
            left join pg_catalog.pg_roles r on r.oid = s.setrole
            cross join lateral (
                select pg_catalog.split_part(e, '=', 1) as name, pg_catalog.substr(e, pg_catalog.strpos(e, '=') + 1) as value
                from pg_catalog.unnest(s.setconfig) e) c
            where d.datname = $other \\gexec
            select pg_catalog.format('comment on database %I is %L', $name, pg_catalog.shobj_description(oid, 'pg_database'))
            from pg_catalog.pg_database
            where datname = $other and pg_catalog.shobj_description(oid, 'pg_database') is not null \\gexec
            """;

    private static final String EXISTS = """
            select 'found' from pg_catalog.pg_database where datname = $other;
            """;

    private static final String DROP = """
            select pg_catalog.format('drop database if exists %I', $name) \\gexec
            """;

    /**
     * While a database is renamed no session can be on it, and who wants to connect waits for its lock. So a session that comes
     * in between is waited for only shortly.
     */
    private static final String SWAP = """
            begin;
            set local statement_timeout = '1s';
            select pg_catalog.format('alter database %I rename to %I', $other, $kept) \\gexec
            select pg_catalog.format('alter database %I rename to %I', $name, $other) \\gexec
            commit;
            """;

    private static final String RENAME = """
            select pg_catalog.format('alter database %I rename to %I', $name, $other) \\gexec
            """;

    private final PostgresClient client;
    private final PrivateDirectory directory;
    private final PostgresUrl server;
    private final String name;

    /**
     * @param directory for what {@code psql} reads
     * @param server connects to another database of the same server
     * @param name that it is made under
     */
    public NewDatabase(PostgresClient client, PrivateDirectory directory, PostgresUrl server, String name) {
        this.client = client;
        this.directory = directory;
        this.server = server;
        this.name = name;
    }

    /**
     * Makes it.
     *
     * @throws BackupException if the server does not, or there is one of that name
     */
    public void create() throws IOException, InterruptedException {
        run(CREATE, Map.of("name", name));
    }

    /** Likewise, with all that another database has beside its contents. */
    public void createLike(String other) throws IOException, InterruptedException {
        run(CREATE_LIKE, Map.of("name", name, "other", other));
    }

    /** Whether the server has a database of that name. */
    public boolean exists(String other) throws IOException, InterruptedException {
        return run(EXISTS, Map.of("other", other)).contains("found");
    }

    /** Drops it, and ends the sessions that are on it. */
    public void drop() throws IOException, InterruptedException {
        drop(name);
    }

    /**
     * Drops the database that it has replaced, likewise.
     *
     * @param kept its name
     */
    public void dropReplaced(String kept) throws IOException, InterruptedException {
        drop(kept);
    }

    private void drop(String database) throws IOException, InterruptedException {
        run(END_SESSIONS + DROP, Map.of("name", database));
    }

    /**
     * Gives it the name of another database, which gets another name, in one transaction: a client that connects sees the one or
     * the other. The sessions on both are ended.
     *
     * @param kept the other one's new name
     */
    public void takeNameOf(String other, String kept) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                run(END_SESSIONS + END_SESSIONS_OF_OTHER + SWAP, Map.of("name", name, "other", other, "kept", kept));
                return;
            } catch (ProgramFailedException e) {
                boolean inUse = e.lastLines().stream()
                        .anyMatch(line -> line.contains(IN_USE) || line.contains("statement timeout"));
                if (!inUse || attempt == MOST_SWAPS) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    /** Gives it a name that no database has. */
    public void takeName(String free) throws IOException, InterruptedException {
        run(END_SESSIONS + RENAME, Map.of("name", name, "other", free));
    }

    /**
     * Runs statements.
     *
     * @param texts by the names of their places; all are put in in one pass, so it does not matter what they hold
     */
    private String run(String template, Map<String, String> texts) throws IOException, InterruptedException {
        String script = PLACE.matcher(template)
                .replaceAll(place -> Matcher.quoteReplacement(literal(texts.get(place.group(1)))));
        return client.runScript(server, directory.write("statements-" + UUID.randomUUID(), script));
    }
}
