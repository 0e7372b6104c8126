package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Fifo;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.machine.Transcript;
import io.jenkins.plugins.pgbackup.engine.machine.Uninterruptibly;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import io.jenkins.plugins.pgbackup.engine.stream.TransferProgress;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * PostgreSQL's programs at one end of some FIFOs and a pump at the other, until all of them have ended well; or none of
 * them is left.
 *
 * @param <T> what the pump returns
 */
public final class PipedPrograms<T> implements AutoCloseable {

    /** A look at a program on an agent costs some kilobytes each time; most have written something by then. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(250);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** How often the pump says how far it is, which costs as much. */
    private static final Duration LONGEST_REPORT_INTERVAL = Duration.ofSeconds(5);

    /** Of which a stall takes at least so many. */
    private static final int REPORTS_IN_STALL = 4;

    private static final Duration MOMENT = Duration.ofMillis(20);

    private static final Duration TIME_TO_END_BY_ITSELF = Duration.ofSeconds(2);
    private static final Duration TIME_TO_STOP = Duration.ofSeconds(15);

    /** 128 + SIGPIPE, as shells and Java count. */
    private static final int ENDED_BY_SIGPIPE = 141;

    private final Machine machine;
    private final PrivateDirectory directory;
    private final PostgresClient client;
    private final PostgresUrl url;
    private final Duration stallTimeout;
    private final BackupListener listener;

    private final List<String> fifos = new ArrayList<>();
    private final List<Program> programs = new ArrayList<>();
    private final ProgressMonitor watch;
    /** Before there is one, there is none to wait for. */
    private Future<T> pump = CompletableFuture.completedFuture(null);

    /**
     * @param url the database that the programs connect to, for the sentences
     * @param stallTimeout how long nothing may move; zero is for ever
     */
    public PipedPrograms(
            Machine machine,
            PrivateDirectory directory,
            PostgresClient client,
            PostgresUrl url,
            Duration stallTimeout,
            BackupListener listener) {
        this.machine = machine;
        this.directory = directory;
        this.client = client;
        this.url = url;
        this.stallTimeout = stallTimeout;
        this.listener = listener;
        this.watch = new ProgressMonitor(listener);
    }

    /**
     * Makes FIFOs.
     *
     * @return whether the machine has such things
     */
    public boolean makeFifos(List<String> paths) throws IOException, InterruptedException {
        if (!Uninterruptibly.call(machine, () -> machine.makeFifos(paths))) {
            return false;
        }
        fifos.addAll(paths);
        return true;
    }

    /** A path in the private directory of this run. */
    public String path(String fileName) {
        return directory.path(fileName);
    }

    /** What the pump is to tell of its progress. */
    public TransferProgress watch() {
        return machine.export(TransferProgress.class, watch);
    }

    /** A source as the machine can open it, for one pump. */
    DumpSource exported(DumpSource source) throws IOException {
        return source.exportedTo(machine);
    }

    /** How often it is to tell: as often as it is read, and often enough to show that it does not stand still. */
    public Duration reportInterval() {
        Duration wanted = min(listener.pauseAfter(Duration.ZERO), LONGEST_REPORT_INTERVAL);
        return stallTimeout.isZero() ? wanted : min(wanted, stallTimeout.dividedBy(REPORTS_IN_STALL));
    }

    /** Writes a file to the private directory of this run. */
    String write(String fileName, String text) throws IOException, InterruptedException {
        return directory.write(fileName, text);
    }

    /** Starts a program; what it writes to its standard error is heard by the listener. */
    public void start(String name, List<String> arguments) throws IOException, InterruptedException {
        Transcript err = new Transcript(line -> listener.onStderr(name, line));
        List<String> used = fifos.stream()
                .filter(fifo -> arguments.stream().anyMatch(argument -> argument.endsWith(fifo)))
                .toList();
        programs.add(new Program(name, client.start(name, arguments, OutputStream.nullOutputStream(), err), err, used));
    }

    /** Starts the pump. */
    public void pump(Task<T> task) throws IOException, InterruptedException {
        pump = machine.submit(task);
    }

    /** Waits until the first program has ended well, whose output the others read. */
    void awaitFirst() throws IOException, InterruptedException {
        mustHaveEndedWell(programs.get(0));
    }

    /** Waits until the programs have ended well, in the order in which they were started. */
    void awaitPrograms() throws IOException, InterruptedException {
        for (Program program : programs) {
            mustHaveEndedWell(program);
        }
    }

    /**
     * Waits until the pump has ended well. It looks after the programs while nothing moves: one that has gone leaves the pump
     * waiting to open its end, one that ended badly makes the rest worthless, and so does a dump that stands still. While
     * bytes go by all of them are there: the end of one that writes ends the pump, the end of one that reads is told.
     *
     * @throws BackupException if something failed; the caller {@link #close() closes} the rest
     */
    T awaitPump() throws IOException, InterruptedException {
        Duration pause = FIRST_LOOK;
        long nextLook = System.nanoTime() + pause.toNanos();
        while (true) {
            try {
                return pump.get(Math.min(nextLook, watch.nextReport()) - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                watch.report();
                if (System.nanoTime() < nextLook) {
                    continue;
                }
                if (!watch.moves(reportInterval().multipliedBy(2)) && anyEnded()) {
                    machine.call(Fifo.release(fifosLeft()));
                }
                if (!stallTimeout.isZero() && watch.stillFor().compareTo(stallTimeout) > 0) {
                    throw new BackupException("The dump did not move for " + stallTimeout.toSeconds()
                            + " seconds and was given up: look for locks and load on " + url.displayHost()
                            + " and for a destination that does not answer, or set a longer stall timeout; a row"
                            + " moves when pg_dump has received the whole of it.");
                }
                pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
                nextLook = System.nanoTime() + pause.toNanos();
            } catch (ExecutionException e) {
                throw Machine.causeOf(e);
            }
        }
    }

    /**
     * Gives the reader of a FIFO nothing but its end, when it has come so far.
     *
     * @throws BackupException if a program ended badly before
     */
    public void end(String fifo) throws IOException, InterruptedException {
        Future<Boolean> ending = machine.submit(Fifo.end(fifo));
        try {
            Duration pause = FIRST_LOOK;
            while (!ended(ending, pause) && !anyEnded()) {
                pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
            }
        } finally {
            Uninterruptibly.cleanUp(machine, () -> {
                while (!ending.isDone()) {
                    machine.call(Fifo.release(List.of(fifo)));
                    TimeUnit.MILLISECONDS.sleep(MOMENT.toMillis());
                }
            });
        }
    }

    private static boolean ended(Future<Boolean> task, Duration limit) throws IOException, InterruptedException {
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw Machine.causeOf(e);
        }
    }

