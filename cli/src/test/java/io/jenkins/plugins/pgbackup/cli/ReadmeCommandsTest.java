package io.jenkins.plugins.pgbackup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.cli.command.PgBackupCommand;
import io.jenkins.plugins.pgbackup.fixture.Page;
import io.jenkins.plugins.pgbackup.fixture.Page.Language;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of README.md and every other page, as a person would copy them into a shell; only the server's address is another
 * one, and {@code aws} is a script that prints the object.
 */
class ReadmeCommandsTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String BUCKET = "example-backups";
    private static final String DUMP = "shop-20260131T020000Z";
    private static final String RESTORED = "shop_restored";

    private static S3Server s3;

    @TempDir
    private static Path directory;

    static List<String> commands() {
        List<String> commands = Page.snippets(Language.SH).stream()
                .flatMap(snippet -> snippet.text().lines())
                .distinct()
                .toList();
        assertTrue(commands.size() >= 9, "found only " + commands);
        return commands;
    }

    @BeforeAll
    static void makeWhatTheyReadBack() throws Exception {
        SmallDatabase.create(CLUSTER, "shop");
        s3 = S3Server.start();
        s3.createBucket(BUCKET);
        script(
                "bin/pgbackup",
                "main=%s; [ \"$1\" = test ] && main=%s\nexec '%s' -XX:TieredStopAtLevel=1 -cp '%s' $main \"$@\""
                        .formatted(
                                PgBackupCommand.class.getName(),
                                PgbackupAsServerUser.class.getName(),
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path")));
        String database = "postgresql://backup@db.example.com/shop --file-name " + DUMP;
        run("bin/pgbackup --driver s3 " + BUCKET + "/nightly " + database + " --compression gzip:1");
        run("bin/pgbackup --driver local " + DUMP + ".dump.zst " + "postgresql://backup@db.example.com/shop");
        run("bin/pgbackup --driver local " + DUMP + ".sql.gz " + "postgresql://backup@db.example.com/shop");
        Files.write(directory.resolve("object"), s3.object(BUCKET, "nightly/" + DUMP + ".dump"));
        script(
                "aws",
                "[ \"$*\" = 's3 cp s3://" + BUCKET + "/nightly/" + DUMP + ".dump -' ] && cat '"
                        + directory.resolve("object") + "'");
    }

    @AfterAll
    static void stop() {
        s3.close();
        CLUSTER.dropDatabase("shop");
        CLUSTER.dropDatabase(RESTORED);
    }

    @BeforeEach
    void emptyTheOtherDatabase() {
        CLUSTER.dropDatabase(RESTORED);
        CLUSTER.createDatabase(RESTORED);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void works(String command) throws Exception {
        run(command);
        if (command.contains("restore")) {
            assertEquals(
                    "1000", CLUSTER.psql(RESTORED, "SELECT count(*) FROM fruit").trim());
        }
    }

    private static void script(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void run(String command) throws IOException, InterruptedException {
        String here = command.replaceAll("//\\w+@db\\.example\\.com/", "//postgres@127.0.0.1:" + CLUSTER.port() + "/");
        Path output = directory.resolve("output");
        ProcessBuilder shell = new ProcessBuilder("bash", "-o", "pipefail", "-c", here)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = shell.environment();
        environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("AWS_"));
        environment.put("PATH", directory + ":" + CLUSTER.bin("pg_dump").getParent() + ":" + environment.get("PATH"));
        environment.put("PGPASSWORD", CLUSTER.password());
        environment.put("DATABASE_URL", "postgresql://postgres@127.0.0.1:" + CLUSTER.port() + "/" + RESTORED);
        environment.put("AWS_ENDPOINT_URL_S3", s3.endpoint().toString());
        environment.put("AWS_REGION", "eu-central-1");
        environment.put("AWS_ACCESS_KEY_ID", s3.accessKey());
        environment.put("AWS_SECRET_ACCESS_KEY", s3.secretKey());
        int exitCode = shell.start().waitFor();
        assertEquals(0, exitCode, () -> here + "\n" + text(output));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
