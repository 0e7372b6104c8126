package io.jenkins.plugins.pgbackup.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stderr is.
 *
 * @param columns the terminal's width, 0 where it is none
 */
public record Terminal(int columns) {

    public static final Terminal NONE = new Terminal(0);

    private static final int DEFAULT_COLUMNS = 80;
    private static final Pattern ROWS_AND_COLUMNS = Pattern.compile("\\d+ (\\d{1,4})\\s*");

    /** Runs the shell: Java tells whether stdin and stdout are terminals, but not stderr. */
    public static Terminal ofStderr() {
        String type = System.getenv().getOrDefault("TERM", "dumb");
        if (type.isEmpty() || type.equals("dumb")) {
            return NONE;
        }
        ProcessBuilder question = new ProcessBuilder("sh", "-c", "test -t 2 && stty size <&2 2>/dev/null || test -t 2")
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            Process shell = question.start();
            shell.getOutputStream().close();
            try (InputStream answer = shell.getInputStream()) {
                String size = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
                return shell.waitFor() == 0 ? new Terminal(columns(size)) : NONE;
            }
        } catch (IOException e) {
            return NONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NONE;
        }
    }

    public boolean isThere() {
        return columns > 0;
    }

    private static int columns(String size) {
        Matcher found = ROWS_AND_COLUMNS.matcher(size);
        int columns = found.matches() ? Integer.parseInt(found.group(1)) : 0;
        // A terminal that does not know its size says 0.
        return columns > 0 ? columns : DEFAULT_COLUMNS;
    }
}
