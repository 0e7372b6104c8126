package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.pgbackup.fixture.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The tables of the page are generated from the rows of the suite: it has each of them, in the suite's order and words, and no
 * other. The text around them is written by hand.
 */
class ReliabilityPageTest {

    private static final Path PAGE = Path.of("docs/reliability.md");
    private static final String NOTHING_SAID = "—";
    private static final List<String> HEAD_OF_FAULTS =
            List.of("| Fault | What happens | What the log says |", "|---|---|---|");

    /** Generates the tables of the page anew instead of only looking whether they are up to date. */
    private static final String GENERATE = "pgbackup.generateReliabilityPage";

    private static final String OUT_OF_DATE =
            PAGE + " is out of date. Generate its tables anew: mvn test -Dtest=ReliabilityPageTest -D" + GENERATE
                    + "=true\n";

    /** Every list of faults, in the order of the page. */
    private static final List<Rows> FAULT_ROWS = List.of(
            new Rows("pg_dump", PgDumpFaultsTest.class, PgDumpFaultsTest.FAULTS),
            new Rows("The server", ServerFaultsTest.class, ServerFaultsTest.FAULTS),
            new Rows("The proof", ProofFaultsTest.class, ProofFaultsTest.FAULTS),
            new Rows("Unusual databases", BigDatabasesTest.class, BigDatabasesTest.FAULTS),
            new Rows("Agent and controller", AgentLostTest.class, AgentLostTest.FAULTS),
            new Rows("Agent and controller", AgentDiskFaultsTest.class, AgentDiskFaultsTest.FAULTS),
            new Rows("Agent and controller", ControllerKilledTest.class, List.of(ControllerKilledTest.FAULT)),
            new Rows("Agent and controller", NoZstdTest.class, NoZstdTest.FAULTS),
            new Rows("Aborts", AbortFaultsTest.class, AbortFaultsTest.FAULTS),
            new Rows("S3 refuses", S3FaultsTest.class, S3FaultsTest.FAULTS),
            new Rows("The network before S3", S3NetworkFaultsTest.class, S3NetworkFaultsTest.FAULTS),
            new Rows("The commit to S3", S3CommitFaultsTest.class, S3CommitFaultsTest.FAULTS),
            new Rows("An upload that stays", S3AbortFaultsTest.class, S3AbortFaultsTest.FAULTS));

    /** Every list of bad input, in the order of the page. */
    private static final List<BadRows> BAD_ROWS = List.of(
            new BadRows("Refused at every door", BadInput.all()),
            new BadRows("Refused by Jenkins", BadArguments.ofBothDoors()),
            new BadRows("Refused by a Pipeline", BadArguments.ofPipelines()));

    /** By their headings: several tests may fill one table. */
    private static final Map<String, List<Fault>> FAULT_TABLES = FAULT_ROWS.stream()
            .collect(Collectors.groupingBy(
                    Rows::heading,
                    LinkedHashMap::new,
                    Collectors.flatMapping(rows -> rows.faults().stream(), Collectors.toList())));

    private static final Set<String> FAULT_HEADINGS = FAULT_TABLES.keySet();

    private static final Map<String, List<String>> TABLES = allTables();

    /** @param test which lets them happen */
    private record Rows(String heading, Class<?> test, List<Fault> faults) {}

    private record BadRows(String heading, List<BadInput> inputs) {

        @Override
        public String toString() {
            return heading;
        }
    }

    @BeforeAll
    static void generate() throws IOException {
        if (Boolean.getBoolean(GENERATE)) {
            Files.write(PAGE, generated(Files.readAllLines(PAGE)));
        }
    }

    @ParameterizedTest
    @FieldSource("FAULT_HEADINGS")
    void showsTheFaults(String heading) throws IOException {
        assertTable("| Fault |", heading);
    }

    @ParameterizedTest
    @FieldSource("BAD_ROWS")
    void showsTheBadInput(BadRows rows) throws IOException {
        assertTable("| Input |", rows.heading());
    }

    @Test
    void showsNothingElse() throws IOException {
        assertThat(List.copyOf(tables("| Fault |").keySet()), is(List.copyOf(FAULT_HEADINGS)));
        assertThat(
                List.copyOf(tables("| Input |").keySet()),
                is(BAD_ROWS.stream().map(BadRows::heading).toList()));
    }

