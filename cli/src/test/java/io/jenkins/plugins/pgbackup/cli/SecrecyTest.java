package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a password goes, and where it does not. */
class SecrecyTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_secret";
    private static final String ROLE = "keeper";
    private static final String PASSWORD = "pä ss@:/%'\"\\日本";
    private static final String INHERITED = "password-of-the-environment";

    @TempDir
    private Path directory;

    @BeforeAll
    static void createDatabase() {
        SmallDatabase.create(CLUSTER, DATABASE);
        CLUSTER.createRole(ROLE, PASSWORD);
        CLUSTER.psql(DATABASE, "GRANT SELECT ON fruit TO " + ROLE + "; ALTER ROLE " + ROLE + " CREATEDB");
    }

    @AfterAll
    static void dropDatabase() {
        CLUSTER.dropDatabase(DATABASE);
        CLUSTER.psql("postgres", "DROP ROLE " + ROLE);
    }

    @Test
    void hidesThePasswordOfTheUrl() throws Exception {
        CommandOutcome outcome;
        try (TableLock lock = TableLock.on(CLUSTER, DATABASE, "fruit");
                PgbackupProcess pgbackup = PgbackupProcess.start(
                        directory, Map.of(), "-d", "local", "a.dump", CLUSTER.url(ROLE, PASSWORD, DATABASE))) {
            lock.awaitWaiting();

            List<String> seen = seen(pgbackup.handle());
            assertThat(seen, hasItem(containsString("pg_dump\0--no-password\0")));
            seen.forEach(SecrecyTest::mustBeSecret);
            passfileMustBePrivate();

            lock.close();
            outcome = pgbackup.outcome().mustBeGood();
        }
        mustBeSecret(outcome.out() + outcome.err());
        mustBeSecret(Files.readString(directory.resolve("a.dump.json")));
        assertThat(PgbackupProcess.temporary(directory).toFile().list(), is(emptyArray()));
    }

    @Test
    void hidesThePasswordOfAUrlThatFails() {
        for (String url : new String[] {
            CLUSTER.url(ROLE, PASSWORD + "!", DATABASE),
            CLUSTER.url(ROLE, PASSWORD, "not there"),
            "postgres://" + ROLE + ":" + PASSWORD + "@127.0.0.1/" + DATABASE
        }) {
            CommandOutcome outcome = PgbackupInProcess.run("-d", "local", directory + "/a.dump", url);

            assertThat(outcome.err(), startsWith("Error: "));
            mustBeSecret(outcome.out() + outcome.err());
        }
    }

    @Test
    void restoresWithThePasswordOfTheUrl() {
        String copy = DATABASE + "_copy";
        CLUSTER.createDatabase(copy);
        CLUSTER.psql("postgres", "ALTER DATABASE " + copy + " OWNER TO " + ROLE);
        try {
            PgbackupInProcess.run(
                            "-d", "local", directory + "/a.dump", "--no-owner", CLUSTER.url(ROLE, PASSWORD, DATABASE))
                    .mustBeGood();

            CommandOutcome outcome =
                    PgbackupInProcess.run("restore", directory + "/a.dump", CLUSTER.url(ROLE, PASSWORD, copy));

            mustBeSecret(outcome.out() + outcome.err());
        } finally {
            CLUSTER.dropDatabase(copy);
        }
    }

    /** The program of a story that says all the secrets it can see, with the arguments by which it is known. */
    private enum Story {
        BACKUP("pg_dump", "--file=", "-d", "local", "b.dump"),
        RESTORE("pg_restore", "--dbname=", "restore", "--force", "a.dump"),
        VERIFICATION("pg_restore", "--file=/dev/null", "verify", "a.dump"),
        TEST("pg_restore", "--dbname=", "test", "a.dump", "--url"),
        CHECK_OF_A_TEST("psql", "/check-", "test", "a.sql", "--check", "select true", "--url");

        private final String program;
        private final String argument;
        private final List<String> command;

        Story(String program, String argument, String... command) {
            this.program = program;
            this.argument = argument;
            this.command = List.of(command);
        }

        /** The real program is run in between, so that the story can come to a good end. */
        private String script(int exitCode) {
            return """
                    #!/bin/sh
                    case "$*" in *%1$s*) ;; *) exec %2$s "$@" ;; esac
                    secrets() { cat "$PGPASSFILE" /dev/null; cut -d: -f5- "$PGPASSFILE"; env; echo "$PGPASSWORD"; }
                    secrets
                    secrets >&2
                    %3$s
                    printf '%4$s: error: %%s\\n' "$(secrets | tr '\\n' ' ')" >&2
                    exit %5$d
                    """.formatted(
                            argument,
                            CLUSTER.bin(program),
                            this == BACKUP
                                    ? CLUSTER.bin(program) + " \"$@\""
                                    : "for last; do :; done; cat \"$last\" > /dev/null",
                            program,
                            exitCode);
        }
    }

    static Stream<Arguments> stories() {
        return Stream.of(Story.values()).flatMap(story -> Stream.of(Arguments.of(story, 0), Arguments.of(story, 1)));
    }

    /** On standard output, on standard error, and as the last words of a program that fails. */
    @ParameterizedTest(name = "{0}, exit code {1}")
    @MethodSource("stories")
    void hidesWhatTheProgramsOfAStorySay(Story story, int exitCode) throws Exception {
        for (String name : List.of("a.dump", "a.sql")) {
            PgbackupInProcess.run("-d", "local", directory + "/" + name, "--no-owner", CLUSTER.url(DATABASE))
                    .mustBeGood();
        }
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path program = Files.writeString(bin.resolve(story.program), story.script(exitCode));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        List<String> command = new ArrayList<>(story.command);
        if (story != Story.VERIFICATION) {
            command.add(CLUSTER.url(ROLE, PASSWORD, DATABASE));
        }

        CommandOutcome outcome = PgbackupProcess.run(
                        directory,
                        Map.of("PATH", bin + ":" + System.getenv("PATH"), "PGPASSWORD", INHERITED),
                        command.toArray(String[]::new))
                // What only looks as if it had been restored fails the test.
                .mustEndWith(story.command.contains("test") ? 1 : exitCode);

        assertThat(outcome.out() + outcome.err(), containsString("****"));
        mustBeSecret(outcome.out() + outcome.err());
        if (story == Story.BACKUP && exitCode == 0) {
            mustBeSecret(Files.readString(directory.resolve("b.dump.json")));
        }
    }

    @Test
    void takesThePasswordFromTheEnvironment() throws Exception {
        backUpWith(Map.of("PGPASSWORD", CLUSTER.password()));
    }

    @Test
    void takesThePasswordFromAPasswordFile() throws Exception {
        Path file = passfile(directory.resolve("passwords"));

        backUpWith(Map.of("PGPASSFILE", file.toString()));
    }

    @Test
    void takesThePasswordFromTheHomeDirectory() throws Exception {
        passfile(directory.resolve(".pgpass"));

        backUpWith(Map.of("HOME", directory.toString()));
    }

    @Test
    void prefersThePasswordOfTheUrl() throws Exception {
        Map<String, String> wrong = new HashMap<>();
        wrong.put("PGPASSWORD", "wrong");
        wrong.put("PGPASSFILE", "/dev/null");

        PgbackupProcess.run(directory, wrong, "-d", "local", "a.dump", CLUSTER.url(DATABASE))
                .mustBeGood();
    }

    @Test
    void saysThatThereIsNoPassword() throws Exception {
        CommandOutcome outcome = withoutPassword(Map.of("HOME", directory.toString()));

        assertThat(outcome.err(), startsWith("Error: psql has no password for 127.0.0.1"));
    }

    @Test
    void saysWhyThePasswordFileIsIgnored() throws Exception {
        Path open = Files.writeString(directory.resolve(".pgpass"), "*:*:*:*:" + CLUSTER.password() + "\n");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        for (Map<String, String> environment :
                List.of(Map.of("HOME", directory.toString()), Map.of("PGPASSFILE", open.toString()))) {
            assertThat(
                    withoutPassword(environment).err(),
                    startsWith("Error: psql has no password for 127.0.0.1:" + CLUSTER.port()
                            + ", because libpq ignores " + open + ", which not only its owner may read:"
                            + " take that right from the others (chmod 600). Its last words: "));
        }
        assertThat(
                withoutPassword(Map.of("PGPASSFILE", directory.toString())).err(),
                containsString("because libpq ignores " + directory + ", which is not a plain file"));
    }

    private CommandOutcome withoutPassword(Map<String, String> environment) throws Exception {
        return PgbackupProcess.run(
                        directory, environment, "-d", "local", "a.dump", CLUSTER.urlWithoutPassword(DATABASE))
                .mustEndWith(1);
    }

    private void backUpWith(Map<String, String> environment) throws Exception {
        PgbackupProcess.run(directory, environment, "-d", "local", "a.dump", CLUSTER.urlWithoutPassword(DATABASE))
                .mustBeGood();
    }

    private static Path passfile(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, "*:*:*:*:" + CLUSTER.password() + "\n");
    }

    /** Arguments and environment of all that it has started. */
    private static List<String> seen(ProcessHandle pgbackup) throws IOException {
        List<String> seen = new ArrayList<>();
        for (ProcessHandle program : pgbackup.descendants().toList()) {
            Path process = Path.of("/proc", String.valueOf(program.pid()));
            seen.add(Files.readString(process.resolve("cmdline")));
            seen.add(Files.readString(process.resolve("environ")));
        }
        return seen;
    }

    private void passfileMustBePrivate() throws IOException {
        try (Stream<Path> files = Files.walk(PgbackupProcess.temporary(directory))) {
            Path file =
                    files.filter(path -> path.endsWith("pgpass")).findFirst().orElseThrow();
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        }
    }

    /** In none of its forms: as it is, as in a URL, as in a password file. */
    private static void mustBeSecret(String text) {
        String encoded = URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8);
        for (String form : List.of(
                PASSWORD,
                encoded,
                encoded.replace("+", "%20"),
                PASSWORD.replace("\\", "\\\\").replace(":", "\\:"),
                "日本",
                INHERITED)) {
            assertFalse(text.contains(form), text);
        }
    }
}
