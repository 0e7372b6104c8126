package io.jenkins.plugins.pgbackup.faults;

import static io.jenkins.plugins.pgbackup.faults.S3Rows.DENIED;
import static io.jenkins.plugins.pgbackup.faults.S3Rows.OBJECT;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A backup has failed, and S3 does not let its upload be withdrawn: it stays, and the log has to say so. */
@WithJenkins
class S3AbortFaultsTest {

    private static final String STAYS = " Its parts are listed nowhere but cost money: remove them with aws s3api"
            + " abort-multipart-upload --region us-east-1 --endpoint-url … --bucket … --key shop.dump.zst --upload-id …";

    private static final String NOT_WITHDRAWN =
            "WARNING: The unfinished upload of " + OBJECT + " could not be withdrawn, because ";

    private static final Pattern COMMAND =
            Pattern.compile("aws s3api abort-multipart-upload --region \\S+ --endpoint-url (\\S+)"
                    + " --bucket (\\S+) --key (\\S+) --upload-id (\\S+)\\R");

    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            stays(
                    "the upload of a backup that failed cannot be withdrawn: S3 denies it (403)",
                    "The build fails; the upload stays until the next backup of the job withdraws it, or somebody"
                            + " runs that command",
                    "S3 denied it (403 AccessDenied: Access Denied): allow s3:AbortMultipartUpload to these AWS credentials.",
                    DENIED),
            stays(
                    "the upload of a backup that failed cannot be withdrawn: S3 does not answer",
                    "The build fails; the upload stays until the next backup of the job withdraws it, or somebody"
                            + " runs that command",
                    "127.0.0.1 did not answer in time: check the network between this machine and S3.",
                    FaultProxy.silence()),
            Fault.fails(
                            "S3 is out of reach from the middle of the dump on",
                            "The build fails; the upload stays until the next backup of the job withdraws it, or somebody"
                                    + " runs that command",
                            NOT_WITHDRAWN + "…" + STAYS,
                            run -> {
                                run.startUntilInTheMiddle();
                                run.s3().always(request -> true, FaultProxy.reset());
                                run.gate().open();
                            })
                    .only("s3"));

    private static FaultTestBed stage;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        stage = FaultTestBed.start(rule);
    }

    @AfterAll
    static void stop() throws Exception {
        stage.close();
    }

    private static Fault stays(String name, String effect, String because, FaultProxy.Fault fault) {
        return Fault.fails(name, effect, NOT_WITHDRAWN + because + STAYS, run -> {
                    run.s3().always(Request::isAbort, fault);
                    run.startUntilInTheMiddle();
                    run.processes("pg_dump").forEach(ProcessHandle::destroyForcibly);
                })
                .only("s3");
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("FAULTS")
    void theNextBuildWithdrawsTheUpload(Fault fault, @TempDir Path directory) throws Exception {
        try (FaultRun run = new FaultRun(stage, "s3", directory)) {
            Path first = leave(fault, run);
            run.s3().behave();

            run.startAgain();

            new PostFaultChecks(run, run.finish())
                    .ask(Fault.survives(
                            fault.name(),
                            "",
                            "Cleaned up after #1, which could not do it: the unfinished upload of " + OBJECT,
                            nothing -> {}));
            assertThat("notes of the first build", notes(first), is(empty()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("FAULTS")
    void theCommandInTheLogRemovesTheUpload(Fault fault, @TempDir Path directory) throws Exception {
        try (FaultRun run = new FaultRun(stage, "s3", directory)) {
            Path first = leave(fault, run);
            Matcher command = COMMAND.matcher(run.log());
            assertTrue(command.find(), run.log());
            assertThat("endpoint", command.group(1), is(run.s3().endpoint()));
            stage.s3().abort(command.group(2), command.group(3), command.group(4));
            assertThat(stage.s3().unfinishedUploads(run.bucket()), is(empty()));
            run.s3().behave();

            run.startAgain();

            new PostFaultChecks(run, run.finish()).ask(Fault.survives(fault.name(), "", "", nothing -> {}));
            assertThat("nothing was left to clean up", run.log(), not(containsString("#1")));
            assertThat("notes of the first build", notes(first), is(empty()));
        }
    }

    /** @return the directory of the build that left its upload and nothing else */
    private static Path leave(Fault fault, FaultRun run) throws Exception {
        fault.act().play(run);
        Run<?, ?> build = run.finish();
        assertThat(run.log(), build.getResult(), is(Result.FAILURE));
        assertTrue(fault.saying().matcher(run.log()).find(), "no \"" + fault.sentence() + "\" in: " + run.log());
        assertThat("a stack trace", run.log(), not(containsString("\tat ")));
        assertThat("objects", stage.s3().objects(run.bucket()), is(empty()));
        assertThat("uploads", stage.s3().unfinishedUploads(run.bucket()), is(List.of("shop.dump.zst")));
        Path directory = build.getRootDir().toPath();
        assertThat("notes of what is left", notes(directory), hasSize(1));
        return directory;
    }

    private static List<Path> notes(Path build) throws IOException {
        try (Stream<Path> files = Files.list(build)) {
            return files.filter(file -> file.getFileName().toString().startsWith("pgbackup-"))
                    .toList();
        }
    }
}
