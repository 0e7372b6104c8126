package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That our own questions are answered whatever a role has set for its sessions. */
class QueryTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String ROLE = "query_role";
    private static final String DATABASE = "query_database";

    @TempDir
    private static Path directory;

    @BeforeAll
    static void create() {
        CLUSTER.createRole(ROLE, "secret");
        CLUSTER.createDatabase(DATABASE);
        CLUSTER.psql(DATABASE, """
                create schema hides;
                grant usage on schema hides to public;
                create function hides.current_setting(text) returns text language sql as 'select ''hidden''';
                create function hides.current_database() returns name language sql as 'select name ''hidden''';
                create function hides.equal(text, text) returns bool language sql as 'select false';
                create operator hides.= (leftarg = text, rightarg = text, function = hides.equal);
                alter role query_role set search_path = hides, pg_catalog;
                alter role query_role set statement_timeout = '1s';
                alter role query_role set lock_timeout = '1s';
                alter role query_role set idle_in_transaction_session_timeout = 1;
                alter role query_role set default_transaction_read_only = on;
                alter role query_role set row_security = off;
                alter role query_role set client_encoding = 'LATIN2';
                alter role query_role set standard_conforming_strings = off;
                """);
    }

    @AfterAll
    static void drop() {
        CLUSTER.dropDatabase(DATABASE);
        CLUSTER.psql("postgres", "drop role " + ROLE);
    }

    @Test
    void itsSettingsStopNoQuestion() throws Exception {
        PostgresUrl url = PostgresUrl.parse(CLUSTER.url(ROLE, "secret", DATABASE));

        assertEquals(
                DATABASE,
                ServerFacts.parse(psql(url, ServerFacts.arguments(url))).database());
    }

    /** Longer than the role's statements may take. */
    @Test
    void itsTimeoutsStopNoQuestion() throws Exception {
        PostgresUrl url = PostgresUrl.parse(CLUSTER.url(ROLE, "secret", DATABASE));

        assertEquals(
                "|0|0||t",
                psql(
                                url,
                                Query.arguments(
                                        url,
                                        "select pg_sleep(1.5), current_setting('statement_timeout'),"
                                                + " current_setting('lock_timeout'), current_setting('search_path'),"
                                                + " text 'a' = text 'a'"))
                        .strip());
    }

    /** A pooler hands the session on. */
    @ParameterizedTest
    @ValueSource(strings = {"statement_timeout", "lock_timeout", "search_path"})
    void theSessionStaysAsItWas(String setting) throws Exception {
        PostgresUrl url = PostgresUrl.parse(CLUSTER.url(ROLE, "secret", DATABASE));
        String show = "--command=show " + setting;

        var query = new ArrayList<>(Query.arguments(url, "select 1"));
        query.add(query.size() - 1, show);

        assertEquals("1\n" + psql(url, List.of("-XqAt", show, last(query))), psql(url, query));
    }

    private static String last(List<String> arguments) {
        return arguments.get(arguments.size() - 1);
    }

    private static String psql(PostgresUrl url, List<String> arguments) throws Exception {
        Path out = Files.createTempFile(directory, "out", "");
        var command = new ArrayList<>(arguments);
        command.add(0, CLUSTER.bin("psql").toString());
        ProcessBuilder psql =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        psql.environment().keySet().removeIf(name -> name.startsWith("PG"));
        psql.environment().put("PGPASSWORD", url.password().orElseThrow());
        psql.start().waitFor();
        return Files.readString(out);
    }
}
