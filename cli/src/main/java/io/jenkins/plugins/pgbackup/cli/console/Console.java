package io.jenkins.plugins.pgbackup.cli.console;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a person sees of a command: the result on stdout, everything on the way to it on stderr.
 *
 * <p>It is told things by several threads.
 */
public final class Console implements BackupListener, AutoCloseable {

    private static final String WARNING = "WARNING: ";

    /** How PostgreSQL's programs begin their last words, which the error's own sentence quotes. */
    private static final Pattern LAST_WORDS = Pattern.compile("\\S+: (?:error|fatal|ERROR|FATAL):.*");

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean quiet;
    private final boolean json;
    private final ProgressDisplay progress;
    private final Set<String> programsThatFailed = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();

    public Console(PrintWriter out, PrintWriter err, boolean quiet, boolean json, ProgressDisplay progress) {
        this.out = out;
        this.err = err;
        this.quiet = quiet;
        this.json = json;
        this.progress = progress;
    }

    @Override
    public synchronized void onStart(String destination, String source) {
        print(json ? err : out, "Backing database up " + destination);
        print(err, "Dumping " + source);
    }

    @Override
    public synchronized void onProgress(long rawBytes, long storedBytes, Duration elapsed) {
        if (!quiet) {
            progress.show(rawBytes, storedBytes, elapsed);
        }
    }

    @Override
    public Duration pauseAfter(Duration elapsed) {
        return progress.pauseAfter(elapsed);
    }

    @Override
    public synchronized void onNotice(String sentence) {
        if (sentence.startsWith(WARNING)) {
            warnings.add(sentence);
        }
        print(err, sentence);
    }

    @Override
    public synchronized void onStderr(String program, String line) {
        if (LAST_WORDS.matcher(line).matches()) {
            programsThatFailed.add(program);
        }
        if (!programsThatFailed.contains(program)) {
            print(err, line);
        }
    }

    /** Ends a command that went well. */
    public synchronized void printResult(CommandOutput result) {
        warnings.clear();
        if (json) {
            progress.clear();
            out.print(result.json());
            out.flush();
        } else {
            result.lines().forEach(line -> print(out, line));
        }
    }

    /** Ends a command, however it went. A failure is printed with the warnings that were not printed yet. */
    @Override
    public synchronized void close() {
        progress.clear();
        if (quiet) {
            warnings.forEach(warning -> err.println(PrintableLine.of(warning)));
        }
        err.flush();
    }

    private void print(PrintWriter stream, String line) {
        if (!quiet) {
            progress.clear();
            stream.println(PrintableLine.of(line));
            stream.flush();
        }
    }
}
