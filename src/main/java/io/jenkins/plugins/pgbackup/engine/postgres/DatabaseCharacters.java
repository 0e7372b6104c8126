package io.jenkins.plugins.pgbackup.engine.postgres;

import java.util.Map;

/**
 * How a regular expression in ASCII names the characters of one database (PostgreSQL, 9.7.3.3 Regular Expression Escapes): in
 * UTF-8 a character's number is its code point, in every other encoding it is the bytes that the database stores, one behind
 * the other.
 *
 * @param encoding as PostgreSQL names it: {@code UTF8}, {@code WIN1251}
 * @param bytes of every requested character, by its code point, in lower-case hexadecimal
 */
record DatabaseCharacters(String encoding, Map<Integer, String> bytes) {

    private static final String UTF8 = "UTF8";

    /** There is no encoding but the client's: each byte is a character. */
    private static final String BYTES = "SQL_ASCII";

    /** The server's regular expressions go up to here ({@code CHR_MAX} in {@code regex/regcustom.h}). */
    private static final long LARGEST_NUMBER = 0x7ffffffeL;

    /** Of {@code \\u}, which takes no more and no less. */
    private static final int DIGITS = 4;

    public DatabaseCharacters {
        bytes = Map.copyOf(bytes);
    }

    /** Whether a regular expression can name the character at all. */
    boolean canName(int codePoint) {
        return isOneByteEach() || Long.parseLong(number(codePoint), 16) <= LARGEST_NUMBER;
    }

    /** The expression that matches just this character: of a fixed length, but for {@link #isOpen open} ones. */
    String escape(int codePoint) {
        String number = number(codePoint);
        if (isOneByteEach()) {
            return number.replaceAll("..", "\\\\u00$0");
        }
        // \U has a fixed length too, but pg_dump makes a small letter of it.
        return isOpen(codePoint) ? "\\x" + number : "\\u" + "0".repeat(DIGITS - number.length()) + number;
    }

    /** Whether the expression would take a hexadecimal digit behind it for one of its own. */
    boolean isOpen(int codePoint) {
        return !isOneByteEach() && number(codePoint).length() > DIGITS;
    }

    private boolean isOneByteEach() {
        return encoding.equals(BYTES);
    }

    private String number(int codePoint) {
        return encoding.equals(UTF8) ? Integer.toHexString(codePoint) : bytes.get(codePoint);
    }
}
