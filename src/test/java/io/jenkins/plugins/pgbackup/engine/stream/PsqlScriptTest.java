package io.jenkins.plugins.pgbackup.engine.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PsqlScriptTest {

    private static final PsqlScript RESTRICTED = new PsqlScript(Set.of(), true, true);
    private static final PsqlScript TRUSTED =
            new PsqlScript(Set.of("SET later = 0;", "CREATE SCHEMA public;"), false, false);

    private static final String HEAD = "--\n-- PostgreSQL database dump\n--\n\n";
    private static final String END = "--\n-- PostgreSQL database dump complete\n--\n\n";
    private static final String FILL = "COPY t FROM stdin;\n" + "a row of data\n".repeat(500) + "\\.\n";

    /** In data, a carriage return with such a word behind it looks the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000, 1 << 20})
    void leavesOutTheDumpsOwnRestrictionAndNothingElse(int chunk) throws IOException {
        String data = FILL + "COPY u FROM stdin;\n\\restrict abc\n\\\\unrestrict abc\n\\.\n";
        assertEquals(
                HEAD + "\n" + data + END,
                passed(RESTRICTED, HEAD + "\\restrict abc\n\n" + data + END + "\\unrestrict abc\n\n", chunk));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000, 1 << 20})
    void passesADumpWithoutOneAsItIs(int chunk) throws IOException {
        assertEquals(HEAD + FILL + END, passed(RESTRICTED, HEAD + FILL + END, chunk));
        assertEquals("", passed(RESTRICTED, "", chunk));
        assertEquals("no line feed", passed(RESTRICTED, "no line feed", chunk));
    }

    static Stream<String> forged() {
        return List.of(
                "\\unrestrict abc\n",
                "select 1 \\unrestrict `touch x`\n",
                // where a client encoding makes one character of the first two bytes
                "\u0095\\\\unrestrict `touch x`\n")
                .stream();
    }

    @ParameterizedTest
    @MethodSource("forged")
    void passesNothingOnFromWhereItCouldEndTheRestriction(String command) throws IOException {
        for (int chunk : new int[] {1, 7, 1000, 1 << 20}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PsqlScript.Filter filter = RESTRICTED.to(out);
            write(filter, HEAD + "\\restrict abc\n" + FILL + command + FILL + "\\unrestrict abc\n", chunk);
            filter.close();

            assertTrue(filter.isRefused());
            assertFalse(out.toString(StandardCharsets.ISO_8859_1).contains("\\unrestrict abc"));
            assertFalse(out.toString(StandardCharsets.ISO_8859_1).contains("touch"));
        }
    }

    @Test
    void leavesOutStatementsOfTheHeadAlone() throws IOException {
        String head = HEAD + "SET other = 'UTF8';\n";
        String body = "ALTER SCHEMA public OWNER TO \"o'x\";\n-- Name: f(); Type: FUNCTION\nCREATE FUNCTION f() AS $$\n"
                + "CREATE SCHEMA public;\nSET later = 0;\n$$;\n";
        assertEquals(head + body, passed(TRUSTED, head + "SET later = 0;\nCREATE SCHEMA public;\n" + body, 5));
    }

    @Test
    void leavesThemOutBehindARestrictionThatStays() throws IOException {
        assertEquals(
                HEAD + "\\restrict abc\n" + FILL, passed(TRUSTED, HEAD + "\\restrict abc\nSET later = 0;\n" + FILL, 5));
    }

    @Test
    void aTrustedDumpKeepsItsCommands() throws IOException {
        String dump =
                "\\restrict abc\nselect 1;\n\\unrestrict abc\n\\connect other\n\\restrict abc\n\\unrestrict abc\n";
        assertEquals(dump, passed(TRUSTED, dump, 5));
    }

    private static String passed(PsqlScript script, String dump, int chunk) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PsqlScript.Filter filter = script.to(out);
        write(filter, dump, chunk);
        filter.close();
        assertFalse(filter.isRefused());
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static void write(PsqlScript.Filter filter, String dump, int chunk) throws IOException {
        byte[] bytes = dump.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bytes.length; i += chunk) {
            filter.write(bytes, i, Math.min(chunk, bytes.length - i));
        }
    }
}
