package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DumpEncodingTest {

    /** The value of {@code --compress}, then what is around it, then the suffix. */
    @ParameterizedTest
    @CsvSource({
        ", auto, 17.6, zstd:1, none, .dump",
        "CUSTOM, auto, 17.6, zstd:1, none, .dump",
        "CUSTOM, auto, 16.0, zstd:1, none, .dump",
        "CUSTOM, auto, 15.18, 0, zstd:3, .dump.zst",
        "CUSTOM, none, 17.6, 0, none, .dump",
        "CUSTOM, none, 15.18, 0, none, .dump",
        "CUSTOM, gzip:4, 17.6, 4, none, .dump",
        "CUSTOM, gzip:4, 9.6.24, 4, none, .dump",
        "CUSTOM, zstd:7, 17.6, zstd:7, none, .dump",
        "CUSTOM, zstd:7, 15.18, 0, zstd:7, .dump.zst",
        "PLAIN, auto, 17.6, 0, zstd:3, .sql.zst",
        "PLAIN, none, 17.6, 0, none, .sql",
        "PLAIN, gzip:4, 15.18, 0, gzip:4, .sql.gz",
        "PLAIN, zstd:7, 17.6, 0, zstd:7, .sql.zst",
        "TAR, auto, 15.18, 0, zstd:3, .tar.zst",
        "TAR, none, 17.6, 0, none, .tar",
        "TAR, gzip:4, 17.6, 0, gzip:4, .tar.gz",
        "TAR, zstd:7, 15.18, 0, zstd:7, .tar.zst",
    })
    void compressesInsidePgDumpWherePgRestoreCanReadTheFileAsItIs(
            DumpFormat format, String compression, String client, String pgDumpCompress, String stream, String suffix)
            throws Exception {
        DumpEncoding encoding = encoding(format, compression, client, null);

        assertEquals(format == null ? DumpFormat.CUSTOM : format, encoding.format());
        assertEquals(pgDumpCompress, encoding.pgDumpCompress());
        assertEquals(stream, encoding.stream().toString());
        assertEquals(suffix, encoding.suffix());
    }

    @ParameterizedTest
    @CsvSource({
        "dump.sql, , auto, 17.6, PLAIN, 0, none, .sql",
        "dump.sql, , none, 17.6, PLAIN, 0, none, .sql",
        "dump.sql, PLAIN, auto, 17.6, PLAIN, 0, none, .sql",
        "dump.sql.gz, , auto, 17.6, PLAIN, 0, gzip:1, .sql.gz",
        "dump.sql.gz, , gzip:9, 17.6, PLAIN, 0, gzip:9, .sql.gz",
        "dump.sql.zst, , auto, 15.18, PLAIN, 0, zstd:3, .sql.zst",
        "x.dump, , auto, 17.6, CUSTOM, zstd:1, none, .dump",
        "x.dump, , auto, 15.18, CUSTOM, 1, none, .dump",
        "x.dump, , none, 15.18, CUSTOM, 0, none, .dump",
        "x.dump, , gzip:9, 15.18, CUSTOM, 9, none, .dump",
        "x.dump, , zstd:9, 17.6, CUSTOM, zstd:9, none, .dump",
        "x.dump.zst, , auto, 17.6, CUSTOM, 0, zstd:3, .dump.zst",
        "x.dump.zst, , zstd:9, 15.18, CUSTOM, 0, zstd:9, .dump.zst",
        "x.dump.gz, , auto, 15.18, CUSTOM, 0, gzip:1, .dump.gz",
        "x.tar, , auto, 17.6, TAR, 0, none, .tar",
        "x.tar.gz, , auto, 17.6, TAR, 0, gzip:1, .tar.gz",
        "X.SQL, , auto, 17.6, PLAIN, 0, none, .SQL",
        "backup, , auto, 17.6, CUSTOM, zstd:1, none, ''",
        "backup, , auto, 15.18, CUSTOM, 1, none, ''",
        "backup, PLAIN, auto, 17.6, PLAIN, 0, none, ''",
        "backup.gz, PLAIN, auto, 17.6, PLAIN, 0, gzip:1, .gz",
        "xz, , auto, 15.18, CUSTOM, 1, none, ''",
    })
    void writesWhatTheGivenNameSays(
            String name,
            DumpFormat requested,
            String compression,
            String client,
            DumpFormat format,
            String pgDumpCompress,
            String stream,
            String suffix)
            throws Exception {
        assertEquals(
                new DumpEncoding(format, pgDumpCompress, Compression.parse(stream), suffix),
                encoding(requested, compression, client, name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        x.sql      | CUSTOM | auto   | 17.6  | is that of a plain dump, but the format custom
        x.dump.zst | TAR    | auto   | 17.6  | is that of a custom dump, but the format tar
        x.sql      |        | gzip:6 | 17.6  | let the name end in .sql.gz
        x.sql      |        | zstd:3 | 17.6  | let the name end in .sql.zst
        x.tar      |        | zstd:3 | 17.6  | let the name end in .tar.zst
        x.dump     |        | zstd:3 | 15.18 | (pg_dump 15.18 does not know it): let the name end in .dump.zst
        backup     |        | zstd:3 | 15.18 | let the name end in .dump.zst
        backup     | PLAIN  | gzip:6 | 15.18 | let the name end in .sql.gz
        x.dump.zst |        | gzip:6 | 17.6  | compressed with zstd, but the compression gzip:6
        x.dump.zst |        | none   | 17.6  | compressed with zstd, but the compression none
        x.sql.gz   |        | zstd:3 | 17.6  | compressed with gzip, but the compression zstd:3
        x.sql.xz   |        | auto   | 17.6  | No dump is written as .xz
        x.tar.BZ2  |        | auto   | 17.6  | No dump is written as .bz2
        x.zip      |        | none   | 17.6  | No dump is written as .zip
        """)
    void refusesANameThatContradictsTheOptions(
            String name, DumpFormat requested, String compression, String client, String sentence) {
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> encoding(requested, compression, client, name));

        assertThat(refusal.getMessage(), containsString(sentence));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x.sql.Z",
                "x.sql.z",
                "x.tar.taz",
                "x.sql.gzip",
                "x.tgz",
                "x.sql.bz",
                "x.sql.bz2",
                "x.sql.bz3",
                "x.tbz2",
                "x.sql.lz",
                "x.sql.lzma",
                "x.sql.xz",
                "x.txz",
                "x.sql.lz4",
                "x.dump.LZ4",
                "x.sql.lzo",
                "x.sql.sz",
                "x.sql.zstd",
                "x.tzst",
                "x.sql.br",
                "x.sql.lrz",
                "x.sql.zz",
                "x.sql.zip",
                "x.sql.7z",
                "x.sql.rar",
                "x.sql.gpg",
                "x.dump.age",
                "x.sql.enc"
            })
    void refusesTheNameOfAFormThatNoDumpHas(String name) {
        for (DumpFormat requested : new DumpFormat[] {null, DumpFormat.CUSTOM, DumpFormat.PLAIN}) {
            InvalidInputException refusal =
                    assertThrows(InvalidInputException.class, () -> encoding(requested, "auto", "17.6", name));

            String suffix = name.substring(name.lastIndexOf('.')).toLowerCase(Locale.ROOT);
            assertThat(refusal.getMessage(), containsString("No dump is written as " + suffix + ": let the file name"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CUSTOM, auto, 17.6, true, zstd:1, ",
        "CUSTOM, auto, 15.18, true, zstd:3, zstd -dc",
        "CUSTOM, gzip:4, 15.18, true, gzip:4, ",
        "CUSTOM, none, 15.18, false, none, ",
        "PLAIN, gzip:4, 15.18, true, gzip:4, gzip -dc",
        "PLAIN, none, 15.18, false, none, ",
    })
    void describesWhoeverCompresses(
            DumpFormat format, String compression, String client, boolean compressed, String words, String command)
            throws Exception {
        DumpEncoding encoding = encoding(format, compression, client, null);

        assertEquals(compressed, encoding.isCompressed());
        assertEquals(words, encoding.describe());
        assertEquals(Optional.ofNullable(command), encoding.filter().undoCommand());
    }

    @Test
    void isDecided() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new DumpEncoding(DumpFormat.CUSTOM, "0", Compression.AUTO, ".dump"));
    }

    private static DumpEncoding encoding(DumpFormat format, String compression, String client, String name)
            throws Exception {
        return DumpEncoding.of(
                format, Compression.parse(compression), PostgresVersion.ofProgram(client), Optional.ofNullable(name));
    }
}
