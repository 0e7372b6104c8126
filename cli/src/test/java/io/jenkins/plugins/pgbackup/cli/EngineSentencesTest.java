package io.jenkins.plugins.pgbackup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jenkins.plugins.pgbackup.cli.command.PgBackupCommand;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The engine's sentences are read by users of Jenkins and of the command line, so they speak of neither. */
class EngineSentencesTest {

    private static final Path ENGINE = Path.of("../src/main/java/io/jenkins/plugins/pgbackup/engine");

    private static final Pattern LITERAL = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");

    private static final Pattern JENKINS = Pattern.compile(
            "\\b(Jenkins|agents?|controller|build step|[Pp]ipelines?|freestyle|credential|credentials? store)\\b");

    /** An option behind the name of another program is that program's. */
    private static final Pattern OTHER_PROGRAM = Pattern.compile("\\b(pg_dump|pg_restore|psql|aws)\\b.* --|: \" --");

    @Test
    void speakOfNoAgentAndOfNothingElseOfJenkins() throws Exception {
        assertEquals(List.of(), sentencesWith(JENKINS));
    }

    @Test
    void speakOfNoOptionOfTheCommandLine() throws Exception {
        Pattern options = Pattern.compile(optionsOf(commandLine())
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(TreeSet::new),
                        names -> names.stream()
                                .map(Pattern::quote)
                                .collect(Collectors.joining("|", "(?<![\\w-])(", ")\\b")))));
        assertEquals(
                List.of(),
                sentencesWith(options).stream()
                        .filter(sentence -> !OTHER_PROGRAM.matcher(sentence).find())
                        .toList());
    }

    private static CommandLine commandLine() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return PgBackupCommand.commandLine(nowhere, nowhere, () -> false, new LocalMachine());
    }

    private static Stream<String> optionsOf(CommandLine command) {
        return Stream.concat(
                command.getCommandSpec().options().stream()
                        .flatMap(option -> Stream.of(option.names()))
                        .filter(name -> name.startsWith("--")),
                command.getSubcommands().values().stream().flatMap(EngineSentencesTest::optionsOf));
    }

    /** The literals with more than one word: those with one are names and arguments of programs. */
    private static List<String> sentencesWith(Pattern word) throws IOException {
        List<String> found = new ArrayList<>();
        int sentences = 0;
        try (Stream<Path> files = Files.walk(ENGINE)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (line.stripLeading().startsWith("*")
                            || line.stripLeading().startsWith("//")) {
                        continue;
                    }
                    for (String literal : LITERAL.matcher(line)
                            .results()
                            .map(MatchResult::group)
                            .toList()) {
                        if (literal.strip().contains(" ")) {
                            sentences++;
                            if (word.matcher(literal).find()) {
                                found.add(file.getFileName() + ": " + literal);
                            }
                        }
                    }
                }
            }
        }
        assertFalse(sentences < 100, "only " + sentences + " sentences were found");
        return found;
    }
}