    /** A class that is missing here has a field of faults, and no line on the page. */
    @Test
    void knowsEveryTestWithFaults() throws Exception {
        Set<String> known =
                FAULT_ROWS.stream().map(rows -> rows.test().getName()).collect(Collectors.toSet());

        assertThat(testsWithFaults(), is(new TreeSet<>(known)));
    }

    @ParameterizedTest
    @FieldSource("FAULT_HEADINGS")
    void saysOfEachFaultWhatHappens(String heading) {
        for (Fault fault : FAULT_TABLES.get(heading)) {
            assertThat(fault.name(), fault.effect(), is(not("")));
        }
    }

    private static void assertTable(String head, String heading) throws IOException {
        List<String> page = tables(head).getOrDefault(heading, List.of());
        List<String> rows = TABLES.get(heading);
        List<String> suite = rows.subList(HEAD_OF_FAULTS.size(), rows.size());
        assertThat(OUT_OF_DATE + "Rows that the page lacks", without(suite, page), is(empty()));
        assertThat(OUT_OF_DATE + "Rows that the suite lacks", without(page, suite), is(empty()));
        assertThat(OUT_OF_DATE + "The order of the rows", page, is(suite));
    }

    /** The page with the rows of the suite instead of its own. */
    private static List<String> generated(List<String> page) {
        List<String> generated = new ArrayList<>();
        String heading = "";
        boolean inTable = false;
        for (String line : page) {
            if (line.startsWith("#")) {
                heading = line.replaceFirst("#+ ", "");
            }
            if (!inTable && line.startsWith("|") && TABLES.containsKey(heading)) {
                generated.addAll(TABLES.get(heading));
            }
            inTable = line.startsWith("|") && TABLES.containsKey(heading);
            if (!inTable) {
                generated.add(line);
            }
        }
        return generated;
    }

    private static List<String> without(List<String> rows, List<String> others) {
        return rows.stream().filter(row -> !others.contains(row)).toList();
    }

    private static Set<String> testsWithFaults() throws Exception {
        Path classes = Path.of(ReliabilityPageTest.class.getResource(".").toURI());
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.list(classes)) {
            for (String file : files.map(path -> path.getFileName().toString()).toList()) {
                if (file.endsWith("Test.class")) {
                    String name = ReliabilityPageTest.class.getPackageName() + "." + file.replace(".class", "");
                    // Without its static fields, some of which start a server.
                    Class<?> test = Class.forName(name, false, ReliabilityPageTest.class.getClassLoader());
                    if (hasFaults(test)) {
                        found.add(name);
                    }
                }
            }
        }
        return found;
    }

    private static boolean hasFaults(Class<?> test) {
        Set<String> types = Set.of(Fault.class.getName(), "java.util.List<" + Fault.class.getName() + ">");
        return Stream.of(test.getDeclaredFields())
                .map(field -> field.getGenericType().getTypeName())
                .anyMatch(types::contains);
    }

    /** Every table of the page, with its head, by its heading. */
    private static Map<String, List<String>> allTables() {
        Map<String, List<String>> tables = new HashMap<>();
        FAULT_TABLES.forEach((heading, faults) -> tables.put(
                heading,
                Stream.concat(HEAD_OF_FAULTS.stream(), faults.stream().map(ReliabilityPageTest::line))
                        .toList()));
        BAD_ROWS.forEach(rows ->
                tables.put(rows.heading(), BadInput.table(rows.inputs()).lines().toList()));
        return tables;
    }

    private static String line(Fault fault) {
        String sentence = fault.sentence().isEmpty() ? NOTHING_SAID : fault.sentence();
        return Stream.of(fault.name(), fault.effect(), sentence)
                .map(cell -> cell.replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    /** The rows of the tables whose head begins so, by the headings that they stand under. */
    private static Map<String, List<String>> tables(String head) throws IOException {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        String heading = "";
        boolean inTable = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("#")) {
                heading = line.replaceFirst("#+ ", "");
            } else if (line.startsWith(head)) {
                inTable = true;
                tables.put(heading, new ArrayList<>());
            } else if (!line.startsWith("|")) {
                inTable = false;
            } else if (inTable && !line.startsWith("|---")) {
                tables.get(heading).add(line);
            }
        }
        return tables;
    }
}
