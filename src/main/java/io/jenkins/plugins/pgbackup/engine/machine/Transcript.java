package io.jenkins.plugins.pgbackup.engine.machine;

import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a program says, line by line as it comes, each a {@link PrintableLine}.
 *
 * <p>However much it says, only its last words are kept, and only so much is told: who never stops would fill the log's
 * disk.
 */
public final class Transcript extends OutputStream {

    private static final int LINES_KEPT = 40;
    private static final int LONGEST_LINE_BYTES = 4096;

    /** What {@code pg_dump --verbose} says of some ten thousand tables. */
    private static final int CHARACTERS_TOLD = 4 * 1024 * 1024;

    static final String NO_MORE = "(There is more, which is not shown.)";

    private final Consumer<String> reader;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int charactersTold;

    /** @param reader is told each line when it is complete */
    public Transcript(Consumer<String> reader) {
        this.reader = reader;
    }

    @Override
    public synchronized void write(int octet) {
        if (octet == '\n') {
            endLine();
        } else if (line.size() < LONGEST_LINE_BYTES) {
            line.write(octet);
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    /** The last lines so far, oldest first; a last line without a line feed included. */
    public synchronized List<String> lastLines() {
        if (line.size() > 0) {
            endLine();
        }
        return List.copyOf(lastLines);
    }

    /** {@link #lastLines()} as one text. */
    public String text() {
        return String.join("\n", lastLines());
    }

    private void endLine() {
        String text = PrintableLine.of(line.toString(StandardCharsets.UTF_8));
        line.reset();
        if (text.isBlank()) {
            return;
        }
        if (lastLines.size() == LINES_KEPT) {
            lastLines.removeFirst();
        }
        lastLines.addLast(text);
        tell(text);
    }

    private void tell(String text) {
        if (charactersTold <= CHARACTERS_TOLD) {
            charactersTold += text.length();
            reader.accept(charactersTold <= CHARACTERS_TOLD ? text : NO_MORE);
        }
    }
}
