package io.jenkins.plugins.pgbackup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command in each manifest, as it stands, in a shell that takes the failure of any program for that of the whole. And what
 * {@code pgbackup restore} makes of the same dump.
 */
class ManifestCommandTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String SOURCE = "manifest_source";
    private static final String ONLY_PUBLIC = "manifest_public";
    private static final String COPY = "manifest_copy";
    private static final String OWNER = "manifest_owner";

    /** More SQL than a pipe holds, which pg_restore leaves unread at the end of a tar archive. */
    private static final String PUBLIC = """
            create table s (id serial primary key, a text, b text check (b <> 'x'));
            do $$ begin for n in 1..12 loop
                execute format('create table t%s (id int primary key, a text default %L)', n, repeat('x', 7500));
            end loop; end $$;
            create function f() returns text language sql as '
            select ''
            CREATE SCHEMA public;
            ''';
            insert into s (a) values (E'\\nCREATE SCHEMA public;\\n'), ('CREATE SCHEMA public;');
            comment on table s is 'some';
            revoke usage on schema public from public;
            grant all on schema public to manifest_owner;
            """;

    @TempDir
    private Path directory;

    @BeforeAll
    static void createSources() {
        CLUSTER.createRole(OWNER, "geheim");
        for (String database : List.of(SOURCE, ONLY_PUBLIC)) {
            CLUSTER.createDatabase(database);
            CLUSTER.psql(database, PUBLIC);
        }
        CLUSTER.psql(
                SOURCE,
                "create schema app; create table app.orders as select 1 as id;"
                        + " create schema \"Über\"; create table \"Über\".a (a int)");
    }

    @AfterAll
    static void dropSources() {
        CLUSTER.dropDatabase(SOURCE, ONLY_PUBLIC, COPY);
        CLUSTER.psql("postgres", "drop role " + OWNER);
    }

    @BeforeEach
    void createCopy() {
        CLUSTER.createAnew(COPY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.dump",
                "a.dump.gz",
                "a.dump.zst",
                "a.tar",
                "a.tar.gz",
                "a.tar.zst",
                "a.sql",
                "a.sql.gz",
                "it's a.sql.zst"
            })
    void restoresAWholeDatabase(String name) throws Exception {
        String dump = backUp(SOURCE, name);

        runCommandOf(dump, CLUSTER.url(COPY));

        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.tar", "a.tar.gz", "a.sql", "a.sql.zst"})
    void restoresTheSchemaPublic(String name) throws Exception {
        String dump = backUp(SOURCE, name, "--schema", "public");

        runCommandOf(dump, CLUSTER.url(COPY));

        DatabaseComparison.assertSame(CLUSTER, ONLY_PUBLIC, COPY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.tar.gz", "a.sql"})
    void restoresSchemasWithIt(String name) throws Exception {
        String dump = backUp(SOURCE, name, "--schema", "pub*", "--schema", "app", "--schema", "\"Über\"");

        runCommandOf(dump, CLUSTER.url(COPY));

        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
    }

    @ParameterizedTest
    @CsvSource({
        "a.dump, ",
        "a.dump, --jobs=2",
        "a.dump.gz, --no-single-transaction",
        "a.tar, ",
        "a.sql, ",
        "a.sql.gz, --trust"
    })
    void pgbackupRestoresTheSchemaPublic(String name, String option) {
        String dump = backUp(SOURCE, name, "--schema", "public");

        restore(dump, option);

        DatabaseComparison.assertSame(CLUSTER, ONLY_PUBLIC, COPY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.tar", "a.sql"})
    void pgbackupRestoresSchemasWithIt(String name) {
        String dump = backUp(SOURCE, name, "--schema", "(public|app)", "--extra-option=-n\"Über\"");

        restore(dump, null);

        DatabaseComparison.assertSame(CLUSTER, SOURCE, COPY);
    }

    /** As the owner of the database, and not its schema public in the way that servers before 15 have it. */
    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.tar", "a.sql"})
    void anOwnerRestoresHisOwn(String name) throws Exception {
        for (String superuser : List.of("pg_database_owner", "postgres")) {
            CLUSTER.createDatabase("manifest_his");
            CLUSTER.psql(
                    "manifest_his",
                    "alter schema public owner to " + superuser
                            + "; grant all on schema public to public; alter database manifest_his owner to manifest_owner;"
                            + " set session authorization manifest_owner; create table public.mine as select 1 as id");
            String dump = backUp("manifest_his", superuser + name, "--schema", "public");
            for (boolean plainTools : new boolean[] {true, false}) {
                createCopy();
                CLUSTER.psql(
                        COPY,
                        "alter database manifest_copy owner to manifest_owner; alter schema public owner to "
                                + superuser + "; grant all on schema public to public");
                String url = CLUSTER.url(OWNER, "geheim", COPY);
                if (plainTools) {
                    runCommandOf(dump, url);
                } else {
                    PgbackupInProcess.run("restore", dump, url).mustBeGood();
                }
                assertEquals("1", CLUSTER.psql(COPY, "select id from mine"));
            }
            CLUSTER.dropDatabase("manifest_his");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.tar"})
    void replacesWhatIsInTheSchemaPublic(String name) {
        CLUSTER.psql(
                COPY,
                "create table t1 (other int); create table mine (id int); revoke usage on schema public from public;"
                        + " grant all on schema public to manifest_owner;");
        String dump = backUp(SOURCE, name, "--schema", "public");

        restore(dump, "--clean");

        CLUSTER.psql(COPY, "drop table mine");
        DatabaseComparison.assertSame(CLUSTER, ONLY_PUBLIC, COPY);
    }

    /** Of a database without it everything else would have no place. */
    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.tar", "a.sql"})
    void createsTheSchemaPublicWhereThereIsNone(String name) {
        CLUSTER.psql(COPY, "drop schema public");
        String dump = backUp(SOURCE, name, "--schema", "public");

        restore(dump, null);

        assertEquals("2", CLUSTER.psql(COPY, "select count(*) from public.s"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.dump", "a.tar", "a.sql"})
    void restoresRowsOfTheSchemaPublic(String name) throws Exception {
        CLUSTER.psql(COPY, PUBLIC + "; delete from s");
        String dump = backUp(SOURCE, name, "--schema", "public", "--data-only");

        runCommandOf(dump, CLUSTER.url(COPY));

        DatabaseComparison.assertSame(CLUSTER, ONLY_PUBLIC, COPY);
    }

    private static void restore(String dump, String option) {
        List<String> command = new ArrayList<>(List.of("restore", dump, CLUSTER.url(COPY)));
        if (option != null) {
            command.add(option);
        }
        PgbackupInProcess.run(command.toArray(String[]::new)).mustBeGood();
    }

    private String backUp(String database, String name, String... options) {
        String dump = directory.resolve(name).toString();
        List<String> command = new ArrayList<>(List.of("-d", "local", dump, CLUSTER.url(database)));
        command.addAll(List.of(options));
        PgbackupInProcess.run(command.toArray(String[]::new)).mustBeGood();
        return dump;
    }

    private void runCommandOf(String dump, String url) throws IOException, InterruptedException {
        String command = new ObjectMapper()
                .readTree(new File(dump + ".json"))
                .get("restore")
                .textValue();
        Path output = directory.resolve("output");
        ProcessBuilder shell = new ProcessBuilder("bash", "-o", "pipefail", "-c", command)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = shell.environment();
        environment.keySet().removeIf(name -> name.startsWith("PG"));
        environment.put("DATABASE_URL", url);
        environment.put("TMPDIR", directory.toString());
        int exitCode = shell.start().waitFor();
        assertEquals(0, exitCode, command + "\n" + Files.readString(output));
    }
}
