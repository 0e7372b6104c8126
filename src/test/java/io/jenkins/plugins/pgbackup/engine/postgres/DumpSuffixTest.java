package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DumpSuffixTest {

    @ParameterizedTest
    @CsvSource({
        "a.dump, CUSTOM, NONE, .dump",
        "a.dump.zst, CUSTOM, ZSTD, .dump.zst",
        "a.dump.gz, CUSTOM, GZIP, .dump.gz",
        "a.sql, PLAIN, NONE, .sql",
        "a.sql.gz, PLAIN, GZIP, .sql.gz",
        "a.tar.zst, TAR, ZSTD, .tar.zst",
        "A.SQL.Gz, PLAIN, GZIP, .SQL.Gz",
        "a.sql.dump, CUSTOM, NONE, .dump",
        "a.gz, , GZIP, .gz",
        "a.zst, , ZSTD, .zst",
        "backup, , NONE, ''",
        "a.backup, , NONE, ''",
        "sql, , NONE, ''",
        "a.sql.json, , NONE, ''",
    })
    void saysWhatAFileOfThatNameHolds(String name, DumpFormat format, Compression.Method stream, String text) {
        DumpSuffix suffix = DumpSuffix.of(name);

        assertEquals(Optional.ofNullable(format), suffix.format());
        assertEquals(stream, suffix.stream());
        assertEquals(text, suffix.text());
    }
}
