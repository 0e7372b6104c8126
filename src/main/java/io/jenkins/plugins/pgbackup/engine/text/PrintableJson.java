package io.jenkins.plugins.pgbackup.engine.text;

/** JSON that people may see on a terminal. */
public final class PrintableJson {

    private PrintableJson() {}

    /**
     * The same JSON with escapes for what is not to reach a terminal, see {@link PrintableLine}: but for blanks it stands in
     * strings only.
     */
    public static String of(String json) {
        StringBuilder printable = new StringBuilder(json.length());
        json.codePoints().forEach(c -> {
            if (c == '\n' || PrintableLine.isShown(c)) {
                printable.appendCodePoint(c);
            } else {
                Character.toString(c).chars().forEach(unit -> printable.append(String.format("\\u%04x", unit)));
            }
        });
        return printable.toString();
    }
}
