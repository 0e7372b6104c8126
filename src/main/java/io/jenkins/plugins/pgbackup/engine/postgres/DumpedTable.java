package io.jenkins.plugins.pgbackup.engine.postgres;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * The data of one table as it is in a dump.
 *
 * @param schema the name of the table's schema, as it is: not quoted, with every character that it has
 * @param name the table's name, in the same way
 * @param rows how many rows, or {@code null} if they were not counted
 * @param bytes what {@code pg_dump} wrote for them before it compressed anything: the lines of {@code COPY}, or the
 *     {@code INSERT} statements, each with its line feed
 */
public record DumpedTable(String schema, String name, Long rows, long bytes) implements Serializable {

    /** In bytes, so that no name has more characters (PostgreSQL, 4.1.1 Identifiers and Key Words). */
    private static final int LONGEST_NAME = 63;

    public DumpedTable {
        if (!isName(schema) || !isName(name)) {
            throw new IllegalArgumentException("not the name of a table");
        }
        // Each row has its line feed, at least.
        if (bytes < 0 || rows != null && (rows < 0 || rows > bytes)) {
            throw new IllegalArgumentException("no number of rows in " + bytes + " bytes: " + rows);
        }
    }

    /** Whether a table or a schema may have this name. */
    public static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_NAME
                && text.indexOf(0) < 0
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
