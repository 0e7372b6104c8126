package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.matchesRegex;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That libpq, psql and pg_dump understand what this package makes for them, and say what it expects of them. */
class RealProgramsTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String ROLE = "r@le:/%'\"\\ é";
    private static final String DATABASE = "d/b ?&=%'\"\\ é😀";
    private static final String PASSWORD = "p@s:/%'\"\\ é#*";

    @TempDir
    private static Path directory;

    @BeforeAll
    static void create() throws Exception {
        CLUSTER.createRole(ROLE, PASSWORD);
        CLUSTER.createDatabase(DATABASE);
        Path script = Files.writeString(directory.resolve("create.sql"), """
            create table public.readable (a int);
            create table büro (a int);
            create table baro (a int);
            create table "a$b" (a int);
            create table "a[]" (a int);
            create schema "Größe.x";
            create table "Größe.x"."Ünd""ü 😀" (a int);
            create table "Größe.x"."Und""u x" (a int);
            """);
        PostgresUrl database = PostgresUrl.parse(CLUSTER.url(DATABASE)).withDefaultParameter("client_encoding", "UTF8");

        Ended ended = run(
                "psql",
                List.of("-Xqw", "--dbname=" + database.toConnectionString(), "--file=" + script),
                Passfile.of(database, CLUSTER.password()));

        assertEquals("", ended.err());
    }

    @AfterAll
    static void drop() {
        CLUSTER.dropDatabase(DATABASE);
        CLUSTER.psql("postgres", "drop role " + PostgresCluster.identifier(ROLE));
    }

    static Stream<String> everyWayToTheServer() {
        int port = CLUSTER.port();
        String socket = PercentEncoding.encode(CLUSTER.socketDirectory().toString());
        String user = PercentEncoding.encode(ROLE);
        String database = PercentEncoding.encode(DATABASE);
        return Stream.of(
                "postgres://" + user + "@127.0.0.1:" + port + "/" + database,
                "postgres://" + user + "@localhost:" + port + "/" + database,
                "postgres://" + user + "@127.0.0.1: +0" + port + " /" + database,
                "postgresql://" + user + "@" + socket + ":" + port + "/" + database,
                "postgresql:///?host=" + socket + "&port=" + port + "&user=" + user + "&dbname=" + database,
                "postgres://" + user + "@127.0.0.1:1,127.0.0.1:" + port + "/" + database + "?sslmode=disable",
                "postgres://" + user + "@127.0.0.1:1,localhost:1,127.0.0.1:" + port + "/" + database,
                "postgres://" + user + "@127.0.0.1,127.0.0.1/" + database + "?port=" + port,
                "postgres://" + user + "@" + socket + ":1," + socket + ":" + port + "/" + database,
                "postgres://" + user + "@[::1]:" + port + "/" + database + "?hostaddr=127.0.0.1",
                "postgres://" + user + "@a%3Ab%5C%23:" + port + "/" + database + "?hostaddr=127.0.0.1",
                "postgres://" + user + "@%23a:" + port + "/" + database + "?hostaddr=127.0.0.1",
                "postgres://" + user + "@*:" + port + "/" + database + "?hostaddr=127.0.0.1",
                "postgres://" + user + "@,a:" + port + "/" + database + "?hostaddr=127.0.0.1,127.0.0.1&port=" + port,
                "postgres://" + user + "@:" + port + "/" + database + "?hostaddr=127.0.0.1&options=-c%20geqo%3Doff",
                "postgres://" + user + "@unresolved.invalid:" + port + "/" + database + "?hostaddr=127.0.0.1");
    }

    @ParameterizedTest
    @MethodSource("everyWayToTheServer")
    void libpqReadsTheConnectionStringAndThePassfile(String text) throws Exception {
        PostgresUrl url = PostgresUrl.parse(text);

        ServerFacts facts = ServerFacts.parse(run("psql", ServerFacts.arguments(url), Passfile.of(url, PASSWORD))
                .out());

        assertEquals(DATABASE, facts.database());
        assertThat(facts.databaseBytes(), greaterThan(1_000_000L));
        assertEquals(
                PostgresVersion.ofProgram(
                        run("psql", List.of("--version"), null).out()),
                facts.version());
        assertEquals(
                ROLE,
                run(
                                "psql",
                                List.of("-XAtc", "select current_user", "--dbname=" + url.toConnectionString()),
                                Passfile.of(url, PASSWORD))
                        .out()
                        .strip());
    }

    /** The passwords of other servers, databases and users are none of these. */
    @ParameterizedTest
    @ValueSource(strings = {"?user=postgres", "?dbname=postgres", "?port=1", "?host=localhost"})
    void libpqFindsThePasswordForNothingElse(String other) throws Exception {
        PostgresUrl url = PostgresUrl.parse("postgres://" + PercentEncoding.encode(ROLE) + "@127.0.0.1:"
                + CLUSTER.port() + "/" + PercentEncoding.encode(DATABASE));
        Passfile passfile = Passfile.of(PostgresUrl.parse(url.toUri() + other), PASSWORD);

        assertThat(failure(url, passfile), containsString("has no password for 127.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "*", "#a", "**", ":", "\\", "\\*"})
    void libpqFindsThePasswordOfEveryUserAndDatabase(String name) throws Exception {
        CLUSTER.createRole(name, PASSWORD);
        CLUSTER.createDatabase(name);
        try {
            PostgresUrl url =
                    PostgresUrl.parse(CLUSTER.urlWithoutPassword(name)).withUser(name);

            Ended ended = run("psql", ServerFacts.arguments(url), Passfile.of(url, PASSWORD));

            assertEquals("", ended.err());
        } finally {
            CLUSTER.dropDatabase(name);
            CLUSTER.psql("postgres", "drop role " + PostgresCluster.identifier(name));
        }
    }

    /** Then they are the operating system's. */
    @Test
    void libpqFindsThePasswordWithoutUserAndDatabase() throws Exception {
        String name = System.getProperty("user.name");
        CLUSTER.createRole(name, PASSWORD);
        CLUSTER.createDatabase(name);
        try {
            PostgresUrl url = PostgresUrl.parse("postgres://127.0.0.1:" + CLUSTER.port());

            Ended ended = run("psql", ServerFacts.arguments(url), Passfile.of(url, PASSWORD));

            assertEquals("", ended.err());
            assertEquals(name, ServerFacts.parse(ended.out()).database());
        } finally {
            CLUSTER.dropDatabase(name);
            CLUSTER.psql("postgres", "drop role " + PostgresCluster.identifier(name));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {":", "\\", "a\\:b", "\\\\", "#x", "a b ", "\"'`$(x)", "*", "é😀", "x\ry", "a\\"})
    void libpqReadsEveryPassword(String password) throws Exception {
        CLUSTER.createRole("nasty password", password);
        try {
            PostgresUrl url =
                    PostgresUrl.parse(CLUSTER.urlWithoutPassword("postgres")).withUser("nasty password");

            Ended ended = run("psql", ServerFacts.arguments(url), Passfile.of(url, password));

            assertEquals("", ended.err());
        } finally {
            CLUSTER.psql("postgres", "drop role \"nasty password\"");
        }
    }

    @ParameterizedTest
    @EnumSource(DumpFormat.class)
    void pgDumpTakesTheArguments(DumpFormat format) throws Exception {
        for (Compression compression :
                List.of(Compression.AUTO, Compression.NONE, Compression.gzip(1), Compression.zstd(1))) {
            Path file = directory.resolve(format.id() + compression.method());

            Ended ended = dump(
                    new DumpOptionsBuilder()
                            .format(format)
                            .compression(compression)
                            .noOwner(true)
                            .noPrivileges(true),
                    file);

            assertEquals("", ended.err());
            assertArrayEquals(magic(format), Arrays.copyOf(Files.readAllBytes(file), magic(format).length));
        }
    }

    private static byte[] magic(DumpFormat format) {
        return switch (format) {
            case CUSTOM -> "PGDMP".getBytes(UTF_8);
            case PLAIN -> "--\n-- PostgreSQL database dump".getBytes(UTF_8);
            case TAR -> "toc.dat\0".getBytes(UTF_8);
        };
    }

    @Test
    void patternsMatchWhatTheyNameInEveryLocale() throws Exception {
        assertEquals(List.of("public.\"büro\""), dumped(new DumpOptionsBuilder().tables(List.of("büro"))));
        assertEquals(
                List.of("\"Größe.x\".\"Ünd\"\"ü 😀\""),
                dumped(new DumpOptionsBuilder().tables(List.of("\"Größe.x\".\"Ünd\"\"ü 😀\""))));
        assertEquals(
                List.of("public.\"a$b\"", "public.\"a[]\"", "public.\"büro\"", "public.baro", "public.readable"),
                dumped(new DumpOptionsBuilder().excludeSchemas(List.of("\"Größe.x\""))));
        assertEquals(
                List.of("public.\"a$b\"", "public.\"a[]\"", "public.baro", "public.readable"),
                dumped(new DumpOptionsBuilder().schemas(List.of("public")).excludeTables(List.of("büro"))));
    }

    /** The tables and schemas of {@link #create} are named so that each rule of a pattern decides something. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "readable",
                "READABLE",
                "\"READABLE\"",
                "read",
                "read*",
                "*able",
                "r?adable",
                "r??eadable",
                "rea(d|x)able",
                "\"rea(d|x)able\"",
                "re[a-f]dable",
                "read+able",
                "public.readable",
                "publi?.b*",
                "pg_catalog.readable",
                "*.readable",
                "\"public.readable\"",
                "\"Größe.x\".*",
                "größe.x.*",
                "\"größe.x\".*",
                "*.\"Ünd\"\"ü 😀\"",
                "*.\"Ünd\"\"ü x\"",
                "Ünd*",
                "*.?nd?u?x",
                "*.\"U\"nd\"\"\"\"*x",
                "b[äü]ro",
                "b[äö]ro",
                "bü+ro",
                "a$b",
                "a\"$\"b",
                "a[]",
                "a.b.c",
                ".readable",
                "*",
            })
    void aPatternMatchesNothingWherePgDumpSaysSo(String pattern) throws Exception {
        DumpOptions options = new DumpOptionsBuilder()
                .format(DumpFormat.PLAIN)
                .schemaOnly(true)
                .tables(List.of(pattern))
                .build();
        PostgresVersion client = PostgresVersion.ofProgram(
                run("pg_dump", List.of("--version"), null).out());
        PostgresUrl url = PostgresUrl.parse(CLUSTER.url(DATABASE));
        NameFacts names = NameFacts.parse(
                run("psql", NameFacts.arguments(url, client, options.patterns()), Passfile.of(url, CLUSTER.password()))
                        .out(),
                options.patterns());

        Ended ended = run(
                "pg_dump",
                options.arguments(options.encoding(client, Optional.empty()), client, url, names, "/dev/null"),
                Passfile.of(url, CLUSTER.password()));

        if (ended.exitCode() == 0) {
            assertEquals(List.of(), names.unmatched());
        } else if (!ended.err().contains("cross-database references")) {
            assertThat(ended.err(), containsString("no matching tables were found"));
            assertEquals(options.patterns(), names.unmatched());
        }
    }

    private List<String> dumped(DumpOptionsBuilder options) throws Exception {
        Path file = directory.resolve("schema.sql");
        Ended ended = dump(options.format(DumpFormat.PLAIN).schemaOnly(true), file);
        assertEquals("", ended.err());
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("CREATE TABLE "))
                    .map(line -> line.substring("CREATE TABLE ".length(), line.length() - " (".length()))
                    .sorted()
                    .toList();
        }
    }

    private Ended dump(DumpOptionsBuilder options, Path file) throws Exception {
        DumpOptions built = options.build();
        PostgresVersion client = PostgresVersion.ofProgram(
                run("pg_dump", List.of("--version"), null).out());
        PostgresUrl url = PostgresUrl.parse(CLUSTER.url(DATABASE));
        List<NamePattern> patterns = built.patterns();
        NameFacts names = NameFacts.parse(
                run("psql", NameFacts.arguments(url, client, patterns), Passfile.of(url, CLUSTER.password()))
                        .out(),
                patterns);
        List<String> arguments =
                built.arguments(built.encoding(client, Optional.empty()), client, url, names, file.toString());
        assertThat(String.join(" ", arguments), not(containsString(CLUSTER.password())));
        return run("pg_dump", arguments, Passfile.of(url, CLUSTER.password()));
    }

    @Test
    void failuresAreToldApart() throws Exception {
        PostgresUrl server = PostgresUrl.parse(CLUSTER.urlWithoutPassword(DATABASE));
        PostgresUrl nix = PostgresUrl.parse(CLUSTER.urlWithoutPassword("nix"));
        Passfile good = Passfile.of(server, CLUSTER.password());

        assertThat(failure(nix, Passfile.of(nix, CLUSTER.password())), containsString("there is no database nix"));
        assertThat(
                failure(server, Passfile.of(server, "wrong")),
                containsString("user name or password are wrong for postgres"));
        assertThat(failure(server, null), containsString("has no password for 127.0.0.1"));
        assertThat(
                failure(server.withDefaultParameter("sslmode", "require"), good),
                containsString("cannot use TLS because the server has none"));
        assertThat(
                failure(PostgresUrl.parse("postgres://127.0.0.1:1"), good),
                containsString("the connection was refused"));
        assertThat(
                failure(PostgresUrl.parse("postgres://no.such.host.invalid"), good),
                containsString("found no address for the host no.such.host.invalid"));
        assertThat(
                failure(server.withUser(ROLE), Passfile.of(server.withUser(ROLE), PASSWORD)),
                containsString("may not read table readable"));
        CLUSTER.psql(DATABASE, "select lo_create(4711); grant select on public.readable to public");
        PostgresUrl user = server.withUser(ROLE);
        assertThat(
                failure(user, Passfile.of(user, PASSWORD), "--table=public.readable", "--blobs"),
                containsString("may not read the large object 4711: GRANT SELECT ON LARGE OBJECT 4711 to the user"));
        assertThat(failure(server, good, "--table=nix"), containsString("found none of the tables"));
        assertThat(failure(server, good, "--nix"), containsString("does not know an option"));
        assertThat(failure(server, good, "--file=/dev/full"), containsString("found no room for the dump"));
    }

    private String failure(PostgresUrl url, Passfile passfile, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--no-password", "--dbname=" + url.toConnectionString()));
        arguments.addAll(List.of(options));
        Ended ended = run("pg_dump", arguments, passfile);
        assertNotEquals(0, ended.exitCode());
        return ProgramFailure.explain(
                Operation.BACKUP,
                "pg_dump",
                ended.exitCode(),
                ended.err().lines().toList(),
                url,
                "this machine");
    }

    private record Ended(int exitCode, String out, String err) {}

    /** In the locale where Java can hand a program nothing but ASCII. */
    private static Ended run(String program, List<String> arguments, Passfile passfile)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(CLUSTER.bin(program).toString()));
        command.addAll(arguments);
        assertThat(command, everyItem(matchesRegex("\\p{ASCII}*")));
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        ProcessBuilder process =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        process.environment().keySet().removeIf(name -> name.startsWith("PG"));
        process.environment().put("LC_ALL", "C");
        process.environment().put("PGPASSFILE", write(passfile).toString());
        int exitCode = process.start().waitFor();
        return new Ended(exitCode, Files.readString(out), Files.readString(err));
    }

    private static Path write(Passfile passfile) throws IOException {
        Path file = directory.resolve("pgpass");
        Files.deleteIfExists(file);
        if (passfile != null) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, passfile.toBytes());
        }
        return file;
    }
}
