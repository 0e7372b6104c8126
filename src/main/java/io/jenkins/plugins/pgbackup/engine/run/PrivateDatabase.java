package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.Query;
import java.util.List;
import java.util.Map;

/**
 * The SQL that makes a database of a {@link PrivateServer} ready for a dump.
 *
 * <p>Its owner is no superuser, and a dump may need two things that its owner cannot do. Both are done by an event trigger, as
 * superuser, before the statement of the dump that needs them:
 *
 * <ul>
 *   <li>A role that a statement names is created, without rights, if there is none of its name. The owner of the database is a
 *       member of it. No right of a role that existed is granted.
 *   <li>An extension that only a superuser may create is created, if nothing in the database but other extensions could be found
 *       by its script. {@code pg_dump} writes extensions before all that could; a forged dump may not.
 * </ul>
 *
 * <p>The trigger reads the text of the statement, which is that of {@code pg_dump} or a forged one. It takes names from it, and
 * nothing else.
 */
final class PrivateDatabase {

    private static final String CREATE = """
            do $do$
            begin
                if not exists (select from pg_catalog.pg_roles where rolname = '${owner}') then
                    create role ${owner} login bypassrls ${superuser} password '${password}';
                end if;
            end
            $do$;
            create database ${database} owner ${owner} template template0;
            \\connect ${url}
            grant create on database ${database} to public;
            alter schema public owner to ${owner};
            -- pg_dump before 11 comments on the language.
            update pg_catalog.pg_extension set extowner = '${owner}'::pg_catalog.regrole;

            create function pg_catalog.pgbackup_before_statement() returns event_trigger
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $function$
            declare
                statement constant text := current_query();
                -- As pg_dump writes them: all but the plainest are quoted.
                name constant text := '("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)';
                names constant text := '((?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)(?:, (?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*))*)';
                parts text[];
                part text;
                role text;
                extension text;
                place text;
                granted name;
            begin
                if current_setting('pgbackup.busy', true) = 'on' then
                    return;
                end if;
                perform set_config('pgbackup.busy', 'on', true);
                if tg_tag = 'CREATE EXTENSION' then
                    parts := regexp_match(statement,
                        '\\mCREATE EXTENSION IF NOT EXISTS ' || name || '(?: WITH SCHEMA ' || name || ')?');
                    extension := case when parts[1] like '"%'
                        then replace(substr(parts[1], 2, length(parts[1]) - 2), '""', '"') else parts[1] end;
                    place := case when parts[2] like '"%'
                        then replace(substr(parts[2], 2, length(parts[2]) - 2), '""', '"') else parts[2] end;
                    if extension is not null
                        and not exists (select from pg_extension where extname = extension::name)
                        -- A server before 13 has no trusted ones.
                        and exists (select from pg_available_extension_versions v
                            join pg_available_extensions a on a.name = v.name and a.default_version = v.version
                            where v.name = extension::name and v.superuser
                            and not coalesce((to_jsonb(v) ->> 'trusted')::boolean, false))
                        and not exists (select from pg_proc o join pg_namespace n on n.oid = o.pronamespace
                            where n.nspname not in ('pg_catalog', 'information_schema') and not exists (
                                select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = o.oid
                                and d.deptype = 'e'))
                        and not exists (select from pg_operator o join pg_namespace n on n.oid = o.oprnamespace
                            where n.nspname not in ('pg_catalog', 'information_schema') and not exists (
                                select from pg_depend d where d.classid = 'pg_operator'::regclass and d.objid = o.oid
                                and d.deptype = 'e'))
                        and not exists (select from pg_type o join pg_namespace n on n.oid = o.typnamespace
                            where n.nspname not in ('pg_catalog', 'information_schema')
                            -- Others come with one of these or with a relation.
                            and o.typtype in ('b', 'd', 'e', 'r') and o.typelem = 0 and not exists (
                                select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = o.oid
                                and d.deptype = 'e'))
                        and not exists (select from pg_class o join pg_namespace n on n.oid = o.relnamespace
                            where n.nspname not in ('pg_catalog', 'information_schema')
                            and o.relkind in ('r', 'p', 'v', 'm', 'f', 'c') and n.nspname <> 'pg_toast' and not exists (
                                select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = o.oid
                                and d.deptype = 'e'))
                    then
                        execute format('create extension %I', extension)
                            || case when place is null then '' else format(' with schema %I', place) end;
                        -- The dump comments on it.
                        update pg_extension set extowner = '${owner}'::regrole where extname = extension::name;
                    end if;
                elsif tg_tag in ('GRANT', 'REVOKE', 'CREATE POLICY', 'CREATE USER MAPPING') or tg_tag like 'ALTER %' then
                    for part in
                        select m[1] from regexp_matches(statement, '\\mOWNER TO ' || name || '\\s*(?:;|$)', 'g') m
                        where tg_tag like 'ALTER %'
                        union
                        select m[1] from regexp_matches(statement, '\\m(?:TO|FROM) ' || name
                            || '(?: WITH GRANT OPTION)?\\s*(?:;|$)', 'g') m
                        where tg_tag in ('GRANT', 'REVOKE', 'ALTER DEFAULT PRIVILEGES')
                        union
                        select m[1] from regexp_matches(statement, '\\mFOR ROLE ' || name, 'g') m
                        where tg_tag = 'ALTER DEFAULT PRIVILEGES'
                        union
                        select m[1] from regexp_matches(statement, '\\mUSER MAPPING FOR ' || name || ' SERVER', 'g') m
                        where tg_tag = 'CREATE USER MAPPING'
                        union
                        select m[1] from regexp_matches(statement,
                                '\\mTO ' || names || '(?: USING| WITH CHECK|\\s*;|\\s*$)', 'g') list,
                            regexp_matches(list[1], name, 'g') m
                        where tg_tag = 'CREATE POLICY'
                    loop
                        role := case when part like '"%'
                            then replace(substr(part, 2, length(part) - 2), '""', '"') else part end;
                        if not exists (select from pg_roles where rolname = role::name) then
                            begin
                                execute format('create role %I', role);
                                execute format('grant %I to ${owner}', role);
                            exception when others then
                                -- A name that no role may have: the statement itself will say so.
                                continue;
                            end;
                        end if;
                        if tg_tag like 'ALTER %' and role::name <> '${owner}'
                            and exists (select from pg_roles where rolname = role::name and not rolsuper
                                and rolname !~ '^pg_')
                        then
                            -- A role that is no superuser can give a table only to a role that may create in its schema.
                            for granted in
                                select n.nspname from pg_namespace n
                                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                                and not has_schema_privilege(role::name, n.oid, 'CREATE')
                            loop
                                execute format('grant create on schema %I to %I', granted, role);
                            end loop;
                        end if;
                    end loop;
                end if;
                perform set_config('pgbackup.busy', '', true);
            end
            $function$;
            create event trigger pgbackup_before_statement on ddl_command_start
                execute procedure pg_catalog.pgbackup_before_statement();
            """;

