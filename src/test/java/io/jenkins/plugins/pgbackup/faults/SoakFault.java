package io.jenkins.plugins.pgbackup.faults;

import static io.jenkins.plugins.pgbackup.fixture.FaultProxy.answer;

import hudson.model.Result;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Request;
import java.util.List;
import java.util.Random;

/**
 * A fault that happens to a backup by itself, so that many can be drawn by lot.
 *
 * @param driver the only one that it can happen to, or {@code null}
 * @param result how the build ends; {@code null} if that depends on the moment at which the fault hits it
 */
record SoakFault(String name, String driver, Result result, Arrangement arrangement) {

    /** The longest time after which a build is aborted; some have ended by then. */
    private static final int LATEST_ABORT_MILLIS = 1000;

    /** Writes the beginning of the dump to where all of it should go, and keeps that open. */
    private static final String BEGINNING = """
            for word; do
                shift
                case "$word" in
                    --file=*) out="${word#--file=}" ;;
                    --no-sync) ;;
                    *) set -- "$@" "$word" ;;
                esac
            done
            exec 3> "$out"
            "$real" "$@" | head -c 20000 >&3
            """;

    private static final FaultProxy.Fault FAILED = answer(500, "InternalError", "We encountered an internal error.");

    static final List<SoakFault> ALL = List.of(
            new SoakFault("none", null, Result.SUCCESS, (backup, random) -> {}),
            pgDump("exits before it opens its output", "exit 1"),
            pgDump("exits in the middle", BEGINNING + "exit 1"),
            pgDump("is killed in the middle", BEGINNING + "kill -9 $$"),
            pgDump("ends in the middle with exit code 0", BEGINNING + "exit 0"),
            pgDump("fails after its last byte", "\"$real\" \"$@\"; exit 1"),
            new SoakFault("pg_dump hangs in the middle", null, Result.FAILURE, (backup, random) -> {
                backup.programs().script("pg_dump", BEGINNING + "exec sleep 600");
                backup.set("stallTimeout", 1);
            }),
            pgRestore("fails at once", "exit 1"),
            pgRestore(
                    "is killed in the middle", "for file; do :; done; head -c 5000 \"$file\" > /dev/null; kill -9 $$"),
            new SoakFault(
                    "aborted", null, null, (backup, random) -> backup.abortAfter(random.nextInt(LATEST_ABORT_MILLIS))),
            s3("a part is answered 500, once", Result.SUCCESS, proxy -> proxy.plan(1, Request::isAnyPart, FAILED)),
            s3("a part is answered 500, always", Result.FAILURE, proxy -> proxy.always(Request::isAnyPart, FAILED)),
            s3(
                    "a part is answered 503, twice",
                    Result.SUCCESS,
                    proxy -> proxy.plan(
                            2, Request::isAnyPart, answer(503, "SlowDown", "Please reduce your request rate."))),
            s3(
                    "the connection is reset in a part",
                    Result.SUCCESS,
                    proxy -> proxy.plan(1, Request::isAnyPart, FaultProxy.reset())),
            s3(
                    "a part is altered on its way",
                    Result.SUCCESS,
                    proxy -> proxy.plan(1, Request::isAnyPart, FaultProxy.alterBody())),
            s3(
                    "the answer to the commit is lost",
                    Result.SUCCESS,
                    proxy -> proxy.plan(1, Request::isComplete, FaultProxy.loseAnswer())),
            s3(
                    "the commit is answered with 200 and an error",
                    Result.FAILURE,
                    proxy -> proxy.always(
                            Request::isComplete, answer(200, "InternalError", "We encountered an internal error."))),
            s3(
                    "the upload may not begin",
                    Result.FAILURE,
                    proxy -> proxy.always(Request::isCreate, answer(403, "AccessDenied", "Access Denied"))),
            s3(
                    "the abort is answered 500, once, after a part was, always",
                    Result.FAILURE,
                    proxy -> proxy.always(Request::isAnyPart, FAILED).plan(1, Request::isAbort, FAILED)));

    /** Arranges a backup so that the fault hits it. */
    interface Arrangement {
        void arrange(SoakBackup backup, Random random) throws Exception;
    }

    private interface Plan {
        FaultProxy on(FaultProxy proxy);
    }

    /** No fault. */
    static SoakFault none() {
        return ALL.get(0);
    }

    /** One of those that can happen to a driver. */
    static SoakFault draw(Random random, String driver) {
        List<SoakFault> possible = ALL.stream()
                .skip(1)
                .filter(fault -> fault.driver == null || fault.driver.equals(driver))
                .toList();
        return possible.get(random.nextInt(possible.size()));
    }

    private static SoakFault pgDump(String what, String script) {
        return program("pg_dump", what, script);
    }

    private static SoakFault pgRestore(String what, String script) {
        return program("pg_restore", what, script);
    }

    private static SoakFault program(String program, String what, String script) {
        return new SoakFault(
                program + " " + what,
                null,
                Result.FAILURE,
                (backup, random) -> backup.programs().script(program, script));
    }

    private static SoakFault s3(String name, Result result, Plan plan) {
        return new SoakFault(name, "s3", result, (backup, random) -> plan.on(backup.s3()));
    }
}
