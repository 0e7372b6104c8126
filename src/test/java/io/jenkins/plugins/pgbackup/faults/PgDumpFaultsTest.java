package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.fixture.PostgresGate;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What happens to {@code pg_dump} itself. */
class PgDumpFaultsTest extends FaultTable {

    private static final String KILLED =
            "ERROR: pg_dump was killed (SIGKILL) on agent \"linux-1\", as the system does when"
                    + " memory runs out: look for \"out of memory\" in its kernel log or for the container's memory limit.";

    private static final String DID_NOT_MOVE =
            "ERROR: The dump did not move for 3 seconds and was given up: look for locks"
                    + " and load on 127.0.0.1:… and for a destination that does not answer, or set a longer stall timeout; a row"
                    + " moves when pg_dump has received the whole of it.";

    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            Fault.fails(
                    "`pg_dump` is not installed",
                    "The build fails before it connects",
                    "ERROR: pg_dump was not found on agent \"linux-1\":"
                            + " install the PostgreSQL client there, or put its directory on PATH.",
                    FaultRun::onlyThesePrograms),
            Fault.fails(
                    "`pg_dump` is not executable",
                    "The build fails before it connects",
                    "ERROR: pg_dump cannot be run on agent \"linux-1\" (…Permission denied): check that the user of the"
                            + " backup may execute it, and that it was made for this machine.",
                    run -> {
                        Files.writeString(run.programs().path().resolve("pg_dump"), "#!/bin/sh\n");
                        run.onlyThesePrograms();
                    }),
            Fault.fails(
                    "`pg_dump` ends with exit code 1 before it opens its output",
                    "The build fails; nothing waits any longer for the dump's first byte",
                    "ERROR: pg_dump does not know an option, or not so: check the extra options against the version on"
                            + " agent \"linux-1\". Its last words: pg_dump: error: unrecognized section name: \"middle\"",
                    run -> run.set("dump", Map.of("extraOptions", List.of("--section=middle")))),
            Fault.fails(
                    "`pg_dump` ends with exit code 1 after the header: a table has row-level security",
                    "The build fails; what was stored is withdrawn",
                    "ERROR: pg_dump would dump only a part of the table salary, which has row-level security: use the"
                            + " owner or a role with BYPASSRLS, or accept the part with --enable-row-security."
                            + " Its last words: pg_dump: error: …",
                    PgDumpFaultsTest::dumpATableWithRowLevelSecurity),
            Fault.fails(
                    "`pg_dump` is killed in the middle of a table",
                    "The build fails, for the exit code counts and not the end of the output; what was stored is"
                            + " withdrawn",
                    KILLED,
                    run -> {
                        run.startUntilInTheMiddle();
                        run.processes("pg_dump").forEach(ProcessHandle::destroyForcibly);
                    }),
            Fault.fails(
                    "`pg_dump` is killed, as by the out-of-memory killer, when only the last byte is missing",
                    "The build fails; what was stored is withdrawn",
                    KILLED,
                    run -> run.programs().script("pg_dump", """
                            for argument; do case "$argument" in --file=*) output=${argument#--file=} ;; esac; done
                            "$real" "$@" --file=/dev/stdout | head --bytes=-1 >"$output"
                            kill -KILL $$
                            """)),
            Fault.fails(
                    "`pg_dump` and `pg_restore` are killed at once",
                    "The build fails; what was stored is withdrawn",
                    KILLED,
                    run -> {
                        run.startUntilInTheMiddle();
                        Stream.of("pg_restore", "pg_dump")
                                .flatMap(program -> run.processes(program).stream())
                                .toList()
                                .forEach(ProcessHandle::destroyForcibly);
                    }),
            Fault.fails(
                    "`pg_dump` fails after its last byte",
                    "The build fails, however whole the dump is; what was stored is withdrawn",
                    "ERROR: pg_dump failed with exit code 3: see what it said."
                            + " Its last words: pg_dump: error: the cat sat on the keyboard",
                    run -> run.programs().script("pg_dump", """
                            "$real" "$@"
                            echo 'pg_dump: error: the cat sat on the keyboard' >&2
                            exit 3
                            """)),
            Fault.fails(
                    "`pg_dump` hangs without output",
                    "After `stallTimeout` the programs are ended and the build fails; what was stored is"
                            + " withdrawn",
                    DID_NOT_MOVE,
                    PgDumpFaultsTest::hangBeforeTheFirstByte),
            Fault.fails(
                    "`pg_dump` hangs in the middle of a table",
                    "After `stallTimeout` the programs are ended and the build fails; what was stored is"
                            + " withdrawn",
                    DID_NOT_MOVE,
                    run -> {
                        run.set("stallTimeout", 3).startUntilInTheMiddle();
                        run.finish();
                        mustHaveGone(run, "pg_dump");
                    }),
            Fault.fails(
                    "`pg_dump` writes nothing but warnings, without end",
                    "The log shows the first of them; after `stallTimeout` the programs are ended and the build"
                            + " fails",
                    DID_NOT_MOVE,
                    run -> {
                        run.set("stallTimeout", 3).programs().script("pg_dump", """
                                exec yes "pg_dump: warning: this is not the end, $(printf '%01000d')" >&2
                                """);
                        run.finish();
                        assertThat(run.log(), containsString("pg_dump: (There is more, which is not shown.)"));
                    }));

    @Override
    List<Fault> faults() {
        return FAULTS;
    }

    /** Which {@code pg_dump} notices when it copies the rows, and not when it locks the table. */
    private static void dumpATableWithRowLevelSecurity(FaultRun run) throws Exception {
        RestrictedUserDatabase.in(
                run, "CREATE TABLE salary (amount int); ALTER TABLE salary ENABLE ROW LEVEL SECURITY");
    }

    private static void hangBeforeTheFirstByte(FaultRun run) throws Exception {
        long beforeTheEndOfTheCatalog = 20_000;
        try (PostgresGate gate = PostgresGate.before(run.stage().postgres(), beforeTheEndOfTheCatalog)) {
            String url = (String) run.settings().arguments().get("url");
            run.set("url", gate.through(run.stage().postgres(), url))
                    .set("stallTimeout", 3)
                    .start();
            gate.awaitClosed();
            run.finish();
            mustHaveGone(run, "pg_dump");
        }
    }

    /** Not only because of what the row does afterwards. */
    private static void mustHaveGone(FaultRun run, String program) throws Exception {
        JenkinsWithAgent.await(
                program + " has gone", () -> run.processes(program).isEmpty());
    }
}
