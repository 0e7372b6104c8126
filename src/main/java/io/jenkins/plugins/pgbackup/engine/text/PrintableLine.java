package io.jenkins.plugins.pgbackup.engine.text;

/**
 * Text of foreign origin (a program's message, a server's answer, a file's name, a manifest's field) as one line for a
 * terminal or a log.
 *
 * <p>What could move the cursor, change the order of what is read, hide in a name or forge another line is shown as
 * {@code ?}: control characters (Unicode's general category Cc: C0 without the tab, DEL, and C1, which terminals obey as
 * they obey escape sequences), format characters (Cf: bidirectional controls, zero-width characters, tags) and surrogates
 * that are not a pair (Cs). Zero-width joiners are format characters too, so an emoji that is made of several is shown as
 * these. A line break of any kind (also NEL, U+2028 and U+2029) becomes one blank together with the blanks around it, and
 * nothing at the beginning and the end of the text. Everything else is kept as it is.
 */
public final class PrintableLine {

    private static final char NOT_SHOWN = '?';

    private PrintableLine() {}

    /** All of the text, however long. */
    public static String of(String text) {
        return of(text, Integer.MAX_VALUE);
    }

    /**
     * The beginning of the text.
     *
     * @param longest how many code points are read of the text; where it has more, {@code …} stands for the rest
     */
    public static String of(String text, int longest) {
        StringBuilder line = new StringBuilder();
        boolean broken = false;
        int next = 0;
        for (int read = 0; read < longest && next < text.length(); read++) {
            int c = text.codePointAt(next);
            next += Character.charCount(c);
            if (breaksLine(c)) {
                removeBlanksAtEnd(line);
                broken = true;
            } else if (!broken || !isBlank(c)) {
                line.append(broken && line.length() > 0 ? " " : "").appendCodePoint(isShown(c) ? c : NOT_SHOWN);
                broken = false;
            }
        }
        return (next < text.length() ? line.append('…') : line).toString();
    }

    /** Whether a code point does nothing but show, and is kept as it is. */
    public static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c == '\t';
            case Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }

    private static void removeBlanksAtEnd(StringBuilder line) {
        while (line.length() > 0 && isBlank(line.charAt(line.length() - 1))) {
            line.setLength(line.length() - 1);
        }
    }

    private static boolean breaksLine(int c) {
        return c >= '\n' && c <= '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    private static boolean isBlank(int c) {
        return c == '\t' || Character.getType(c) == Character.SPACE_SEPARATOR;
    }
}
