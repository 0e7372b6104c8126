package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DumpFormatTest {

    @ParameterizedTest
    @CsvSource({
        "custom, .dump, --format=custom",
        "plain, .sql, --format=plain",
        "tar, .tar, --format=tar",
    })
    void isKnownByItsName(String name, String suffix, String argument) {
        DumpFormat format = DumpFormat.parse(name);

        assertEquals(name, format.id());
        assertEquals(name, format.toString());
        assertEquals(suffix, format.suffix());
        assertEquals(argument, format.argument());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Custom", "c", "sql", "directory", "custom "})
    void refusesOtherNames(String name) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> DumpFormat.parse(name));

        assertThat(refusal.getMessage(), containsString("write custom, plain or tar"));
        assertEquals(name.equals("directory"), refusal.getMessage().contains("cannot be streamed"));
    }
}
