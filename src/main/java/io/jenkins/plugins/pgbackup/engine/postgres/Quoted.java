package io.jenkins.plugins.pgbackup.engine.postgres;

/** Shows a person the piece of text a sentence is about: in quotation marks, on one line, not longer than it helps. */
public final class Quoted {

    private static final int LONGEST = 80;

    private Quoted() {}

    public static String of(String text) {
        StringBuilder shown = new StringBuilder("\"");
        text.codePoints()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(shown::appendCodePoint);
        if (text.codePointCount(0, text.length()) > LONGEST) {
            shown.append('…');
        }
        return shown.append('"').toString();
    }
}
