package io.jenkins.plugins.pgbackup.engine.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionMarkTest {

    private static final String COMPLETE = "SELECT 1;\n\n--\n-- PostgreSQL database dump complete\n--\n\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                COMPLETE,
                COMPLETE + "\\unrestrict aB3\n\n",
                "--\r\n-- PostgreSQL database dump complete\r\n--\r\n"
            })
    void aPlainDumpEndsWithItsMark(String dump) {
        assertTrue(marked(DumpFormat.PLAIN, dump.getBytes(StandardCharsets.UTF_8), 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SELECT 1;\n",
                "--\n-- PostgreSQL database dump compl",
                // A row of a table about dumps.
                "COPY t FROM stdin;\n-- PostgreSQL database dump complete\n",
                COMPLETE + "COPY t FROM stdin;\n1\n"
            })
    void aPlainDumpThatIsCutOffDoesNot(String dump) {
        assertFalse(marked(DumpFormat.PLAIN, dump.getBytes(StandardCharsets.UTF_8), 7));
    }

    @ParameterizedTest
    @CsvSource({"1024, true", "1023, false", "0, false"})
    void aTarArchiveEndsWithTwoBlocksOfZeros(int zeros, boolean complete) {
        byte[] dump = new byte[3000 + zeros];
        Arrays.fill(dump, 0, 3000, (byte) 'x');
        assertEquals(complete, marked(DumpFormat.TAR, dump, 700));
    }

    @Test
    void theCustomFormatHasNoMarkButIsNeverEmpty() {
        assertTrue(marked(DumpFormat.CUSTOM, "PGDMP".getBytes(StandardCharsets.UTF_8), 2));
        assertFalse(marked(DumpFormat.CUSTOM, new byte[0], 2));
    }

    private static boolean marked(DumpFormat format, byte[] dump, int chunkBytes) {
        CompletionMark end = new CompletionMark(format);
        for (int from = 0; from < dump.length; from += chunkBytes) {
            byte[] chunk = Arrays.copyOfRange(dump, from, Math.min(dump.length, from + chunkBytes));
            // A buffer is rarely full.
            end.watch(Arrays.copyOf(chunk, chunk.length + 5), chunk.length);
        }
        return end.isMarked();
    }
}
