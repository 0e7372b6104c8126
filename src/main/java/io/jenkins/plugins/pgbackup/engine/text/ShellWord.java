package io.jenkins.plugins.pgbackup.engine.text;

import java.util.regex.Pattern;

/** One word of a command that people copy into a POSIX shell. */
public final class ShellWord {

    private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

    private ShellWord() {}

    /** Quotes a text where a shell would not take it for one word as it is. */
    public static String quote(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
