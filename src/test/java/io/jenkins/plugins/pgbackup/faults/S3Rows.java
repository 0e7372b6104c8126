package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Request;
import java.util.Map;
import java.util.function.Predicate;

/** Rows in which a proxy before S3 does something to requests of a kind. */
final class S3Rows {

    /** The dump, as sentences have it. */
    static final String OBJECT = "s3://…/shop.dump.zst";

    static final FaultProxy.Fault DENIED = FaultProxy.answer(403, "AccessDenied", "Access Denied");
    static final FaultProxy.Fault FAILED = FaultProxy.answer(500, "InternalError", "We encountered an internal error.");
    static final FaultProxy.Fault SLOW_DOWN = FaultProxy.answer(503, "SlowDown", "Please reduce your request rate.");

    private S3Rows() {}

    /** Makes the sample database's dump one of three parts. */
    static FaultRun inParts(FaultRun run) {
        return run.set("dump", Map.of("compression", "none")).setS3("partSize", 8);
    }

    /** It happens to each of these requests, and the backup fails. */
    static Fault fails(String name, String effect, String sentence, Predicate<Request> which, FaultProxy.Fault fault) {
        return Fault.fails(name, effect, sentence, run -> {
                    if (sentence.contains("Part 2")) {
                        inParts(run);
                    }
                    run.s3().always(which, fault);
                })
                .only("s3");
    }

    /** It happens to the first of these requests, which come again each time, and the backup is made. */
    static Fault survives(String name, String effect, int times, Predicate<Request> which, FaultProxy.Fault fault) {
        return Fault.survives(
                        name,
                        effect,
                        "",
                        run -> survive(run, times, which, () -> run.s3().plan(times, which, fault)))
                .only("s3");
    }

    /** Has a backup of several parts made, although so many requests of a kind fail. */
    static void survive(FaultRun run, int times, Predicate<Request> which, Runnable plan) throws Exception {
        inParts(run);
        plan.run();
        Run<?, ?> build = run.finish();
        assertThat(run.log(), build.getResult(), is(Result.SUCCESS));
        assertThat("requests", run.s3().count(which), is(times + 1L));
    }
}
