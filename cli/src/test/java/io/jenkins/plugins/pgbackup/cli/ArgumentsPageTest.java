package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.pgbackup.cli.command.PgBackupCommand;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.fixture.Page;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The page on arguments has each option of each command, in the order of its help. */
class ArgumentsPageTest {

    private static final Page PAGE = Page.of("docs/arguments.md");

    /** What {@code verify} and {@code list} take, and {@code restore} last. */
    private static final int COMMON_OPTIONS = 8;

    private final CommandLine pgbackup = PgBackupCommand.commandLine(
            new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), () -> false, new LocalMachine());

    @Test
    void listsTheOptionsOfABackup() {
        assertThat(listed("### pgbackup"), is(options(pgbackup)));
    }

    @Test
    void listsTheOptionsOfARestore() {
        assertThat(
                listed("### pgbackup restore"),
                is(options(pgbackup.getSubcommands().get("restore"))));
    }

    @Test
    void listsTheOptionsOfATest() {
        assertThat(
                listed("### pgbackup test"),
                is(options(pgbackup.getSubcommands().get("test"))));
    }

    @Test
    void listsTheOptionsOfAPrune() {
        assertThat(
                listed("### pgbackup prune"),
                is(options(pgbackup.getSubcommands().get("prune"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "list"})
    void saysWhichOfThemOtherCommandsTake(String command) {
        List<String> all = listed("### pgbackup restore");

        assertThat(
                all.subList(all.size() - COMMON_OPTIONS, all.size()),
                is(options(pgbackup.getSubcommands().get(command))));
    }

    private static List<String> listed(String heading) {
        return PAGE.table(heading).stream()
                .map(row -> row.get(0).replace("`", ""))
                .toList();
    }

    private static List<String> options(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .map(ArgumentsPageTest::names)
                .toList();
    }

    private static String names(OptionSpec option) {
        return Stream.of(option.names()).collect(Collectors.joining(", "));
    }
}
