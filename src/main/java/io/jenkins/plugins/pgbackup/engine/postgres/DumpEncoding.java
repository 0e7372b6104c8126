package io.jenkins.plugins.pgbackup.engine.postgres;

import static io.jenkins.plugins.pgbackup.engine.postgres.Compression.Method.AUTO;
import static io.jenkins.plugins.pgbackup.engine.postgres.Compression.Method.NONE;
import static io.jenkins.plugins.pgbackup.engine.postgres.Compression.Method.ZSTD;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.filter.StreamFilter;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What the stored bytes of a dump are: which format, and who compresses it.
 *
 * @param pgDumpCompress the value of {@code --compress} for {@code pg_dump}; {@code 0} where it does not compress, which
 *     every version takes for every format
 * @param stream what {@code pg_dump}'s output is compressed with as a whole on its way; never {@code auto}
 * @param suffix how the file's name ends, first dot included; empty for a name that a person gave without a known one
 */
public record DumpEncoding(DumpFormat format, String pgDumpCompress, Compression stream, String suffix) {

    /** What {@code auto} takes inside {@code pg_dump}: level 1 was the fastest and the smallest (PostgreSQL 17, 443 MB). */
    static final Compression AUTO_INSIDE = Compression.zstd(1);

    /** What {@code auto} takes around {@code pg_dump}: 6 times less processor time than its gzip, and 5 % smaller. */
    static final Compression AUTO_AROUND = Compression.zstd(3);

    /** What {@code auto} takes where the name demands gzip: level 6 costs 3 to 4 times the time for 5 to 10 % of the size. */
    static final Compression AUTO_GZIP = Compression.gzip(1);

    private static final String UNCOMPRESSED = "0";

    /**
     * How files end that are compressed or encrypted as no dump is: those of GNU tar's {@code --auto-compress}, of programs
     * that Debian packages, and of OpenPGP, age and OpenSSL.
     */
    private static final Set<String> OTHER_FORMS = Set.of(("z taz tz gzip tgz bz bz2 bz3 bzip2 tbz tbz2 tb2 tz2"
                    + " lz lzma lzip tlz xz txz lz4 lzo tzo lzop sz snappy zstd tzst br lrz rz zpaq zz zlib"
                    + " zip 7z rar cab jar age asc enc gpg pgp")
            .split(" "));

    public DumpEncoding {
        if (stream.method() == AUTO) {
            throw new IllegalArgumentException("undecided compression");
        }
    }

    /**
     * Decides how a dump is encoded.
     *
     * <p>Without a file name: compressed inside {@code pg_dump} where {@code pg_restore} can then read the file as it is
     * (custom format, and a client that knows the method), else around it. With one, the name decides the format where
     * none is requested, and {@code auto} is the fastest compression that a file of that name can hold so that programs
     * open it as its name says.
     *
     * @param format the requested one, or {@code null}: then the file name's, else custom
     * @param client the version of {@code pg_dump}
     * @param fileName the name that a person gave the file, if so
     * @throws InvalidInputException if the name contradicts what was requested
     */
    public static DumpEncoding of(
            DumpFormat format, Compression compression, PostgresVersion client, Optional<String> fileName) {
        return fileName.isPresent()
                ? named(format, compression, client, fileName.get())
                : unnamed(format == null ? DumpFormat.CUSTOM : format, compression, client);
    }

    /** Whether the stored bytes are compressed, by whomever. */
    public boolean isCompressed() {
        return !compression().equals(Compression.NONE);
    }

    /** How the stored bytes are compressed, as people write it: {@code zstd:1}, {@code gzip:6}, {@code none}. */
    public String describe() {
        return compression().toString();
    }

    private Compression compression() {
        if (stream.method() != NONE || pgDumpCompress.equals(UNCOMPRESSED)) {
            return stream;
        }
        return Compression.parse(pgDumpCompress.indexOf(':') < 0 ? "gzip:" + pgDumpCompress : pgDumpCompress);
    }

    /** What {@code pg_dump}'s output goes through on its way. */
    public StreamFilter filter() {
        return stream.filter();
    }

    private static DumpEncoding unnamed(DumpFormat format, Compression compression, PostgresVersion client) {
        boolean zstd = compression.method() == AUTO || compression.method() == ZSTD;
        if (format != DumpFormat.CUSTOM || zstd && !client.hasZstd()) {
            Compression stream = compression.method() == AUTO ? AUTO_AROUND : compression;
            return new DumpEncoding(
                    format,
                    UNCOMPRESSED,
                    stream,
                    format.suffix() + stream.method().suffix());
        }
        Compression inside = compression.method() == AUTO ? AUTO_INSIDE : compression;
        return new DumpEncoding(format, valueForPgDump(inside), Compression.NONE, format.suffix());
    }

    private static DumpEncoding named(
            DumpFormat requested, Compression compression, PostgresVersion client, String fileName) {
        refuseOtherForms(fileName);
        DumpSuffix name = DumpSuffix.of(fileName);
        DumpFormat format = name.format().orElse(requested == null ? DumpFormat.CUSTOM : requested);
        if (requested != null && requested != format) {
            throw new InvalidInputException("The file name " + Quoted.of(fileName) + " is that of a " + format
                    + " dump, but the format " + requested + " was requested: let the name end in " + requested.suffix()
                    + ", or leave the format out.");
        }
        if (name.stream() != NONE) {
            Compression stream =
                    compression.method() == AUTO ? (name.stream() == ZSTD ? AUTO_AROUND : AUTO_GZIP) : compression;
            if (stream.method() != name.stream()) {
                throw new InvalidInputException(
                        "The file name " + Quoted.of(fileName) + " is that of a file compressed with "
                                + name.stream() + ", but the compression " + compression
                                + " was requested: change one of the two, or leave the compression out.");
            }
            return new DumpEncoding(format, UNCOMPRESSED, stream, name.text());
        }
        if (format == DumpFormat.CUSTOM && (compression.method() != ZSTD || client.hasZstd())) {
            Compression inside =
                    compression.method() == AUTO ? (client.hasZstd() ? AUTO_INSIDE : AUTO_GZIP) : compression;
            return new DumpEncoding(format, valueForPgDump(inside), Compression.NONE, name.text());
        }
        if (compression.method() == AUTO || compression.method() == NONE) {
            return new DumpEncoding(format, UNCOMPRESSED, Compression.NONE, name.text());
        }
        throw new InvalidInputException("A file named " + Quoted.of(fileName) + " cannot hold a " + format
                + " dump compressed with " + compression
                + (format == DumpFormat.CUSTOM ? " (pg_dump " + client + " does not know it)" : "")
                + ": let the name end in " + format.suffix()
                + compression.method().suffix()
                + ", or leave the compression out.");
    }

    private static void refuseOtherForms(String fileName) {
        String lastSuffix = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (lastSuffix.length() < fileName.length() && OTHER_FORMS.contains(lastSuffix)) {
            throw new InvalidInputException("No dump is written as ." + lastSuffix
                    + ": let the file name end in .dump, .sql or .tar, and in .gz or .zst behind it where wanted.");
        }
    }

    /** A bare number is gzip's level to every version; the names came with 16. */
    private static String valueForPgDump(Compression compression) {
        return switch (compression.method()) {
            case NONE -> UNCOMPRESSED;
            case GZIP -> String.valueOf(compression.level());
            case ZSTD -> compression.toString();
            case AUTO -> throw new IllegalArgumentException("undecided compression");
        };
    }
}
