package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** What happens to {@code pg_restore}, which proves the dump, and what it notices. */
class ProofFaultsTest extends FaultTable {

    private static final String PROVEN = "Backed up to …, proven: read to its end by pg_restore …";

    /** A {@code pg_dump} of which the first megabytes arrive, and which says that all is well. */
    private static final String HALF = """
            for argument; do case "$argument" in --file=*) output=${argument#--file=} ;; esac; done
            "$real" "$@" --file=/dev/stdout | head --bytes=5000000 >"$output"
            exit 0
            """;

    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            Fault.survives(
                    "`pg_restore` is not installed",
                    "The dump is made; log, manifest and build say *not proven*",
                    "WARNING: the dump will not be proven: pg_restore was not found on agent \"linux-1\".",
                    run -> {
                        run.programs().link("pg_dump").link("psql");
                        run.onlyThesePrograms();
                        mustEndUnproven(run, "pg_restore was not found on agent \"linux-1\"");
                    }),
            Fault.survives(
                    "`pg_restore` is older than `pg_dump`",
                    "The dump is made; log, manifest and build say *not proven*",
                    "WARNING: the dump will not be proven: pg_restore 9.6.24 on agent \"linux-1\""
                            + " is older than pg_dump ….",
                    run -> {
                        Path old = Files.writeString(
                                run.programs().path().resolve("pg_restore"),
                                "#!/bin/sh\necho 'pg_restore (PostgreSQL) 9.6.24'\n");
                        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));
                        mustEndUnproven(run, "pg_restore 9.6.24 on agent \"linux-1\" is older than pg_dump");
                    }),
            Fault.fails(
                    "`pg_restore` fails at once",
                    "The build fails; what was stored is withdrawn",
                    "ERROR: pg_restore failed with exit code 1: see what it said."
                            + " Its last words: pg_restore: error: I would not restore that",
                    run -> run.programs().script("pg_restore", """
                            echo 'pg_restore: error: I would not restore that' >&2
                            exit 1
                            """)),
            Fault.fails(
                    "`pg_restore` fails at the end",
                    "The build fails; what was stored is withdrawn",
                    "ERROR: pg_restore failed with exit code 1: see what it said."
                            + " Its last words: pg_restore: error: I would not restore that",
                    run -> run.programs().script("pg_restore", """
                            "$real" "$@"
                            echo 'pg_restore: error: I would not restore that' >&2
                            exit 1
                            """)),
            Fault.fails(
                    "`pg_restore` is killed in the middle of a table",
                    "The build fails; what was stored is withdrawn",
                    "ERROR: pg_restore was killed (SIGKILL) on agent \"linux-1\", as the system does when memory runs out:"
                            + " look for \"out of memory\" in its kernel log or for the container's memory limit.",
                    run -> {
                        run.startUntilInTheMiddle();
                        run.processes("pg_restore").forEach(ProcessHandle::destroyForcibly);
                    }),
            Fault.survives(
                    "`pg_restore` is slower than `pg_dump` by 100 times: `pg_dump` waits",
                    "The dump is made, as fast as it is read",
                    PROVEN,
                    run -> {
                        // pg_dump makes some 60 MB a second of the sample database.
                        run.programs().script("pg_restore", """
                                for last; do :; done
                                {
                                    blocks=0
                                    while [ $blocks -lt 50 ]; do
                                        head --bytes=65536
                                        sleep 0.1
                                        blocks=$((blocks + 1))
                                    done
                                    echo 'pg_restore: warning: now faster' >&2
                                    cat
                                } <"$last" | "$real" "$1" "$2"
                                """);
                        run.start();
                        JenkinsWithAgent.await(
                                "pg_restore reads on", () -> run.log().contains("now faster"));
                        assertThat("pg_dump waits", run.processes("pg_dump"), is(not(empty())));
                    }),
            Fault.fails(
                    "`pg_dump` says that all is well, after half a dump",
                    "`pg_restore` notices and the build fails; what was stored is withdrawn",
                    "ERROR: pg_restore found the dump damaged or cut off: do not rely on it, and run the backup again."
                            + " Its last words: pg_restore: error: could not read from input file: end of file",
                    run -> run.programs().script("pg_dump", HALF)),
            Fault.fails(
                    "`pg_dump` says that all is well, after half a plain dump",
                    "The completion mark is missed and the build fails; what was stored is withdrawn",
                    "ERROR: pg_dump ended well but its output does not end as a complete plain dump does:"
                            + " nothing of it was kept, run the backup again.",
                    run -> run.set("dump", Map.of("format", "plain")).programs().script("pg_dump", HALF)));

    @Override
    List<Fault> faults() {
        return FAULTS;
    }

    /** The build, its log and the manifest say so. */
    private static void mustEndUnproven(FaultRun run, String why) throws Exception {
        var build = run.finish();
        BackupAction backups = build.getAction(BackupAction.class);
        assertThat(run.log(), backups, is(not(nullValue())));
        BackupSummary backup = backups.getBackups().get(0);
        assertThat(backup.isProven(), is(false));
        assertThat(backup.getProof(), startsWith(why));
        assertThat(run.log(), containsString("NOT PROVEN: " + why));
        assertThat(new PostFaultChecks(run, build).manifest().proof().proven(), is(false));
    }
}
