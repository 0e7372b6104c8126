package io.jenkins.plugins.pgbackup.engine.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The data of one table as it goes by.
 *
 * <p>COPY's text format is one line for a row: a line feed in a value is written as two characters (PostgreSQL, COPY, Text
 * Format). Behind the rows {@code pg_dump} writes the line {@code \.} and two empty ones.
 */
final class CopyData {

    /** What follows the line feed of the last row. */
    private static final long END = 0x5c_2e_0a_0a_0aL;

    private static final int END_BYTES = 5;
    private static final int END_LINES = 3;
    private static final int INSERTS_END = 0x0a_0a;
    private static final int INSERTS_END_BYTES = 2;

    private static final VarHandle FORWARD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long LINE_FEEDS = 0x0a0a0a0a_0a0a0a0aL;
    private static final long LOW_BITS = 0x7f7f7f7f_7f7f7f7fL;

    private long bytes;
    private long lines;

    /** The last eight bytes, the last of all in the lowest place. */
    private long last;

    void start() {
        bytes = 0;
        lines = 0;
        last = 0;
    }

    void add(byte[] data, int from, int to) {
        bytes += to - from;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            lines += Long.bitCount(lineFeeds(data, at));
        }
        for (int rest = at; rest < to; rest++) {
            if (data[rest] == '\n') {
                lines++;
            }
        }
        if (at > from) {
            last = (long) FORWARD.get(data, to - Long.BYTES);
        } else {
            for (; at < to; at++) {
                last = last << Byte.SIZE | data[at] & 0xff;
            }
        }
    }

    /**
     * Finds the line feeds among eight bytes.
     *
     * @return the highest bit of each byte that is one, the first byte in the lowest place
     */
    static long lineFeeds(byte[] data, int at) {
        long word = (long) WORDS.get(data, at) ^ LINE_FEEDS;
        return ~((word & LOW_BITS) + LOW_BITS | word | LOW_BITS);
    }

    /** Adds what has gone by to the table whose it is: rows, or statements, which are not counted. */
    void addTo(TableTally table, boolean copied) throws UncountableException {
        if (!copied) {
            if ((last & 0xffff) != INSERTS_END) {
                throw UncountableException.unexpected();
            }
            table.addInserts(bytes - INSERTS_END_BYTES);
            return;
        }
        long behind = last & (1L << END_BYTES * Byte.SIZE) - 1;
        boolean ownLine = bytes == END_BYTES || (last >>> END_BYTES * Byte.SIZE & 0xff) == '\n';
        if (behind != END || !ownLine) {
            throw UncountableException.unexpected();
        }
        table.addRows(lines - END_LINES, bytes - END_BYTES);
    }
}
