package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code bin/pgbackup} starts Java, and which version it builds. */
class LauncherTest {

    @TempDir
    private Path checkout;

    @BeforeEach
    void build() throws IOException {
        Path bin = Files.createDirectory(checkout.resolve("bin"));
        for (String script : List.of("pgbackup", "setup.sh")) {
            Files.copy(Path.of("..", "bin", script), bin.resolve(script));
        }
        Files.createDirectories(checkout.resolve("cli/src/main"));
        Files.createDirectories(checkout.resolve("src/main/java/io/jenkins/plugins/pgbackup/engine"));
        Files.createFile(checkout.resolve("cli/pom.xml"));
        Path target = Files.createDirectory(checkout.resolve("cli/target"));
        Files.createFile(target.resolve("pgbackup.jar"));
        Files.createFile(target.resolve("pgbackup.jsa"));
        script("java", "echo \"${LC_ALL-unset} ${LC_CTYPE-unset} $*\"");
    }

    /** Java knows the names of files in a locale of UTF-8 alone; a locale that was set otherwise stays. */
    @ParameterizedTest
    @CsvSource({
        ", , unset C.UTF-8",
        "C, , unset C.UTF-8",
        "POSIX, C.utf8, unset C.UTF-8",
        ", C, unset C.UTF-8",
        ", C.utf8, unset C.utf8",
        "C.utf8, , C.utf8 unset",
    })
    void givesJavaALocaleThatKnowsAllCharacters(String all, String characters, String given) throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.computeIfAbsent("LC_ALL", name -> all);
        environment.computeIfAbsent("LC_CTYPE", name -> characters);

        assertEquals(given, run(environment).replaceFirst(" -.*", ""));
    }

    @Test
    void writesNothingBesideTheDirectoryForTemporaryFiles() throws Exception {
        assertThat(run(Map.of()), containsString(" -XX:-UsePerfData "));
    }

    @Test
    void buildsTheReleaseOfItsTag() throws Exception {
        commit(checkout);
        git(checkout, "tag", "12.v0123456789ab");

        assertEquals("12.v0123456789ab", builtVersion());
    }

    @Test
    void buildsTheCommitWhereThereIsNoRelease() throws Exception {
        commit(checkout);

        assertEquals(git(checkout, "rev-parse", "--short=12", "HEAD"), builtVersion());
    }

    @Test
    void marksAVersionThatIsInNoCommit() throws Exception {
        commit(checkout);
        Files.writeString(checkout.resolve("cli/pom.xml"), "<project/>");

        assertEquals(git(checkout, "rev-parse", "--short=12", "HEAD") + "-dirty", builtVersion());
    }

    @Test
    void knowsNoVersionOfASourceArchive() throws Exception {
        assertEquals("unknown", builtVersion());
    }

    /** The commit of a repository around the archive is that of something else. */
    @Test
    void knowsNoVersionOfASourceArchiveInARepository(@TempDir Path repository) throws Exception {
        commit(repository);
        checkout = Files.move(checkout, repository.resolve("archive"));

        assertEquals("unknown", builtVersion());
    }

    /** What Maven has to build when there is no jar. */
    private String builtVersion() throws IOException, InterruptedException {
        Files.delete(checkout.resolve("cli/target/pgbackup.jar"));
        script("mvn", "echo \"$@\" >'" + checkout + "/maven'; : >'" + checkout + "/cli/target/pgbackup.jar'");
        script("javac", "");
        run(Map.of());
        return Files.readString(checkout.resolve("maven")).replaceFirst("(?s).* -Dpgbackup\\.version=(\\S*) .*", "$1");
    }

    private static void commit(Path repository) throws IOException, InterruptedException {
        Files.writeString(repository.resolve(".gitignore"), "target\n");
        git(repository, "init", "--quiet");
        git(repository, "add", ".");
        git(
                repository,
                "-c",
                "user.name=Test",
                "-c",
                "user.email=test@example.com",
                "commit",
                "--quiet",
                "--allow-empty",
                "--message=Begin");
    }

    private static String git(Path repository, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, git.waitFor(), printed);
        return printed;
    }

    private void script(String name, String text) throws IOException {
        Path file = Files.writeString(checkout.resolve("bin").resolve(name), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private String run(Map<String, String> environment) throws IOException, InterruptedException {
        Path output = checkout.resolve("output");
        ProcessBuilder pgbackup = new ProcessBuilder(
                        checkout.resolve("bin/pgbackup").toString(), "list", "a b")
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        pgbackup.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        pgbackup.environment().putAll(environment);
        pgbackup.environment().put("PATH", checkout.resolve("bin") + ":" + System.getenv("PATH"));
        int exitCode = pgbackup.start().waitFor();
        String printed = Files.readString(output).strip();
        assertEquals(0, exitCode, printed);
        return printed;
    }
}
