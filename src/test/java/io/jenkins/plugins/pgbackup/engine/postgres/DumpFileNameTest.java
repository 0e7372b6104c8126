package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DumpFileNameTest {

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
        orders, orders.dump
        Größe_名前-1, Größe_名前-1.dump
        नमस्ते, नमस्ते.dump
        a/b, a_b.dump
        a\\b, a_b.dump
        ../../etc/passwd, ___.__etc_passwd.dump
        .hidden, _hidden.dump
        -rf, _rf.dump
        ends., ends_.dump
        a..b...c, a._b._.c.dump
        a b:c*d?e"f<g>h|i, a_b_c_d_e_f_g_h_i.dump
        $(rm -rf ~);'x'&y, __rm_-rf_____x__y.dump
        a%20#b{c}@d=e+f, a_20_b_c__d_e_f.dump
        😀, _.dump
        con, _con.dump
        NUL, _NUL.dump
        lpt1.x, _lpt1.x.dump
        console, console.dump
        """)
    void makesADatabasesNameSafe(String database, String name) {
        assertEquals(name, DumpFileName.render("${database}", Map.of("database", database), ".dump"));
    }

    @Test
    void makesControlCharactersSafe() {
        assertEquals("a_b_c_.dump", DumpFileName.render("${database}", Map.of("database", "a\nb\0c\u001b"), ".dump"));
    }

    @Test
    void rendersTheDefaultTemplate() {
        assertEquals(
                "orders-20171203T131410Z.dump.zst",
                DumpFileName.render(
                        DumpFileName.DEFAULT_TEMPLATE,
                        Map.of("database", "orders", "timestamp", "20171203T131410Z"),
                        ".dump.zst"));
    }

    @Test
    void rendersTheCallersVariablesOnce() {
        assertEquals(
                "nightly_folder_job_42__database_.sql",
                DumpFileName.render(
                        "nightly_${job}_${build}_${database}",
                        Map.of("job", "folder/job", "build", "42", "database", "{database}"),
                        ".sql"));
    }

    @Test
    void twoDotsDoNotMeetBetweenVariables() {
        assertEquals("a._b.sql", DumpFileName.render("${x}${y}", Map.of("x", "a.", "y", ".b"), ".sql"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''                | is empty
        '  '              | is empty
        a/${database}     | contains "/", which not every file system takes: leave it out, and write directories
        a\\${database}    | contains "\\"
        a:${database}     | contains ":"
        a*                | contains "*"
        ${database}..sql  | contains ".."
        ../${database}    | contains ".."
        -${database}      | begins with "-"
        .${database}      | begins with "."
        ${db}             | has no variable "${db}": it knows ${database}, ${timestamp}
        ${}               | has no variable "${}"
        $database         | has a "$" that begins no variable
        ${database        | has a "$" that begins no variable
        ${data${database} | has a "$" that begins no variable
        """)
    void refusesATemplate(String template, String sentence) {
        InvalidInputException refusal = assertThrows(
                InvalidInputException.class,
                () -> DumpFileName.checkTemplate(template, Set.of("timestamp", "database")));

        assertThat(refusal.getMessage(), containsString(sentence));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\0b", "a\tb", "a\u007f", "a\u0085b"})
    void refusesControlCharactersInATemplate(String template) {
        assertThrows(InvalidInputException.class, () -> DumpFileName.render(template, Map.of(), ".sql"));
    }

    @Test
    void refusesATemplateThatIsTooLongWhateverStandsInItsVariables() {
        String longest = "é".repeat(DumpFileName.LONGEST / 2);
        DumpFileName.checkTemplate(longest + "${database}", Set.of("database"));

        InvalidInputException refusal = assertThrows(
                InvalidInputException.class,
                () -> DumpFileName.checkTemplate(longest + "${database}xy", Set.of("database")));

        assertThat(refusal.getMessage(), containsString("has 246 bytes of the 245 that are possible"));
    }

    @Test
    void leavesRoomForManifestAndPart() {
        String longest = "é".repeat((DumpFileName.LONGEST - ".sql".length()) / 2);
        String name = DumpFileName.render("${database}", Map.of("database", longest), ".sql");

        assertEquals(255, (name + "x.json.part").getBytes(UTF_8).length);
        DumpFileName.render("x${database}", Map.of("database", longest), ".sql");
        InvalidInputException refusal = assertThrows(
                InvalidInputException.class,
                () -> DumpFileName.render("${database}", Map.of("database", longest + "é"), ".sql"));
        assertThat(refusal.getMessage(), containsString("would have 246 bytes of the 245 that are possible"));
    }

    @Test
    void writesATimestampInUtc() {
        assertEquals("20171203T131410Z", DumpFileName.timestamp(Instant.parse("2017-12-03T13:14:10.999Z")));
    }
}
