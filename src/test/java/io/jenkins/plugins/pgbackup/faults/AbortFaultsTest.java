package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import hudson.tasks.Shell;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.LockedTable;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import jenkins.model.CauseOfInterruption;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** What happens when the build is stopped. */
class AbortFaultsTest extends FaultTable {

    private static final String ABORTED = "Aborted by …";
    private static final String NEXT_STEP = "the next step has begun";

    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            Fault.aborts(
                    "the build is aborted while `pg_dump` waits for a lock",
                    "`pg_dump` and its session on the server are ended",
                    ABORTED,
                    AbortFaultsTest::abortWhileItWaitsForALock),
            Fault.aborts(
                    "the build is aborted in the middle of a table",
                    "The programs are ended; what was stored is withdrawn",
                    ABORTED,
                    run -> abort(run.startUntilInTheMiddle())),
            Fault.aborts(
                    "the build is aborted when `pg_dump` has just ended, while `pg_restore` still reads",
                    "`pg_restore` is ended; what was stored is withdrawn",
                    ABORTED,
                    AbortFaultsTest::abortWhileOnlyPgRestoreRuns),
            Fault.aborts(
                            "the build is aborted when S3 has put the dump together and has not yet said so",
                            "The object is found and removed",
                            ABORTED,
                            AbortFaultsTest::abortBeforeS3Answers)
                    .only("s3"),
            Fault.aborts(
                            "the build is aborted when the dump is committed, while its manifest is written",
                            "It is too late: dump and manifest stay, and the next step does not begin",
                            "Backed up to s3://…",
                            AbortFaultsTest::abortWhileTheManifestIsWritten)
                    .only("s3")
                    .tooLate(),
            Fault.aborts(
                    "`timeout` around the step runs out in the middle of a table",
                    "The programs are ended; what was stored is withdrawn",
                    "Cancelling nested steps due to timeout",
                    run -> {
                        run.gate();
                        run.around(step -> "timeout(time: 3, unit: 'SECONDS') { " + step + " }");
                    }));

    @Override
    List<Fault> faults() {
        return FAULTS;
    }

    /** As in a Pipeline: the dump is whole and stays, and nothing follows it. */
    @Test
    void aFreestyleBuildStopsBehindItsDump() throws Exception {
        stage().s3().createBucket("freestyle");
        try (FaultProxy proxy = new FaultProxy(stage().s3().endpoint())) {
            FreeStyleProject job = stage().jenkins()
                    .freestyle(
                            JenkinsWithAgent.toS3(
                                    stage().postgres().urlWithoutPassword(FaultTestBed.DATABASE),
                                    stage().s3(),
                                    "freestyle")
                                    .with(
                                            "s3",
                                            Map.of(
                                                    "endpoint",
                                                    proxy.endpoint(),
                                                    "pathStyle",
                                                    true,
                                                    "region",
                                                    "us-east-1"))
                                    .toBuilder(),
                            new Shell("echo " + NEXT_STEP));
            CompletableFuture<Run<?, ?>> build = new CompletableFuture<>();
            proxy.plan(1, AbortFaultsTest::isManifest, FaultProxy.first(() -> abort(build.join())));

            build.complete(stage().jenkins().start(job).waitForStart());
            Run<?, ?> ended = stage().jenkins().rule().waitForCompletion(build.join());

            assertThat(JenkinsRule.getLog(ended), ended.getResult(), is(Result.ABORTED));
            assertThat(JenkinsRule.getLog(ended), not(containsString(NEXT_STEP)));
            assertThat("backups of the build", ended.getAction(BackupAction.class), is(notNullValue()));
            assertThat("a dump and its manifest", stage().s3().objects("freestyle"), hasSize(2));
        }
    }

    /** What the server says of it is queried while the table is still locked: no session has just got what it waited for. */
    private static void abortWhileItWaitsForALock(FaultRun run) throws Exception {
        try (LockedTable locked = LockedTable.lock(run.stage().postgres(), FaultTestBed.DATABASE, "customer")) {
            Run<?, ?> build = run.start();
            JenkinsWithAgent.await("pg_dump waits for the lock", () -> locked.isWaitedForBy(run.applicationName()));
            abort(build);
            run.finish();
            JenkinsWithAgent.await(
                    "the server has let go of pg_dump",
                    () -> run.stage().postgres().backends(run.applicationName()) == 0);
        }
    }

    private static void abortWhileOnlyPgRestoreRuns(FaultRun run) throws Exception {
        Path read = run.programs().path().resolve("everything-read");
        run.programs().script("pg_restore", """
                for file; do :; done
                cat "$file" > /dev/null
                : > '%s'
                while :; do sleep 0.1; done
                """.formatted(read));
        Run<?, ?> build = run.start();
        JenkinsWithAgent.await("pg_restore has read the dump", () -> Files.exists(read));
        JenkinsWithAgent.await(
                "pg_dump has ended", () -> run.processes("pg_dump").isEmpty());
        assertThat("pg_restore", run.processes("pg_restore"), hasSize(1));
        abort(build);
    }

    private static void abortBeforeS3Answers(FaultRun run) throws Exception {
        CompletableFuture<List<String>> assembled = new CompletableFuture<>();
        CompletableFuture<Boolean> aborted = new CompletableFuture<>();
        run.s3().plan(1, FaultProxy.Request::isComplete, (proxy, request, client) -> {
            byte[] answer = proxy.forward(request);
            assembled.complete(run.stage().s3().objects(run.bucket()));
            aborted.join();
            client.getOutputStream().write(answer);
        });
        Run<?, ?> build = run.start();
        assertThat("objects before the abort", assembled.get(), hasSize(1));
        abort(build);
        aborted.complete(true);
    }

    private static void abortWhileTheManifestIsWritten(FaultRun run) throws Exception {
        CompletableFuture<Run<?, ?>> build = new CompletableFuture<>();
        run.s3().plan(1, AbortFaultsTest::isManifest, FaultProxy.first(() -> abort(build.join())));
        run.around(step -> step + "\necho '" + NEXT_STEP + "'");
        build.complete(run.start());
        run.finish();
        assertThat(run.log(), not(containsString(NEXT_STEP)));
    }

    private static boolean isManifest(FaultProxy.Request request) {
        return request.is("PUT") && request.target().endsWith(".json");
    }

    private static void abort(Run<?, ?> build) {
        build.getExecutor().interrupt(Result.ABORTED, new CauseOfInterruption.UserInterruption("admin"));
    }
}
