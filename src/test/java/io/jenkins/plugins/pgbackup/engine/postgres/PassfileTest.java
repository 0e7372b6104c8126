package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassfileTest {

    @Test
    void isOneLineThatFitsEveryServer() {
        assertEquals(
                "*:*:*:*:pass wörd#\n", new String(Passfile.of("pass wörd#").toBytes(), UTF_8));
    }

    @Test
    void escapesColonAndBackslash() {
        assertEquals("a\\:b\\\\c\\\\\\:", Passfile.escaped("a:b\\c\\:"));
        assertEquals("*:*:*:*:\\\\\\:\n", new String(Passfile.of("\\:").toBytes(), UTF_8));
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
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> Passfile.of(password));

        assertThat(refusal.getMessage(), not(containsString("hun")));
    }

    @Test
    void takesACarriageReturnInside() {
        assertEquals("*:*:*:*:a\rb\n", new String(Passfile.of("a\rb").toBytes(), UTF_8));
    }

    @Test
    void showsNothing() {
        assertEquals("Passfile[****]", Passfile.of("hunter2").toString());
    }
}
