package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents.Gap;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What an archive of {@code pg_dump} begins with: a head and a table of contents ({@code ReadHead} and {@code ReadToc} in
 * PostgreSQL's {@code pg_backup_archiver.c}). Of the entries it keeps those of the data of tables, and the names
 * of extensions.
 *
 * <p>A number is a byte for its sign and four more, the lowest first; a text is its length and its bytes, with the length −1
 * where there is none.
 */
final class ArchiveHead {

    /** PostgreSQL 9.0 to 18. */
    private static final int OLDEST_MINOR = 12;

    private static final int NEWEST_MINOR = 16;

    private static final int FIRST_WITH_ALGORITHM = 15;

    private static final byte[] MAGIC = "PGDMP".getBytes(StandardCharsets.US_ASCII);

    /** The sign and the four bytes of a number. */
    static final int NUMBER_BYTES = 5;

    private static final int INT_BYTES = 4;
    private static final int MOST_OFFSET_BYTES = 8;

    /** Longer than what is kept of any text: two names, quoted, with what stands around them. */
    private static final int MOST_TEXT_BYTES = 600;

    private static final String TABLE_DATA = "TABLE DATA";
    private static final String EXTENSION = "EXTENSION";
    private static final String COPY = "COPY ";

    /** Which archive it is the head of. */
    enum Kind {
        CUSTOM(1),
        TAR(3);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** How the data in the archive is compressed, by its number since 1.15. */
    enum Compression {
        NONE,
        ZLIB,
        LZ4,
        ZSTD
    }

    /**
     * The data of one table.
     *
     * @param table where it is added
     * @param copied whether it is that of COPY
     */
    record Entry(TableTally table, boolean copied) {}

    private enum Type {
        BYTES,
        NUMBER,
        TEXT
    }

    /** Everything that there is, in its order. */
    private enum Field {
        MAGIC_BYTES(Type.BYTES),
        MAJOR(Type.BYTES),
        MINOR(Type.BYTES),
        REVISION(Type.BYTES),
        INT_SIZE(Type.BYTES),
        OFFSET_SIZE(Type.BYTES),
        FORMAT(Type.BYTES),
        COMPRESSION_LEVEL(Type.NUMBER, 0, FIRST_WITH_ALGORITHM - 1),
        COMPRESSION_ALGORITHM(Type.BYTES, FIRST_WITH_ALGORITHM),
        SECOND(Type.NUMBER),
        MINUTE(Type.NUMBER),
        HOUR(Type.NUMBER),
        DAY(Type.NUMBER),
        MONTH(Type.NUMBER),
        YEAR(Type.NUMBER),
        DAYLIGHT_SAVING(Type.NUMBER),
        DATABASE(Type.TEXT),
        SERVER_VERSION(Type.TEXT),
        CLIENT_VERSION(Type.TEXT),
        ENTRIES(Type.NUMBER),
        DUMP_ID(Type.NUMBER),
        HAS_DATA(Type.NUMBER),
        CATALOG(Type.TEXT),
        OBJECT_ID(Type.TEXT),
        TAG(Type.TEXT),
        DESCRIPTION(Type.TEXT),
        SECTION(Type.NUMBER),
        DEFINITION(Type.TEXT),
        DROP_STATEMENT(Type.TEXT),
        COPY_STATEMENT(Type.TEXT),
        SCHEMA(Type.TEXT),
        TABLESPACE(Type.TEXT),
        ACCESS_METHOD(Type.TEXT, 14),
        RELATION_KIND(Type.NUMBER, 16),
        OWNER(Type.TEXT),
        WITH_OIDS(Type.TEXT),
        DEPENDENCY(Type.TEXT),
        OFFSET(Type.BYTES),
        FILE_NAME(Type.TEXT);

        private final Type type;
        private final int sinceMinor;
        private final int untilMinor;

        Field(Type type) {
            this(type, 0);
        }

        Field(Type type, int sinceMinor) {
            this(type, sinceMinor, NEWEST_MINOR);
        }

        Field(Type type, int sinceMinor, int untilMinor) {
            this.type = type;
            this.sinceMinor = sinceMinor;
            this.untilMinor = untilMinor;
        }
    }

    private final Kind kind;
    private final TableTallies tallies;
    private final Map<Object, Entry> entries = new HashMap<>();

    private Field field = Field.MAGIC_BYTES;
    private final byte[] small = new byte[MOST_OFFSET_BYTES + 1];
    private int wanted = MAGIC.length;
    private int filled;
    private final byte[] text = new byte[MOST_TEXT_BYTES];
    private int kept;
    private long textLeft;
    private boolean complete;

    private int minor;
    private int offsetBytes;
    private Compression compression = Compression.NONE;
    private long entriesLeft;

    private int dumpId;
    private boolean hasData;
    private byte[] tag;
    private String description;
    private byte[] copyStatement;
    private byte[] schema;

    ArchiveHead(Kind kind, TableTallies tallies) {
        this.kind = kind;
        this.tallies = tallies;
    }

    boolean isComplete() {
        return complete;
    }

    Compression compression() {
        return compression;
    }

    /** Takes the entry of a dump ID, or of a file's name in a tar archive; {@code null} if it is of no table. */
    Entry take(Object place) {
        return entries.remove(place);
    }

    /** Whether there are entries that were not taken. */
    boolean hasMore() {
        return !entries.isEmpty();
    }

    /** A number of an archive. */
    static int number(byte[] bytes, int at) throws UncountableException {
        int number = bytes[at + 1] & 0xff
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff) << 16
                | (bytes[at + 4] & 0xff) << 24;
        if (number < 0) {
            throw UncountableException.unexpected();
        }
        return bytes[at] == 0 ? number : -number;
    }

    /** Takes the next bytes, and returns where it is complete or they end. */
    int read(byte[] bytes, int from, int to) throws UncountableException {
        int at = from;
        while (at < to && !complete) {
            if (textLeft > 0) {
                int taken = (int) Math.min(textLeft, to - at);
                int copied = Math.min(taken, text.length - kept);
                System.arraycopy(bytes, at, text, kept, copied);
                kept += copied;
                at += taken;
                textLeft -= taken;
                if (textLeft == 0) {
                    endText(Arrays.copyOf(text, kept));
                }
            } else {
                small[filled++] = bytes[at++];
                if (filled == wanted) {
                    filled = 0;
                    endSmall();
                }
            }
        }
        return at;
    }

    private void endSmall() throws UncountableException {
        switch (field.type) {
            case BYTES -> {
                endBytes();
                next();
            }
            case NUMBER -> {
                endNumber(number(small, 0));
                if (!complete) {
                    next();
                }
            }
            case TEXT -> {
                kept = 0;
                textLeft = number(small, 0);
                if (textLeft <= 0) {
                    endText(textLeft < 0 ? null : new byte[0]);
                }
            }
        }
    }

    private void endBytes() throws UncountableException {
        int octet = small[0] & 0xff;
        switch (field) {
            case MAGIC_BYTES -> require(Arrays.equals(small, 0, MAGIC.length, MAGIC, 0, MAGIC.length));
            case MAJOR -> requireVersion(octet == 1);
            case MINOR -> {
                requireVersion(octet >= OLDEST_MINOR && octet <= NEWEST_MINOR);
                minor = octet;
            }
            case INT_SIZE -> require(octet == INT_BYTES);
            case OFFSET_SIZE -> {
                require(octet > 0 && octet <= MOST_OFFSET_BYTES);
                offsetBytes = octet;
            }
            case FORMAT -> require(octet == kind.number);
            case COMPRESSION_ALGORITHM -> {
                requireCompression(octet < Compression.values().length);
                compression = Compression.values()[octet];
            }
            default -> {
                // Revisions differ in nothing, and the offset is not known when a stream is written.
            }
        }
    }

    private void endNumber(int number) throws UncountableException {
        switch (field) {
            case COMPRESSION_LEVEL -> compression = number == 0 ? Compression.NONE : Compression.ZLIB;
            case ENTRIES -> {
                require(number >= 0);
                entriesLeft = number;
                complete = number == 0;
            }
            case DUMP_ID -> dumpId = number;
            case HAS_DATA -> hasData = number != 0;
            default -> {
                // Of no interest here.
            }
        }
    }

    private void endText(byte[] content) throws UncountableException {
        switch (field) {
            case TAG -> tag = content;
            case DESCRIPTION -> description = content == null ? "" : new String(content, StandardCharsets.ISO_8859_1);
            case DEFINITION -> {
                if (description.equals("ENCODING")) {
                    require(content != null);
                    tallies.setEncoding(new String(content, StandardCharsets.ISO_8859_1));
                }
            }
            case COPY_STATEMENT -> copyStatement = content;
            case SCHEMA -> schema = content;
            case DEPENDENCY -> {
                if (content != null) {
                    // There is another, until there is none.
                    wanted = NUMBER_BYTES;
                    return;
                }
            }
            case FILE_NAME -> endEntry(content == null ? "" : new String(content, StandardCharsets.ISO_8859_1));
            default -> {
                // Of no interest here.
            }
        }
        if (!complete) {
            next();
        }
    }

    private void endEntry(Object place) throws UncountableException {
        if (description.equals(TABLE_DATA) && hasData) {
            if (entries.size() == DumpContents.MOST_TABLES) {
                throw new UncountableException(Gap.MANY_TABLES);
            }
            require(entries.put(place, entry()) == null);
        } else if (description.equals(EXTENSION)) {
            require(tag != null);
            tallies.addExtension(tag);
        }
        entriesLeft--;
        complete = entriesLeft == 0;
    }

    /** COPY names where the rows go when they are restored: of a partition it may be the root of its tree. */
    private Entry entry() throws UncountableException {
        require(tag != null);
        boolean copied = copyStatement != null && copyStatement.length > 0;
        QualifiedName named = new QualifiedName(new byte[0], tag, 0);
        if (copied) {
            require(new String(copyStatement, StandardCharsets.ISO_8859_1).startsWith(COPY));
            named = QualifiedName.parse(copyStatement, COPY.length(), copyStatement.length);
        }
        // Without a schema in earlier releases, which set search_path instead.
        byte[] itsSchema = named.schema().length == 0 ? schema : named.schema();
        require(itsSchema != null);
        return new Entry(tallies.of(itsSchema, named.name()), copied);
    }

    private void next() throws UncountableException {
        if (field == Field.OFFSET) {
            endEntry(dumpId);
        }
        if (complete) {
            return;
        }
        do {
            field = field == Field.FILE_NAME ? Field.DUMP_ID : Field.values()[field.ordinal() + 1];
        } while (!isThere(field));
        wanted = switch (field.type) {
            case BYTES -> field == Field.OFFSET ? 1 + offsetBytes : 1;
            case NUMBER, TEXT -> NUMBER_BYTES;
        };
    }

    /** An entry ends with its place: the offset in a custom archive, a file's name in a tar archive. */
    private boolean isThere(Field one) {
        return switch (one) {
            case OFFSET -> kind == Kind.CUSTOM;
            case FILE_NAME -> kind == Kind.TAR;
            default -> minor == 0 || minor >= one.sinceMinor && minor <= one.untilMinor;
        };
    }

    private static void require(boolean asKnown) throws UncountableException {
        if (!asKnown) {
            throw UncountableException.unexpected();
        }
    }

    private static void requireVersion(boolean known) throws UncountableException {
        if (!known) {
            throw new UncountableException(Gap.VERSION);
        }
    }

    private static void requireCompression(boolean known) throws UncountableException {
        if (!known) {
            throw new UncountableException(Gap.COMPRESSION);
        }
    }
}
