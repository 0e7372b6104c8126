package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code bin/pgbackup} starts Java. */
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
        Path java =
                Files.writeString(bin.resolve("java"), "#!/bin/sh\necho \"${LC_ALL-unset} ${LC_CTYPE-unset} $*\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
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
