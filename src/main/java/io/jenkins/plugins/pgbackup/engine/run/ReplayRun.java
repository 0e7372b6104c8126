package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramFailedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.engine.stream.PsqlScript;
import io.jenkins.plugins.pgbackup.engine.stream.Replay;
import io.jenkins.plugins.pgbackup.engine.stream.ReplayResult;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * The time in which a stored dump is read on the machine, and the program that reads it runs.
 *
 * @param run stopped by the caller
 */
public record ReplayRun(StoredDump dump, PipedPrograms<ReplayResult> run) {

    /**
     * Feeds the dump to a program while it is read.
     *
     * @param program who reads it
     * @param arguments gives the program's arguments for the path it is to read
     */
    public ReplayResult feed(String program, Function<String, List<String>> arguments)
            throws IOException, InterruptedException {
        return feed(program, arguments, failure -> {
            throw failure;
        });
    }

    /** What becomes of a program that read the dump to its end and then ended badly. */
    @FunctionalInterface
    interface Failure {
        void of(ProgramFailedException failure) throws BackupException;
    }

    /** Likewise. */
    ReplayResult feed(String program, Function<String, List<String>> arguments, Failure onFailure)
            throws IOException, InterruptedException {
        String path = run.path("dump");
        boolean piped = run.makeFifos(List.of(path));
        if (piped) {
            run.start(program, arguments.apply(path));
        }
        ReplayResult replayed = read(path, piped, null);
        if (!piped) {
            run.start(program, arguments.apply(path));
        }
        try {
            run.awaitPrograms();
        } catch (ProgramFailedException e) {
            onFailure.of(e);
        }
        return replayed;
    }

    /**
     * Feeds a plain dump to {@code psql} while it is read. A script has an end wherever it is cut off, so a second file lets
     * {@code psql} come to its own end only when the dump was seen whole and unchanged; else it is stopped before.
     *
     * @param script what of the dump is fed
     * @param arguments gives {@code psql}'s arguments for the paths that it is to read, one after the other
     */
    void feedScript(PsqlScript script, Function<List<String>, List<String>> arguments)
            throws IOException, InterruptedException {
        String path = run.path("dump");
        String end = run.path("end");
        boolean piped = run.makeFifos(List.of(path, end));
        if (piped) {
            run.start("psql", arguments.apply(List.of(path, end)));
        }
        dump.mustBeUnchanged(read(path, piped, script));
        if (piped) {
            run.end(end);
        } else {
            run.start("psql", arguments.apply(List.of(path)));
        }
        run.awaitPrograms();
    }

    /**
     * Feeds an archive to a program that needs its head alone, and reads no more of it than that.
     *
     * @param fifo made by the same run
     */
    void feedHead(String program, String fifo, List<String> arguments) throws IOException, InterruptedException {
        run.start(program, arguments);
        run.pump(replay(fifo, true, true, null));
        run.awaitPump();
        run.awaitPrograms();
    }

    /** Fetches the whole of the dump to a new file, which programs can seek in. */
    ReplayResult fetch(String path) throws IOException, InterruptedException {
        return read(path, false, null);
    }

    /** Reads the dump to its end for its digest alone. */
    public ReplayResult read() throws IOException, InterruptedException {
        return read(null, false, null);
    }

    private ReplayResult read(String reader, boolean fifo, PsqlScript script) throws IOException, InterruptedException {
        run.pump(replay(reader, fifo, false, script));
        ReplayResult replayed = run.awaitPump();
        if (replayed.refused()) {
            throw new RestoreRefusedException(
                    Remedy.TRUST,
                    dump.uri()
                            + " holds psql's command \\unrestrict among its statements, behind which it could run programs:"
                            + " find out who made it.");
        }
        if (!replayed.endSeen()) {
            throw new BackupException(dump.uri() + " does not end as a complete " + dump.format()
                    + " dump does: it is cut off, do not rely on it.");
        }
        return replayed;
    }

    private Replay replay(String reader, boolean fifo, boolean headOnly, PsqlScript script) throws IOException {
        return new Replay(
                run.exported(dump.source()),
                dump.format(),
                dump.filter(),
                reader,
                fifo,
                headOnly,
                script,
                run.watch(),
                run.reportInterval());
    }
}
