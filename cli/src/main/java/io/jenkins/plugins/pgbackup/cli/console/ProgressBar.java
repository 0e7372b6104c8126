package io.jenkins.plugins.pgbackup.cli.console;

import java.io.PrintWriter;
import java.time.Duration;

/** One line of a terminal that is written over and over, with a bar that moves as long as the dump does. */
public final class ProgressBar implements ProgressDisplay {

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final String ERASE_LINE = "\r\033[K";
    private static final String BLOCK = "====";
    private static final int BAR_COLUMNS = 20;
    private static final int LEAST_COLUMNS_FOR_BAR = 72;

    private final PrintWriter terminal;
    private final int columns;
    private final Words words;
    private long lastRawBytes;
    private int step;
    private boolean shown;

    /** @param columns the terminal's width */
    public ProgressBar(PrintWriter terminal, int columns, Words words) {
        this.terminal = terminal;
        this.columns = columns;
        this.words = words;
    }

    @Override
    public void show(long rawBytes, long storedBytes, Duration elapsed) {
        if (rawBytes != lastRawBytes) {
            step++;
        }
        lastRawBytes = rawBytes;
        String text = words.of(rawBytes, storedBytes, elapsed);
        String line = columns < LEAST_COLUMNS_FOR_BAR ? text : bar() + ' ' + text;
        // A terminal goes to the next line behind its last column.
        terminal.print(ERASE_LINE + line.substring(0, Math.min(line.length(), columns - 1)));
        terminal.flush();
        shown = true;
    }

    @Override
    public void clear() {
        if (shown) {
            terminal.print(ERASE_LINE);
            terminal.flush();
            shown = false;
        }
    }

    @Override
    public Duration pauseAfter(Duration elapsed) {
        return PAUSE;
    }

    /** To and fro: it says that something moves, not how far it is. */
    private String bar() {
        int way = BAR_COLUMNS - BLOCK.length();
        int there = step % (2 * way);
        int before = there <= way ? there : 2 * way - there;
        return '[' + " ".repeat(before) + BLOCK + " ".repeat(way - before) + ']';
    }
}
