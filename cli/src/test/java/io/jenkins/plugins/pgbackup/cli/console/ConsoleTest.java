package io.jenkins.plugins.pgbackup.cli.console;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConsoleTest {

    private static final String ERASE = "\r\033[K";
    private static final CommandOutput RESULT = new RestoreOutput("here", "there", null, null, null, 0, List.of());

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void printsResultsToStdoutAndTheRestToStderr() {
        try (Console console = console(false, false, new ProgressLog(new PrintWriter(err), HumanReadable::dumped))) {
            console.onStart("locally to a.sql", "database d");
            console.onProgress(1024, 512, Duration.ofSeconds(1));
            console.onNotice("WARNING: look out.");
            console.onStderr("pg_dump", "pg_dump: warning: circles");
            console.printResult(RESULT);
        }

        assertEquals("Backing database up locally to a.sql\nRestored here to there\n", out.toString());
        assertEquals("""
                Dumping database d
                1.0 KiB, stored as 512 B, 1.0 KiB/s, 1.0 s
                WARNING: look out.
                pg_dump: warning: circles
                """, err.toString());
    }

    @Test
    void printsTextAndNothingThatDoesMore() {
        String hostile = "a\nb\u001b[31m\u009b2J\u202e";
        try (Console console = console(false, false, new ProgressLog(new PrintWriter(err), HumanReadable::dumped))) {
            console.onStart(hostile, hostile);
            console.onNotice(hostile);
            console.onStderr("pg_dump", hostile);
            console.printResult(new RestoreOutput(hostile, "there", null, null, null, 0, List.of()));
        }
        try (Console console = console(true, false, new ProgressLog(new PrintWriter(err), HumanReadable::dumped))) {
            console.onNotice("WARNING: " + hostile);
        }

        String harmless = "a b?[31m?2J?";
        assertEquals("Backing database up " + harmless + "\nRestored " + harmless + " to there\n", out.toString());
        assertEquals(
                "Dumping " + harmless + "\n" + harmless + "\n" + harmless + "\nWARNING: " + harmless + "\n",
                err.toString());
    }

    @Test
    void escapesInJsonWhatDoesMoreThanShow() throws IOException {
        String hostile = "ü\u001b[31m\u009b2J\u202e\u2028\udb40\udc41😀";
        try (Console console = console(false, true, new ProgressLog(new PrintWriter(err), HumanReadable::dumped))) {
            console.printResult(new RestoreOutput(hostile, "there", null, null, null, 0, List.of()));
        }

        String json = out.toString();
        assertThat(json, containsString("\"ü\\u001B[31m\\u009b2J\\u202e\\u2028\\udb40\\udc41😀\""));
        assertEquals(hostile, new ObjectMapper().readTree(json).get("uri").textValue());
    }

    @Test
    void leavesLastWordsToTheErrorThatQuotesThem() {
        try (Console console = console(false, false, new ProgressLog(new PrintWriter(err), HumanReadable::dumped))) {
            console.onStderr("pg_dump", "pg_dump: error: query failed: ERROR:  no");
            console.onStderr("pg_dump", "pg_dump: detail: Query was: SELECT");
            console.onStderr("pg_restore", "pg_restore: warning: something else");
            console.onStderr("pg_restore", "psql:/tmp/dump:12: ERROR:  no");
        }

        assertEquals("pg_restore: warning: something else\n", err.toString());
    }

    @Test
    void keepsStdoutForJson() {
        try (Console console = console(false, true, new ProgressLog(new PrintWriter(err), HumanReadable::dumped))) {
            console.onStart("locally to a.sql", "database d");
            console.printResult(RESULT);
        }

        assertEquals(
                "{\n  \"uri\" : \"here\",\n  \"database\" : \"there\",\n  \"durationMillis\" : 0\n}\n", out.toString());
        assertEquals("Backing database up locally to a.sql\nDumping database d\n", err.toString());
    }

    @Test
    void isQuietButForWhatAFailureLeft() {
        try (Console console = console(true, false, new ProgressLog(new PrintWriter(err), HumanReadable::dumped))) {
            console.onStart("locally to a.sql", "database d");
            console.onProgress(1024, 512, Duration.ofSeconds(1));
            console.onNotice("It rains.");
            console.onNotice("WARNING: an upload is left.");
            console.onStderr("pg_dump", "pg_dump: warning: circles");
        }
        assertEquals("", out.toString());
        assertEquals("WARNING: an upload is left.\n", err.toString());
    }

    @Test
    void isQuietAboutWarningsWhenAllWentWell() {
        try (Console console = console(true, false, new ProgressLog(new PrintWriter(err), HumanReadable::dumped))) {
            console.onNotice("WARNING: the dump will not be proven.");
            console.printResult(RESULT);
        }
        assertEquals("", out + err.toString());
    }

    @Test
    void movesALineOfATerminalAndMakesRoomForOthers() {
        try (Console console =
                console(false, false, new ProgressBar(new PrintWriter(err), 80, HumanReadable::dumped))) {
            console.onProgress(1024, 1024, Duration.ofSeconds(1));
            console.onProgress(2048, 2048, Duration.ofSeconds(1));
            console.onProgress(2048, 2048, Duration.ofSeconds(2));
            console.onNotice("It rains.");
            console.onProgress(4096, 4096, Duration.ofSeconds(2));
            console.printResult(RESULT);
        }

        assertEquals(
                List.of(
                        "",
                        "[ ====               ] 1.0 KiB, 1.0 KiB/s, 1.0 s",
                        "[  ====              ] 2.0 KiB, 2.0 KiB/s, 1.0 s",
                        "[  ====              ] 2.0 KiB, 1.0 KiB/s, 2.0 s",
                        "It rains.\n",
                        "[   ====             ] 4.0 KiB, 2.0 KiB/s, 2.0 s",
                        ""),
                List.of(err.toString().split(Pattern.quote(ERASE), -1)));
    }

    @Test
    void movesTheBarToAndFro() {
        ProgressBar line = new ProgressBar(new PrintWriter(err), 80, HumanReadable::dumped);
        for (int i = 1; i <= 17; i++) {
            line.show(i, i, Duration.ZERO);
        }

        String[] bars = err.toString().split(Pattern.quote(ERASE));
        assertEquals("[                ====]", bars[16].substring(0, 22));
        assertEquals("[               ==== ]", bars[17].substring(0, 22));
    }

    @Test
    void fitsANarrowTerminal() {
        new ProgressBar(new PrintWriter(err), 16, HumanReadable::dumped).show(3 << 20, 1 << 20, Duration.ofSeconds(2));

        assertEquals(ERASE + "3.0 MiB, stored", err.toString());
    }

    private Console console(boolean quiet, boolean json, ProgressDisplay progress) {
        return new Console(new PrintWriter(out), new PrintWriter(err), quiet, json, progress);
    }
}
