package io.jenkins.plugins.pgbackup.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.URISyntaxException;
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

/**
 * What the engine's compiled classes name. Everything a class uses stands in its constant pool, imported or not, so its bytes
 * are searched for the names as the JVM writes them.
 */
class EngineDependenciesTest {

    private static final String ENGINE = "io/jenkins/plugins/pgbackup/engine";

    private static final Pattern JENKINS =
            Pattern.compile("(hudson|(?<!io/)jenkins|org/jenkinsci|org/kohsuke|com/cloudbees|jakarta/servlet)/");

    private static final Pattern PLUGIN = Pattern.compile("io/jenkins/plugins/pgbackup/(?!engine/)");

    @Test
    void theEngineDoesNotKnowJenkins() throws Exception {
        assertEquals(List.of(), named(compiled(""), JENKINS));
    }

    @Test
    void theEngineDoesNotKnowTheDoors() throws Exception {
        assertEquals(List.of(), named(compiled(""), PLUGIN));
    }

    /** On an agent programs are started by the step's launcher, in whatever container it leads to. */
    @Test
    void onlyThisMachineStartsProgramsByItself() throws Exception {
        assertEquals(
                List.of("LocalMachine.class names java/lang/ProcessBuilder"),
                named(compiled(""), Pattern.compile("java/lang/ProcessBuilder\\b(?!\\$)")));
    }

    /** Dependencies point downwards; nobody uses what is internal to a neighbour. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text     | machine,postgres,stream,proof,store,catalog",
                "postgres | machine,stream,proof,store,catalog",
                "machine  | postgres,stream,proof,store,catalog",
                "proof    | stream,store,catalog",
                "store    | stream,proof,catalog",
                "stream   | catalog,store/local,store/s3",
                "catalog  | stream,machine,store/local,store/s3",
            })
    void aRoomOfTheEngineKnowsTheRoomsBelowItOnly(String room, String above) throws Exception {
        Pattern forbidden = Pattern.compile(ENGINE + "/(" + above.replace(',', '|') + ")/");
        assertEquals(List.of(), named(compiled(room), forbidden));
    }

    @ParameterizedTest
    @CsvSource({"text", "postgres", "machine", "proof", "store", "stream", "catalog"})
    void aRoomDoesNotKnowTheStoryToldWithIt(String room) throws Exception {
        Pattern story = Pattern.compile(ENGINE + "/(?!BackupException\\b|InvalidInputException\\b)[A-Z]\\w+");
        assertEquals(List.of(), named(compiled(room), story));
    }

    private static List<Path> compiled(String room) throws IOException, URISyntaxException {
        Path engine = Path.of(Backup.class.getResource("Backup.class").toURI()).getParent();
        try (Stream<Path> files = Files.walk(engine.resolve(room))) {
            List<Path> classes =
                    files.filter(file -> file.toString().endsWith(".class")).toList();
            assertFalse(classes.isEmpty(), "no classes of " + room);
            return classes;
        }
    }

    private static List<String> named(List<Path> classes, Pattern names) throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path file : classes) {
            // Each byte a character: the names looked for are ASCII.
            Matcher matcher = names.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                found.add(file.getFileName() + " names " + matcher.group());
            }
        }
        return List.copyOf(found);
    }
}