    /**
     * Whether a program has ended.
     *
     * @throws BackupException if one ended badly: the first one, of whose end the later ones may have died
     */
    private boolean anyEnded() throws IOException, InterruptedException {
        boolean anyEnded = false;
        for (Program program : programs) {
            anyEnded |= program.hasEnded();
        }
        if (anyEnded) {
            for (Program program : programs) {
                if (program.hasEnded()) {
                    mustHaveEndedWell(program);
                }
            }
        }
        return anyEnded;
    }

    /** Those of programs that have ended. One that is still to open its own must find the pump there. */
    private List<String> fifosLeft() throws IOException, InterruptedException {
        List<String> left = new ArrayList<>();
        for (Program program : programs) {
            if (program.hasEnded()) {
                left.addAll(program.fifos);
            }
        }
        return left;
    }

    /**
     * Waits until the first program has ended, for a moment: where its reader failed, the cause may be that it did, whose end
     * is only seen a little later.
     */
    private void giveFirstTimeToEnd() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TIME_TO_END_BY_ITSELF.toNanos();
        while (!programs.get(0).hasEnded() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(MOMENT.toMillis());
        }
    }

    private void mustHaveEndedWell(Program program) throws IOException, InterruptedException {
        if (program.exitCode() == 0) {
            return;
        }
        if (program != programs.get(0)) {
            giveFirstTimeToEnd();
            if (programs.get(0).hasEnded()) {
                mustHaveEndedWell(programs.get(0));
            }
        }
        if (program.lostItsReader()) {
            // It died of the pump's end, so the pump knows the cause.
            try {
                if (pumpEndsWithin(TIME_TO_STOP)) {
                    pump.get();
                }
            } catch (ExecutionException e) {
                throw Machine.causeOf(e);
            }
        }
        throw client.failure(program.name, program.exitCode(), program.err, url);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Ends what still runs; after a good end there is nothing. What cannot be ended is said, and nothing thrown for it. */
    @Override
    public void close() {
        try {
            Uninterruptibly.cleanUp(machine, this::stopEach);
        } catch (IOException | InterruptedException e) {
            // Not thrown: the caller is leaving for a reason of its own, which this must not replace.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            warn("what runs on " + machine.name() + " could not be ended: " + e.getMessage());
        }
    }

    private void stopEach() throws InterruptedException {
        if (machine.isLost()) {
            // It ends them itself.
            return;
        }
        for (Program program : programs) {
            try {
                program.kill();
            } catch (IOException e) {
                warn(program.name + " could not be ended on " + machine.name() + ": " + e.getMessage());
            }
        }
        try {
            if (!pumpEndsWithin(TIME_TO_END_BY_ITSELF)) {
                pump.cancel(true);
                pumpEndsWithin(TIME_TO_STOP);
            }
        } catch (IOException e) {
            warn("what moves the dump could not be ended on " + machine.name() + ": " + e.getMessage());
        }
    }

    private void warn(String sentence) {
        if (!machine.isLost()) {
            listener.onNotice("WARNING: " + sentence);
        }
    }

    /** Waits for the pump, whose FIFOs are no longer used. A future that was cancelled says nothing about it. */
    private boolean pumpEndsWithin(Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!pumpHasEnded() && System.nanoTime() < deadline) {
            machine.call(Fifo.release(fifos));
            TimeUnit.MILLISECONDS.sleep(MOMENT.toMillis());
        }
        return pumpHasEnded();
    }

    private boolean pumpHasEnded() {
        return watch.hasEnded() || pump.isDone() && !pump.isCancelled();
    }

    /** A program of this run, with what it said. */
    private static final class Program {

        private final String name;
        private final RunningProgram running;
        private final Transcript err;
        private final List<String> fifos;
        private Integer exitCode;

        Program(String name, RunningProgram running, Transcript err, List<String> fifos) {
            this.name = name;
            this.running = running;
            this.err = err;
            this.fifos = fifos;
        }

        boolean hasEnded() throws IOException, InterruptedException {
            return exitCode != null || !running.isAlive();
        }

        int exitCode() throws IOException, InterruptedException {
            if (exitCode == null) {
                exitCode = running.join();
            }
            return exitCode;
        }

        boolean lostItsReader() throws IOException, InterruptedException {
            return exitCode() == ENDED_BY_SIGPIPE || err.text().contains("Broken pipe");
        }

        void kill() throws IOException, InterruptedException {
            if (exitCode == null) {
                running.kill();
            }
        }
    }
}