    /** Lets the owner of the database run the checks, which only a superuser may else. */
    private static final String AMCHECK = """
            select exists (select from pg_catalog.pg_available_extensions where name = 'amcheck') as amcheck \\gset
            \\if :amcheck
            create extension amcheck schema pg_catalog;
            do $do$
            declare
                checked regprocedure;
            begin
                for checked in select d.objid from pg_catalog.pg_depend d
                    join pg_catalog.pg_extension e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass
                    where e.extname = 'amcheck' and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
                loop
                    execute pg_catalog.format('grant execute on function %s to ${owner}', checked);
                end loop;
            end
            $do$;
            \\endif
            """;

    private PrivateDatabase() {}

    /**
     * The commands of {@code psql}, for a superuser.
     *
     * @param database its name, and the owner's: no SQL needs quotes for them
     * @param password of the owner
     * @param url of the database, with user and password of the superuser
     * @param trust whether the owner is a superuser
     * @param amcheck whether the owner may look for corruption
     */
    static String sql(String database, String owner, String password, String url, boolean trust, boolean amcheck) {
        Map<String, String> values = Map.of(
                "${database}", database,
                "${owner}", owner,
                "${password}", password,
                "${url}", url,
                "${superuser}", trust ? "superuser" : "nosuperuser");
        String sql = CREATE + (amcheck ? AMCHECK : "");
        for (Map.Entry<String, String> value : values.entrySet()) {
            sql = sql.replace(value.getKey(), value.getValue());
        }
        return sql;
    }

    /** The arguments of {@code psql} that print the roles which the trigger has created. */
    static List<String> createdRoles(PostgresUrl url, String superuser, String owner) {
        return Query.arguments(
                url,
                "select " + HexNames.sql("rolname") + " from pg_roles where rolname not in ('" + superuser + "', '"
                        + owner + "') and rolname !~ '^pg_' order by rolname");
    }
}
