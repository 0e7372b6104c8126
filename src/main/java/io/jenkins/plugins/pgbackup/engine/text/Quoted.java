package io.jenkins.plugins.pgbackup.engine.text;

/** Shows a person the piece of text a sentence is about: in quotation marks, on one line, not longer than it helps. */
public final class Quoted {

    private static final int LONGEST = 80;

    private Quoted() {}

    public static String of(String text) {
        return '"' + PrintableLine.of(text, LONGEST) + '"';
    }
}
