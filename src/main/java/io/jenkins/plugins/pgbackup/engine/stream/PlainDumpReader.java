package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a plain dump: SQL, in which the data of a table stands between {@code COPY … FROM stdin;} and the line {@code \.}.
 *
 * <p>What looks like that in a string or in the body of a function is none. In SQL of {@code pg_dump} a backslash in a string has
 * no meaning of its own, or there are two of them; it has no comments between slash and star.
 */
final class PlainDumpReader implements TableCounter.DumpReader {

    private static final byte[] COPY = ascii("COPY ");
    private static final byte[] INSERT = ascii("INSERT INTO ");
    private static final byte[] CREATE_EXTENSION = ascii("CREATE EXTENSION IF NOT EXISTS ");
    private static final byte[] ENCODING = ascii("SET client_encoding = ");
    private static final byte[] END_OF_DATA = ascii("\\.\n");

    /** Longer than what is read of any statement: two names, quoted, with what stands before them. */
    private static final int MOST_STATEMENT_BYTES = 600;

    /** A tag is a name. */
    private static final int MOST_TAG_BYTES = 65;

    private enum In {
        SQL,
        QUOTES,
        TAG,
        BODY,
        COMMENT,
        COMMAND,
        END_OF_COPY,
        DATA
    }

    private final TableTallies tallies = new TableTallies();
    private In in = In.SQL;

    /** How many bytes came before those that are read. */
    private long offset;

    private byte previous = '\n';
    private byte quote;
    private int parentheses;

    private final byte[] statement = new byte[MOST_STATEMENT_BYTES];
    private int kept;
    private boolean atLineStart;
    private long statementAt;

    private final byte[] tag = new byte[MOST_TAG_BYTES];
    private int tagLength;
    private int matchedOfTag;

    private TableTally table;
    private long dataAt;
    private long rows;

    /** How much of the end of the data a line has begun with; −1 within a line. */
    private int matchedOfEnd;

    private byte[] lastInsert = new byte[0];
    private TableTally insertTable;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void read(byte[] bytes, int length) throws UncountableException {
        int at = 0;
        while (at < length) {
            at = switch (in) {
                case SQL -> readSql(bytes, at, length);
                case QUOTES -> readQuotes(bytes, at, length);
                case TAG -> readTag(bytes, at);
                case BODY -> readBody(bytes, at, length);
                case COMMENT, COMMAND -> readLine(bytes, at, length);
                case END_OF_COPY -> startData(bytes, at);
                case DATA -> readData(bytes, at, length);
            };
        }
        offset += length;
    }

    @Override
    public DumpContents end() throws UncountableException {
        if (in != In.SQL || kept > 0) {
            throw UncountableException.unexpected();
        }
        return tallies.counted();
    }

    private int readSql(byte[] bytes, int from, int to) throws UncountableException {
        for (int at = from; at < to; at++) {
            byte octet = bytes[at];
            if (kept == 0) {
                if (octet == ' ' || octet == '\n' || octet == '\r' || octet == '\t') {
                    previous = octet;
                    continue;
                }
                atLineStart = previous == '\n';
                statementAt = offset + at;
            }
            keep(octet);
            byte before = previous;
            previous = octet;
            switch (octet) {
                case '\'', '"' -> {
                    quote = octet;
                    in = In.QUOTES;
                }
                case '$' -> {
                    tagLength = 0;
                    in = In.TAG;
                }
                case '-' -> {
                    if (before == '-') {
                        kept = Math.max(0, kept - 2);
                        in = In.COMMENT;
                    }
                }
                case '\\' -> {
                    if (kept == 1) {
                        kept = 0;
                        in = In.COMMAND;
                    }
                }
                case '(' -> parentheses++;
                case ')' -> parentheses--;
                case ';' -> {
                    // A rule may have several statements, in parentheses.
                    if (parentheses == 0) {
                        endStatement(offset + at + 1);
                    }
                }
                default -> {
                    // A part of the statement.
                }
            }
            if (in != In.SQL) {
                return at + 1;
            }
        }
        return to;
    }

    private void keep(byte octet) {
        if (kept < statement.length) {
            statement[kept++] = octet;
        }
    }

    private int readQuotes(byte[] bytes, int from, int to) {
        int end = find(quote, bytes, from, to);
        for (int at = from; at < end && kept < statement.length; at++) {
            statement[kept++] = bytes[at];
        }
        if (end == to) {
            return to;
        }
        keep(quote);
        previous = quote;
        in = In.SQL;
        return end + 1;
    }

