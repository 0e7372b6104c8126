package io.jenkins.plugins.pgbackup.engine.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A pattern for names as {@code pg_dump} takes it (psql, Patterns): what is not in double quotes goes to the server as a
 * regular expression.
 *
 * @param option what stands before it in one argument of {@code pg_dump}: {@code --exclude-table=}, {@code -vT}
 * @param kind what it names
 * @param excludes whether it says what is left out, in whole or only its data
 */
public record NamePattern(String option, Kind kind, boolean excludes, String text) {

    /** What a pattern names. */
    public enum Kind {
        SCHEMA("schema"),
        TABLE("table"),
        EXTENSION("extension"),
        FOREIGN_SERVER("foreign server");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As people write it. */
        @Override
        public String toString() {
            return word;
        }
    }

    public boolean isAscii() {
        return text.codePoints().allMatch(NamePattern::isAscii);
    }

    /** Its characters beyond ASCII. */
    IntStream foreignCharacters() {
        return text.codePoints().filter(c -> !isAscii(c));
    }

    /**
     * The argument of {@code pg_dump}, in ASCII.
     *
     * <p>A JVM hands a program only the characters of its locale and turns the others into {@code ?}, which in a pattern
     * stands for any character: under {@code LANG=C}, {@code --exclude-table=büro} would leave {@code baro} out as well. And
     * {@code pg_dump} takes what it is handed for text in the database's encoding. So every character beyond ASCII is written
     * as the expression that matches just that character in that database.
     */
    String argument(DatabaseCharacters characters) {
        StringBuilder ascii = new StringBuilder(option);
        boolean quoted = false;
        boolean open = false;
        for (int c : text.codePoints().toArray()) {
            if (c == '"') {
                quoted = !quoted; // a doubled one turns it twice
            }
            boolean endsEscape = open && Character.digit(c, 16) >= 0 && isAscii(c);
            if (isAscii(c) && !endsEscape) {
                ascii.append((char) c);
            } else {
                String quote = quoted ? "\"" : "";
                String escape =
                        isAscii(c) ? "\\u00" + Integer.toHexString(quoted ? c : lower(c)) : characters.escape(c);
                ascii.append(quote).append(escape).append(quote);
            }
            open = !isAscii(c) && characters.isOpen(c);
        }
        return ascii.toString();
    }

    /**
     * The regular expressions that {@code pg_dump} makes of the pattern's parts, of which a dot divides one from the next: the
     * name's is the last one. As {@code patternToSQLRegex} in PostgreSQL's {@code fe_utils/string_utils.c}.
     */
    List<String> expressions() {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        int[] characters = text.codePoints().toArray();
        for (int i = 0; i < characters.length; i++) {
            int c = characters[i];
            int next = i + 1 < characters.length ? characters[i + 1] : 0;
            if (c == '"') {
                if (quoted && next == '"') {
                    part.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (!quoted && c == '.') {
                parts.add(expression(part));
                part.setLength(0);
            } else if (!quoted && c == '*') {
                part.append(".*");
            } else if (!quoted && c == '?') {
                part.append('.');
            } else {
                if (c == '$' || quoted && "|*+?()[]{}.^\\".indexOf(c) >= 0 || c == '[' && next == ']') {
                    part.append('\\');
                }
                part.appendCodePoint(quoted ? c : lower(c));
            }
        }
        parts.add(expression(part));
        return parts;
    }

    private static String expression(CharSequence part) {
        return "^(" + part + ")$";
    }

    /** As {@code pg_dump} does it of what it is handed, which is ASCII. */
    private static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    private static boolean isAscii(int c) {
        return c < 128;
    }
}
