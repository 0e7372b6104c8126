package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.cli.command.PgBackupCommand;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs {@code pgbackup} in this JVM: with this process' environment, but without a JVM's start. */
final class PgbackupInProcess {

    private PgbackupInProcess() {}

    static CommandOutcome run(String... arguments) {
        return runOn(new TestMachine(), arguments);
    }

    /** Runs it on another machine than this one. */
    static CommandOutcome runOn(Machine machine, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = PgBackupCommand.commandLine(new PrintWriter(out), new PrintWriter(err), () -> false, machine)
                .execute(arguments);
        return new CommandOutcome(exitCode, out.toString(), err.toString());
    }
}
