package io.jenkins.plugins.pgbackup.engine.postgres;

import static io.jenkins.plugins.pgbackup.engine.postgres.Compression.Method.GZIP;
import static io.jenkins.plugins.pgbackup.engine.postgres.Compression.Method.NONE;
import static io.jenkins.plugins.pgbackup.engine.postgres.Compression.Method.ZSTD;

import java.util.Locale;
import java.util.Optional;

/**
 * What the end of a file's name says about the dump in it, whatever its case: {@code .dump}, {@code .sql} or
 * {@code .tar}, and behind it {@code .gz} or {@code .zst} where the whole file is compressed.
 *
 * @param format empty if the name says nothing about it
 * @param stream what the whole file is compressed with: {@code GZIP}, {@code ZSTD} or {@code NONE}
 * @param text the recognized end of the name as it is written there, first dot included; empty if there is none
 */
public record DumpSuffix(Optional<DumpFormat> format, Compression.Method stream, String text) {

    public static DumpSuffix of(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        Compression.Method stream = name.endsWith(GZIP.suffix()) ? GZIP : name.endsWith(ZSTD.suffix()) ? ZSTD : NONE;
        String uncompressed = name.substring(0, name.length() - stream.suffix().length());
        for (DumpFormat format : DumpFormat.values()) {
            if (uncompressed.endsWith(format.suffix())) {
                int start = uncompressed.length() - format.suffix().length();
                return new DumpSuffix(Optional.of(format), stream, fileName.substring(start));
            }
        }
        return new DumpSuffix(Optional.empty(), stream, fileName.substring(uncompressed.length()));
    }
}
