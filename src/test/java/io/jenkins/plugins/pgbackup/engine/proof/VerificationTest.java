package io.jenkins.plugins.pgbackup.engine.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationTest {

    @ParameterizedTest
    @CsvSource({"full, FULL", "reread, REREAD", "' Reread ', REREAD", "NONE, NONE"})
    void isReadAsPeopleWriteIt(String text, Verification verification) {
        assertEquals(verification, Verification.parse(text));
    }

    @ParameterizedTest
    @EnumSource
    void isWrittenAsItIsRead(Verification verification) {
        assertEquals(verification, Verification.parse(verification.id()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "re-read", "true"})
    void whatIsNoneIsRefused(String text) {
        assertThrows(InvalidInputException.class, () -> Verification.parse(text));
    }

    @Test
    void theRefusalListsThemAll() {
        assertEquals(
                "The verification \"half\" is unknown: write full, reread or none.",
                assertThrows(InvalidInputException.class, () -> Verification.parse("half"))
                        .getMessage());
    }
}
