package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpEncoding;
import io.jenkins.plugins.pgbackup.engine.store.DumpTarget;
import io.jenkins.plugins.pgbackup.engine.stream.Pump;
import io.jenkins.plugins.pgbackup.engine.stream.PumpResult;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * The time in which {@code pg_dump} runs: it, the pump that takes its bytes away, and {@code pg_restore} that reads them
 * beside.
 */
public final class DumpRun {

    private final Machine machine;
    private final BackupListener listener;
    private final PipedPrograms<PumpResult> run;

    /** @param run stopped by the caller */
    public DumpRun(Machine machine, BackupListener listener, PipedPrograms<PumpResult> run) {
        this.machine = machine;
        this.listener = listener;
        this.run = run;
    }

    /**
     * Dumps once.
     *
     * @param dumpArguments gives {@code pg_dump}'s arguments for the path it is to write
     * @param proofArguments gives {@code pg_restore}'s arguments for the path it is to read, or {@code null} for no proof
     * @param encoding what {@code pg_dump} writes, and how it is compressed on its way
     * @throws BackupException if one of the three failed
     */
    public PumpResult run(
            Function<String, List<String>> dumpArguments,
            Function<String, List<String>> proofArguments,
            DumpEncoding encoding,
            DumpTarget target)
            throws IOException, InterruptedException {
        String dump = run.path("dump");
        String proof = run.path("proof");
        boolean piped = run.makeFifos(proofArguments == null ? List.of(dump) : List.of(dump, proof));
        if (!piped) {
            spool(dump, dumpArguments, proofArguments);
        }
        boolean proves = piped && proofArguments != null;
        run.pump(new Pump(
                dump,
                proves ? proof : null,
                encoding.format(),
                encoding.filter(),
                target,
                run.watch(),
                run.reportInterval()));
        if (piped) {
            run.start("pg_dump", dumpArguments.apply(dump));
        }
        if (proves) {
            run.start("pg_restore", proofArguments.apply(proof));
        }
        PumpResult pumped = run.awaitPump();
        run.awaitFirst();
        if (!pumped.endSeen()) {
            throw new BackupException("pg_dump ended well but its output does not end as a complete "
                    + encoding.format() + " dump does: nothing of it was kept, run the backup again.");
        }
        run.awaitPrograms();
        return pumped;
    }

    /** Where there is no FIFO (Windows), the dump waits in a file until it is whole. */
    private void spool(
            String file, Function<String, List<String>> dumpArguments, Function<String, List<String>> proofArguments)
            throws IOException, InterruptedException {
        listener.onNotice("There are no FIFOs on " + machine.name() + ": the dump is spooled to a private file in "
                + machine.temporaryDirectory() + " first, which needs room for the whole of it.");
        run.start("pg_dump", dumpArguments.apply(file));
        run.awaitPrograms();
        if (proofArguments != null) {
            run.start("pg_restore", proofArguments.apply(file));
            run.awaitPrograms();
        }
    }
}
