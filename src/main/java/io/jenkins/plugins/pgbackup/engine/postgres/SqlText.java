package io.jenkins.plugins.pgbackup.engine.postgres;

import java.nio.charset.StandardCharsets;

/** Text as it stands in a statement of SQL. */
public final class SqlText {

    /** PostgreSQL cuts longer names (4.1.1 Identifiers). */
    private static final int LONGEST_NAME_BYTES = 63;

    private SqlText() {}

    /** A name that PostgreSQL does not cut: as much of the beginning as there is room for, and the end. */
    public static String name(String beginning, String end) {
        int room = LONGEST_NAME_BYTES - end.getBytes(StandardCharsets.UTF_8).length;
        String begun = beginning;
        while (begun.getBytes(StandardCharsets.UTF_8).length > room) {
            begun = begun.substring(0, begun.offsetByCodePoints(begun.length(), -1));
        }
        return begun + end;
    }

    /**
     * A string constant with C-style escapes (PostgreSQL, 4.1.2.2), which means the same whatever
     * {@code standard_conforming_strings} is.
     */
    public static String literal(String text) {
        return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
