package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressionTest {

    @ParameterizedTest
    @CsvSource({
        "auto, auto",
        "none, none",
        "gzip, gzip:6",
        "gzip:1, gzip:1",
        "gzip:9, gzip:9",
        "zstd, zstd:3",
        "zstd:1, zstd:1",
        "zstd:19, zstd:19",
        "zstd:07, zstd:7",
    })
    void readsAndWrites(String text, String canonical) {
        Compression compression = Compression.parse(text);

        assertEquals(canonical, compression.toString());
        assertEquals(compression, Compression.parse(canonical));
    }

    @ParameterizedTest
    @CsvSource({
        "gzip:0, A level of gzip is a number from 1 to 9",
        "gzip:10, A level of gzip is a number from 1 to 9",
        "zstd:0, A level of zstd is a number from 1 to 19",
        "zstd:20, A level of zstd is a number from 1 to 19",
        "auto:1, auto has no level",
        "none:1, none has no level",
        "'', There is no compression",
        "gzip:, There is no compression",
        "gzip:-1, There is no compression",
        "gzip:1000, There is no compression",
        "zstd:fast, There is no compression",
        "GZIP, There is no compression",
        "lz4, There is no compression",
        "6, There is no compression",
    })
    void refusesWhatCannotBeMeant(String text, String sentence) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> Compression.parse(text));

        assertThat(refusal.getMessage(), containsString(sentence));
    }

    @Test
    void cannotExistWithAWrongLevel() {
        assertThrows(InvalidInputException.class, () -> new Compression(Compression.Method.NONE, 1));
        assertThrows(InvalidInputException.class, () -> Compression.zstd(0));
        assertEquals(Compression.parse("zstd:9"), Compression.zstd(9));
        assertEquals(Compression.parse("gzip:9"), Compression.gzip(9));
    }
}
