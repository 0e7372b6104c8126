package io.jenkins.plugins.pgbackup.engine.store.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a destination means on a machine of either system, computed on any. */
class MachinePathTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/ws           | backups/            | /ws/backups              | true",
                "/ws/          | backups//a/./b.dump | /ws/backups/a/b.dump     | true",
                "/ws           | .                   | /ws                      | true",
                "/ws           | a/../..             | /                        | false",
                "/ws           | ../../../x          | /x                       | false",
                "/ws           | ../ws/x             | /ws/x                    | true",
                "/ws           | ../wsx/x            | /wsx/x                   | false",
                "/ws           | /ws/x               | /ws/x                    | true",
                "/ws           | /var//backups/      | /var/backups             | false",
                "/ws           | C:\\x               | /ws/C:\\x                | true",
                "/ws           | a\\..\\..\\b        | /ws/a\\..\\..\\b         | true",
                "/             | x                   | /x                       | true",
                "C:\\ws        | backups/            | C:\\ws\\backups          | true",
                "C:/ws         | a\\b/c.dump         | C:\\ws\\a\\b\\c.dump     | true",
                "C:\\ws        | a\\..\\..           | C:\\                     | false",
                "C:\\ws        | ..\\..\\..\\x       | C:\\x                    | false",
                "C:\\ws        | c:\\WS\\x           | c:\\WS\\x                | true",
                "C:\\ws        | D:/x                | D:\\x                    | false",
                "C:\\ws        | \\x                 | C:\\x                    | false",
                "C:\\ws        | \\\\nas\\dumps\\x   | \\\\nas\\dumps\\x        | false",
                "C:\\ws        | //nas/dumps/x       | \\\\nas\\dumps\\x        | false",
                "\\\\nas\\ws   | a\\..\\..\\b        | \\\\nas\\ws\\b           | true",
                "\\\\nas\\ws\\ | x                   | \\\\nas\\ws\\x           | true",
            })
    void aTextIsResolvedByTheRulesOfItsSystem(String base, String text, String expected, boolean inside) {
        MachinePath from = MachinePath.parse(base).orElseThrow();
        MachinePath path = from.resolve(text).orElseThrow();

        assertEquals(expected, path.toString());
        assertEquals(inside, path.isIn(from));
    }

    @ParameterizedTest
    @CsvSource({"/ws, /ws/x", "/, /x", "C:\\ws, C:\\ws\\x", "C:\\, C:\\x", "\\\\nas\\ws, \\\\nas\\ws\\x"})
    void aFileLiesInItsDirectory(String directory, String file) {
        assertEquals(file, MachinePath.parse(directory).orElseThrow().file("x"));
    }

    @ParameterizedTest
    @CsvSource({
        "/ws,    x,      false",
        "/ws,    x/,     true",
        "/ws,    x/.,    true",
        "/ws,    ..,     true",
        "/ws,    x\\,    false",
        "C:\\ws, x\\,    true",
        "C:\\ws, x/..,   true",
        "C:\\ws, x.dump, false"
    })
    void someTextsCanOnlyMeanADirectory(String base, String text, boolean directory) {
        assertEquals(directory, MachinePath.parse(base).orElseThrow().saysDirectory(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ws", "./ws", "C:", "C:ws", "\\ws", "\\\\nas"})
    void whatIsNoAbsolutePathIsNone(String text) {
        assertEquals(Optional.empty(), MachinePath.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C:", "C:x", "d:x\\y"})
    void aDriveAloneDoesNotSayWhereItStarts(String text) {
        assertTrue(MachinePath.parse("C:\\ws").orElseThrow().resolve(text).isEmpty());
    }
}
