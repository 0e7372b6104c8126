package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Fault;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Request;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can go wrong while an upload is removed. */
@Timeout(120)
class WithdrawTest {

    private S3TestBed s3;
    private MultipartUpload upload;

    @BeforeEach
    void send() throws Exception {
        s3 = new S3TestBed(
                S3TestBed.HASTY,
                new SdkRetryPolicy(
                        2,
                        Duration.ofMillis(1),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(2)));
        upload = s3.store.open("it's ours.dump", 10);
        S3TestBed.send(upload, new byte[10]);
    }

    @AfterEach
    void disconnect() throws Exception {
        s3.close();
    }

    static Stream<Arguments> passing() {
        return Stream.of(
                Arguments.of("500 three times", 3, FaultProxy.answer(500, "InternalError", "failed")),
                Arguments.of("403 twice", 2, FaultProxy.answer(403, "AccessDenied", "denied")),
                Arguments.of("answer lost", 1, FaultProxy.loseAnswer()),
                Arguments.of("no answer", 1, FaultProxy.silence()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void triesAgain(String name, int times, Fault fault) throws Exception {
        s3.proxy.plan(times, Request::isAbort, fault);
        upload.withdraw();
        s3.assertNothingIsLeft();
    }

    static Stream<Arguments> lasting() {
        return Stream.of(
                Arguments.of(
                        "refused",
                        FaultProxy.answer(403, "AccessDenied", "Denied."),
                        "S3 denied it (403 AccessDenied: Denied): allow s3:AbortMultipartUpload to these AWS credentials."),
                Arguments.of(
                        "never answered",
                        FaultProxy.silence(),
                        "127.0.0.1 did not answer in time: check the network between this machine and S3."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lasting")
    void saysWhatIsLeftAndHowToRemoveIt(String name, Fault fault, String because) throws Exception {
        s3.proxy.always(Request::isAbort, fault);
        BackupException e = assertThrows(BackupException.class, upload::withdraw);
        assertEquals(
                "The unfinished upload of s3://" + s3.bucket
                        + "/nightly/shop/it's ours.dump could not be withdrawn, because "
                        + because + " Its parts are listed nowhere but cost money: remove them with aws s3api"
                        + " abort-multipart-upload --endpoint-url " + s3.proxy.endpoint() + " --bucket " + s3.bucket
                        + " --key 'nightly/shop/it'\\''s ours.dump' --upload-id "
                        + upload.leftover().get("uploadId"),
                e.getMessage());
        assertEquals(List.of("nightly/shop/it's ours.dump"), S3TestBed.server().unfinishedUploads(s3.bucket));
    }

    @Test
    void canBeTriedLater() throws Exception {
        s3.proxy.plan(3, Request::isAbort, FaultProxy.answer(403, "AccessDenied", "denied"));
        assertThrows(BackupException.class, upload::withdraw);
        upload.withdraw();
        s3.assertNothingIsLeft();
    }

    @Test
    void saysThatItWasInterrupted() throws Exception {
        s3.proxy.always(Request::isAbort, FaultProxy.silence());
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, upload::withdraw);
        assertTrue(!Thread.interrupted(), "the interruption is reported once");
    }
}
