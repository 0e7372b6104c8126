package io.jenkins.plugins.pgbackup.engine.postgres;

/**
 * A pattern for names as {@code pg_dump} takes it (psql, Patterns): what is not in double quotes goes to the server as a
 * regular expression.
 *
 * <p>A JVM hands a program only the characters of its locale and turns the others into {@code ?}, which in a pattern
 * stands for any character: under {@code LANG=C}, {@code --exclude-table=büro} would leave {@code baro} out as well. So
 * every character beyond ASCII is written as the expression that matches just that character.
 */
final class NamePattern {

    private NamePattern() {}

    static String toAscii(String pattern) {
        StringBuilder ascii = new StringBuilder(pattern.length());
        boolean quoted = false;
        for (int i = 0; i < pattern.length(); i += Character.charCount(pattern.codePointAt(i))) {
            int c = pattern.codePointAt(i);
            if (c == '"') {
                quoted = !quoted; // a doubled one turns it twice
            }
            if (c < 128) {
                ascii.append((char) c);
            } else {
                String quote = quoted ? "\"" : "";
                ascii.append(quote)
                        .append("(\\x")
                        .append(Integer.toHexString(c))
                        .append(')')
                        .append(quote);
            }
        }
        return ascii.toString();
    }
}
