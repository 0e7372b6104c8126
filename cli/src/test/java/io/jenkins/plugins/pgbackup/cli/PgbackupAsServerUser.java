package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.cli.command.PgBackupCommand;
import io.jenkins.plugins.pgbackup.cli.console.ShutdownHook;
import io.jenkins.plugins.pgbackup.engine.machine.ServerUserMachine;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code pgbackup} with PostgreSQL's programs run by a user who may start a server, also if root runs the tests. */
public final class PgbackupAsServerUser {

    /** Names the directory for temporary files; without it there is a new one. */
    static final String TEMPORARY = "PGBACKUP_TEST_TEMPORARY";

    private PgbackupAsServerUser() {}

    public static void main(String... arguments) throws Exception {
        String named = System.getenv(TEMPORARY);
        Path temporary =
                named == null ? Files.createTempDirectory(Path.of("/tmp"), "pgbackup-testing-") : Path.of(named);
        ShutdownHook stop = ShutdownHook.of(Thread.currentThread());
        int exitCode = PgBackupCommand.commandLine(
                        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                        stop::isUnderWay,
                        new ServerUserMachine(temporary))
                .execute(arguments);
        if (named == null) {
            Files.delete(temporary);
        }
        if (stop.isTooLate()) {
            System.exit(exitCode);
        }
    }
}