    /** {@code $1} is a parameter, and no tag. */
    private int readTag(byte[] bytes, int at) throws UncountableException {
        byte octet = bytes[at];
        if (octet == '$') {
            matchedOfTag = -1;
            in = In.BODY;
            return at + 1;
        }
        boolean digit = octet >= '0' && octet <= '9';
        boolean letter = octet == '_' || octet < 0 || (octet | ' ') >= 'a' && (octet | ' ') <= 'z';
        if (!letter && !(digit && tagLength > 0)) {
            in = In.SQL;
            return at;
        }
        if (tagLength == tag.length) {
            throw UncountableException.unexpected();
        }
        tag[tagLength++] = octet;
        return at + 1;
    }

    private int readBody(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            byte octet = bytes[at];
            if (octet == '$') {
                if (matchedOfTag == tagLength) {
                    previous = octet;
                    in = In.SQL;
                    return at + 1;
                }
                matchedOfTag = 0;
            } else if (matchedOfTag >= 0) {
                matchedOfTag = matchedOfTag < tagLength && octet == tag[matchedOfTag] ? matchedOfTag + 1 : -1;
            }
        }
        return to;
    }

    private int readLine(byte[] bytes, int from, int to) {
        int end = find((byte) '\n', bytes, from, to);
        if (end == to) {
            return to;
        }
        previous = '\n';
        in = In.SQL;
        return end + 1;
    }

    private void endStatement(long end) throws UncountableException {
        // Those in the body of a function are indented.
        if (atLineStart && startsWith(COPY)) {
            table = tallyOf(QualifiedName.parse(statement, COPY.length, kept));
            in = In.END_OF_COPY;
        } else if (atLineStart && startsWith(INSERT)) {
            endInsert(end - statementAt + 1);
        } else if (atLineStart && startsWith(CREATE_EXTENSION)) {
            tallies.addExtension(QualifiedName.parse(statement, CREATE_EXTENSION.length, kept)
                    .name());
        } else if (startsWith(ENCODING)) {
            tallies.setEncoding(new String(statement, 0, kept, StandardCharsets.ISO_8859_1));
        }
        kept = 0;
    }

    /** Mostly it is of the same table as the one before. */
    private void endInsert(long bytes) throws UncountableException {
        if (lastInsert.length == 0 || !startsWith(lastInsert)) {
            QualifiedName name = QualifiedName.parse(statement, INSERT.length, kept);
            insertTable = tallyOf(name);
            lastInsert = Arrays.copyOf(statement, name.end() + 1);
        }
        insertTable.addInserts(bytes);
    }

    private TableTally tallyOf(QualifiedName name) throws UncountableException {
        return tallies.of(name.schema(), name.name());
    }

    private boolean startsWith(byte[] beginning) {
        return kept >= beginning.length
                && Arrays.equals(statement, 0, beginning.length, beginning, 0, beginning.length);
    }

    private int startData(byte[] bytes, int at) throws UncountableException {
        if (bytes[at] != '\n') {
            throw UncountableException.unexpected();
        }
        in = In.DATA;
        dataAt = offset + at + 1;
        rows = 0;
        matchedOfEnd = 0;
        return at + 1;
    }

    private int readData(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (matchedOfEnd < 0) {
                at = readRows(bytes, at, to);
            } else if (bytes[at] != END_OF_DATA[matchedOfEnd]) {
                matchedOfEnd = -1;
            } else {
                at++;
                matchedOfEnd++;
                if (matchedOfEnd == END_OF_DATA.length) {
                    table.addRows(rows, offset + at - END_OF_DATA.length - dataAt);
                    previous = '\n';
                    in = In.SQL;
                    return at;
                }
            }
        }
        return at;
    }

    /** Up to the beginning of a line that may be the end of the data. */
    private int readRows(byte[] bytes, int from, int to) {
        int at = from;
        // With the byte behind the word.
        for (; at < to - Long.BYTES; at += Long.BYTES) {
            for (long found = CopyData.lineFeeds(bytes, at); found != 0; found &= found - 1) {
                int behind = at + Long.numberOfTrailingZeros(found) / Byte.SIZE + 1;
                rows++;
                if (bytes[behind] == END_OF_DATA[0]) {
                    matchedOfEnd = 0;
                    return behind;
                }
            }
        }
        int end = find((byte) '\n', bytes, at, to);
        if (end == to) {
            return to;
        }
        rows++;
        matchedOfEnd = 0;
        return end + 1;
    }

    private static int find(byte octet, byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != octet) {
            at++;
        }
        return at;
    }
}
