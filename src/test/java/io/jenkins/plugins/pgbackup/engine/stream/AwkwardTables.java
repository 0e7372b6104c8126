package io.jenkins.plugins.pgbackup.engine.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A database whose tables, rows and definitions are easily taken for something else in a dump of it. */
public final class AwkwardTables {

    /** With quotes, dots, a line feed and characters beyond ASCII. */
    public static final String SCHEMA = "S.x \"q\"";

    public static final String TABLE = "t.\"a\nb\" ü$;--'(";

    private static final String SQL = """
            set check_function_bodies = off;
            create schema %1$s;
            create table %1$s.%2$s (id int, "the.value" text);
            insert into %1$s.%2$s select n, n || E'\\n\\\\.\\n' from generate_series(1, 7) n;
            create table empty (a int);
            create table "nothing at all" ();
            insert into "nothing at all" default values;
            insert into "nothing at all" default values;
            create table texts (t text);
            insert into texts values ('\\.'), (E'\\\\.\\n'), (E'\\n\\\\.\\n'), (''), (null), (E'\\r\\n'), (E'\\t'), ('\\'), ('\\\\'),
                (E'a\\nCOPY public.fake (a) FROM stdin;\\n1\\n\\\\.\\n'), ('"'), (''''), ('$$'), (repeat('x', 200000));
            create table numbers as select n from generate_series(1, 20000) n;
            create table bytes as select sha256(n::text::bytea) as b from generate_series(1, 300) n;
            create table generated (a int, b int generated always as (a * 2) stored);
            insert into generated select n from generate_series(1, 5) n;
            create table tree (k int, v text default 'it''s; "x"') partition by list (k);
            create table tree_1 partition of tree for values in (1);
            create table tree_2 partition of tree for values in (2, 3) partition by list (k);
            create table tree_2_2 partition of tree_2 for values in (2);
            create table tree_2_3 partition of tree_2 for values in (3);
            insert into tree select n %% 3 + 1 from generate_series(1, 10) n;
            create table parent (a int);
            create table child () inherits (parent);
            insert into parent values (1), (2);
            insert into child values (3);
            create table "COPY" ("FROM stdin;" int);
            insert into "COPY" values (1);
            create table log_a (a int);
            create table log_b (a int);
            create rule log as on insert to parent do also
                (insert into log_a values (1); insert into log_b values (2););
            create function dollars(a int) returns text language sql as $f$
            COPY public.fake (a) FROM stdin;
            1
            \\.
            select '$$;' || $1;
            INSERT INTO public.fake VALUES (1);
            $f$;
            create function atomic() returns void language sql begin atomic
                insert into log_a values (1);
                insert into log_b values (2);
            end;
            create view v as select E'\\nCOPY public.fake (a) FROM stdin;\\n' as c, '\\' as d, '--' as e, 1 - -1 as f;
            create materialized view m as select 1 as a;
            comment on table texts is E'\\nCOPY public.fake (a) FROM stdin;\\n';
            select lo_from_bytea(0, convert_to(E'\\nCOPY public.fake (a) FROM stdin;\\n1\\n', 'UTF8'));
            select lo_create(0);
            """;

    private static final String COUNTS = """
            select json_agg(json_build_object('schema', nspname, 'name', relname, 'rows', (xpath('/row/c/text()',
                query_to_xml(format('select count(*) as c from only %I.%I', nspname, relname), false, true, '')))[1]::text::int))
            from pg_class c join pg_namespace n on n.oid = relnamespace
            where relkind = 'r' and nspname <> 'information_schema' and nspname not like 'pg\\_%'
            """;

    private AwkwardTables() {}

    public static void create(PostgresCluster cluster, String database) {
        cluster.createDatabase(database);
        cluster.psql(database, SQL.formatted(PostgresCluster.identifier(SCHEMA), PostgresCluster.identifier(TABLE)));
    }

    /** What the server counts, by the names of schema and table. */
    public static Map<String, Long> counts(PostgresCluster cluster, String database) {
        Map<String, Long> counts = new TreeMap<>();
        try {
            for (JsonNode table : new ObjectMapper().readTree(cluster.psql(database, COUNTS))) {
                counts.put(
                        key(table.get("schema").textValue(), table.get("name").textValue()),
                        table.get("rows").longValue());
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        return counts;
    }

    public static String key(String schema, String name) {
        return String.valueOf(List.of(schema, name));
    }
}
