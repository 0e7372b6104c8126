package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom the rooms between the doors and the engine know: nobody above them, and only the neighbours named here. */
class PackageDependenciesTest {

    private static final String PLUGIN = "io/jenkins/plugins/pgbackup/";

    @ParameterizedTest
    @CsvSource({
        "agent,       engine",
        "credentials, engine|Messages",
        "view,        engine|Messages",
        "driver,      engine|credentials|Messages|PgBackup|PgBackupConfiguration|S3Section"
    })
    void pointDownwards(String room, String known) throws Exception {
        // Everything that a class uses is named in its constant pool, imported or not.
        Pattern other = Pattern.compile(PLUGIN + "(?!(" + room + "|" + known + ")\\b)[A-Za-z]\\w*");
        assertThat(known(compiled(room), other), is(empty()));
    }

    /** PostgreSQL's programs are started by the step's own launcher, never beside it. */
    @Test
    void startNoProgramButForFifos() throws Exception {
        List<Path> plugin = compiled("").stream()
                .filter(file -> !file.toString().replace('\\', '/').contains(PLUGIN + "engine/"))
                .toList();
        assertThat(
                known(plugin, Pattern.compile("java/lang/ProcessBuilder|hudson/Launcher\\$LocalLauncher")),
                contains("MakeFifos.class knows hudson/Launcher$LocalLauncher"));
    }

    private static Set<String> known(List<Path> classes, Pattern names) throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path compiled : classes) {
            Matcher named = names.matcher(Files.readString(compiled, StandardCharsets.ISO_8859_1));
            while (named.find()) {
                found.add(compiled.getFileName() + " knows " + named.group());
            }
        }
        return found;
    }

    private static List<Path> compiled(String room) throws Exception {
        Path plugin =
                Path.of(BackupRun.class.getResource("BackupRun.class").toURI()).getParent();
        try (Stream<Path> files = Files.walk(plugin.resolve(room))) {
            List<Path> classes =
                    files.filter(file -> file.toString().endsWith(".class")).toList();
            assertThat(classes, is(not(empty())));
            return classes;
        }
    }
}
