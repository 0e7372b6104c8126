package io.jenkins.plugins.pgbackup.engine.stream;

import java.io.ByteArrayOutputStream;

/**
 * The name of a table in SQL: {@code public.fruit}, {@code "a ""b"".c".d}.
 *
 * @param schema empty where the table's name stands alone
 * @param name not quoted
 * @param end where the SQL goes on
 */
record QualifiedName(byte[] schema, byte[] name, int end) {

    /** Reads a name that begins at an offset of a statement's first bytes. */
    static QualifiedName parse(byte[] sql, int offset, int length) throws UncountableException {
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        int end = part(sql, offset, length, first);
        if (sql[end] != '.') {
            return new QualifiedName(new byte[0], first.toByteArray(), end);
        }
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        end = part(sql, end + 1, length, second);
        return new QualifiedName(first.toByteArray(), second.toByteArray(), end);
    }

    /** The end is before that of the bytes, so that a name which was cut off is none. */
    private static int part(byte[] sql, int offset, int length, ByteArrayOutputStream part)
            throws UncountableException {
        boolean quoted = offset < length && sql[offset] == '"';
        int at = quoted ? offset + 1 : offset;
        for (; at < length; at++) {
            byte octet = sql[at];
            if (quoted && octet == '"') {
                at++;
                if (at == length || sql[at] != '"') {
                    break;
                }
            } else if (!quoted && (octet == '.' || octet == ' ')) {
                break;
            }
            part.write(octet);
        }
        if (at >= length) {
            throw UncountableException.unexpected();
        }
        return at;
    }
}
