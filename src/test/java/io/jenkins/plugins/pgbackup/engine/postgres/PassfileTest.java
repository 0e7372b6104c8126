package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassfileTest {

    private static final PostgresUrl URL = PostgresUrl.parse("postgres://u@h/d");

    /** A line for each server of the URL, and a {@code *} for what the URL leaves out. */
    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        postgres://u@h:5433/d -> h:5433:d:u:p
        postgres://u@h/d -> h:*:d:u:p
        postgres://u@h:05433/d -> h:5433:d:u:p
        postgres://u@h:5433 -> h:5433:u:u:p
        postgres://h:5433/d -> h:5433:d:*:p
        postgres:// -> localhost:*:*:*:p
        postgres://:5433 -> localhost:5433:*:*:p
        postgres://u@[::1]:5433/d -> \\:\\:1:5433:d:u:p
        postgres://u@h:5433/d?hostaddr=10.0.0.1 -> h:5433:d:u:p
        postgres://u@:5433/d?hostaddr=10.0.0.1 -> 10.0.0.1:5433:d:u:p
        postgres://u@a:1,b:2/d -> a:1:d:u:p|b:2:d:u:p
        postgres://u@a,b,a/d?port=5433 -> a:5433:d:u:p|b:5433:d:u:p
        postgres://u@a:1,b/d -> a:1:d:u:p|b:*:d:u:p
        postgres://u@%2Frun%2Fpostgresql:5433/d -> /run/postgresql:5433:d:u:p|localhost:5433:d:u:p
        postgres://u@%40abstract:5433/d -> @abstract:5433:d:u:p|localhost:5433:d:u:p
        postgres://u%3A%5C@h:5433/d%3A -> h:5433:d\\::u\\:\\\\:p
        postgres://*@h:5433/** -> h:5433:\\**:\\*:p
        postgres://%23u@%23h:5433/d%0A -> \\#h:5433:*:\\#u:p
        """)
    void namesServersDatabaseAndUser(String url, String lines) {
        assertEquals(lines.replace('|', '\n') + '\n', text(url, "p"));
    }

    @Test
    void escapesColonAndBackslash() {
        assertEquals("a\\:b\\\\c\\\\\\:", Passfile.escaped("a:b\\c\\:"));
        assertEquals("h:1:d:u:\\\\\\:\n", text("postgres://u@h:1/d", "\\:"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hunter2\n",
                "\nhunter2",
                "\0hunter2",
                "hun\nter2",
                "hunter2\r\n",
                "hunter2\r",
                "hunter2\0",
                "hunter2\ud83d"
            })
    void refusesWhatNoPasswordFileCanHold(String password) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> Passfile.of(URL, password));

        assertThat(refusal.getMessage(), not(containsString("hun")));
    }

    @Test
    void takesACarriageReturnInside() {
        assertEquals("h:1:d:u:a\rb\n", text("postgres://u@h:1/d", "a\rb"));
    }

    @Test
    void showsNothing() {
        assertEquals("Passfile[****]", Passfile.of(URL, "hunter2").toString());
    }

    private static String text(String url, String password) {
        return new String(Passfile.of(PostgresUrl.parse(url), password).toBytes(), UTF_8);
    }
}
