package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartPlan;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartSigner;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartTarget;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.SignedPart;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Fault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a network and a server do to parts on their way; with real signatures and a server that checks them. */
@Timeout(120)
class PartUploaderTest extends S3Test {

    private static final int MIB = 1 << 20;
    private static final byte[] DUMP = S3TestBed.bytes(20 * MIB);
    private static final PartPlan PARTS = PartPlan.ofEqualParts(S3TestBed.PART_BYTES);

    static Stream<Arguments> passing() {
        return Stream.of(
                Arguments.of("500 once", 1, FaultProxy.answer(500, "InternalError", "We had a problem.")),
                Arguments.of("500 three times", 3, FaultProxy.answer(500, "InternalError", "We had a problem.")),
                Arguments.of("502 without a body", 3, FaultProxy.answer(502, "", "")),
                Arguments.of("503 three times", 3, FaultProxy.answer(503, "SlowDown", "Please slow down.")),
                Arguments.of("504", 3, FaultProxy.answer(504, "GatewayTimeout", "Too late.")),
                Arguments.of("429", 3, FaultProxy.answer(429, "TooManyRequests", "Too many.")),
                Arguments.of("408", 3, FaultProxy.answer(408, "", "")),
                Arguments.of("400 RequestTimeout", 3, FaultProxy.answer(400, "RequestTimeout", "Too slow.")),
                Arguments.of("400 ExpiredToken", 3, FaultProxy.answer(400, "ExpiredToken", "Expired.")),
                Arguments.of("403 once", 1, FaultProxy.answer(403, "AccessDenied", "Request has expired")),
                Arguments.of("reset", 3, FaultProxy.reset()),
                Arguments.of("answer lost", 3, FaultProxy.loseAnswer()),
                Arguments.of("altered on the way", 3, FaultProxy.alterBody()),
                Arguments.of("no ETag", 1, FaultProxy.answer(200, "", "")),
                Arguments.of(
                        "other bytes stored",
                        1,
                        FaultProxy.answer(200, "", "", "ETag: e", "x-amz-checksum-crc32: AAAAAA==")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void sendsAPartAgain(String name, int times, Fault fault) throws Exception {
        s3.proxy.plan(times, request -> request.isPart(2), fault);
        MultipartUpload upload = s3.store.open("shop.dump", DUMP.length);
        upload.commit(S3TestBed.written(S3TestBed.send(upload, DUMP)));
        assertArrayEquals(DUMP, S3TestBed.server().object(s3.bucket, "nightly/shop/shop.dump"));
        assertEquals(times + 1, s3.proxy.count(request -> request.isPart(2)));
        assertEquals(1, s3.proxy.count(request -> request.isPart(1)));
    }

    static Stream<Arguments> lasting() {
        return Stream.of(
                Arguments.of(
                        "500",
                        4,
                        FaultProxy.answer(500, "InternalError", "We had a problem.\n"),
                        "in 4 tries, because S3 failed (500 InternalError: We had a problem): try again later."),
                Arguments.of(
                        "503",
                        4,
                        FaultProxy.answer(503, "SlowDown", "Please reduce your request rate."),
                        "in 4 tries, because S3 is overloaded (503 SlowDown: Please reduce your request rate): try again"
                                + " later, or run fewer backups at once."),
                Arguments.of(
                        "403",
                        2,
                        FaultProxy.answer(403, "AccessDenied", "no &quot;way&quot;"),
                        "in 2 tries, because S3 denied it (403 AccessDenied: no \"way\"): allow s3:PutObject to these AWS"
                                + " credentials."),
                Arguments.of(
                        "404",
                        1,
                        FaultProxy.answer(404, "NoSuchUpload", "gone"),
                        ", because the multipart upload is gone (404 NoSuchUpload): look for a lifecycle rule of the bucket or"
                                + " another job that aborts uploads, and start again."),
                Arguments.of(
                        "altered",
                        4,
                        FaultProxy.alterBody(),
                        "in 4 tries, because the bytes that arrived are not those that were sent (400 BadDigest): look for a"
                                + " proxy or a device on the way that changes them."),
                Arguments.of(
                        "reset",
                        4,
                        FaultProxy.reset(),
                        "in 4 tries, because the connection to 127.0.0.1 broke: check the network between this machine and S3."),
                Arguments.of(
                        "no ETag",
                        4,
                        FaultProxy.answer(200, "", ""),
                        "in 4 tries, because 127.0.0.1 does not answer as S3 does: check the endpoint."),
                Arguments.of(
                        "413",
                        1,
                        FaultProxy.page(413, "<html>413 Request Entity Too Large</html>"),
                        ", because S3, or a proxy or load balancer before it, takes no request of that size (413): raise the"
                                + " limit there, or set a smaller part size."),
                Arguments.of(
                        "repeats the request",
                        1,
                        FaultProxy.answer(400, "Odd", "?X-Amz-Signature=abc"),
                        ", because S3 refused it (400 Odd): check region and endpoint."),
                Arguments.of(
                        "redirect",
                        1,
                        FaultProxy.answer(301, "PermanentRedirect", "Elsewhere.", "x-amz-bucket-region: eu-west-3"),
                        ", because the bucket is in another region (301 PermanentRedirect): set the region to eu-west-3."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lasting")
    void givesUp(String name, int tries, Fault fault, String end) throws Exception {
        s3.proxy.always(request -> request.isPart(2), fault);
        MultipartUpload upload = s3.store.open("shop.dump", DUMP.length);
        BackupException e = assertThrows(BackupException.class, () -> S3TestBed.send(upload, DUMP));
        upload.withdraw();
        assertEquals("Part 2 of the dump could not be stored" + (tries == 1 ? end : " " + end), e.getMessage());
        assertEquals(tries, s3.proxy.count(request -> request.isPart(2)));
        s3.assertNothingIsLeft();
    }

    @Test
    void sendsAPartAgainWhenNothingMoves() throws Exception {
        try (S3TestBed impatient = impatient(10)) {
            impatient.proxy.plan(1, request -> request.isPart(2), FaultProxy.silence());
            MultipartUpload upload = impatient.store.open("shop.dump", DUMP.length);
            upload.commit(S3TestBed.written(S3TestBed.send(upload, DUMP)));
            assertArrayEquals(DUMP, S3TestBed.server().object(impatient.bucket, "nightly/shop/shop.dump"));
        }
    }

    @Test
    void givesUpWhenNothingMoves() throws Exception {
        try (S3TestBed impatient = impatient(2)) {
            impatient.proxy.always(FaultProxy.Request::isAnyPart, FaultProxy.silence());
            MultipartUpload upload = impatient.store.open("shop.dump", 10);
            BackupException e = assertThrows(BackupException.class, () -> S3TestBed.send(upload, new byte[10]));
            assertEquals(
                    "Part 1 of the dump could not be stored in 2 tries, because 127.0.0.1 did not answer in time:"
                            + " check the network between this machine and S3.",
                    e.getMessage());
            upload.withdraw();
            impatient.assertNothingIsLeft();
        }
    }

    @Test
    void tellsTheWriterOfAFailureWhileItWaitsForABuffer() throws Exception {
        s3.proxy.always(FaultProxy.Request::isAnyPart, FaultProxy.answer(404, "NoSuchUpload", "gone"));
        MultipartUpload upload = s3.store.open("shop.dump", 0);
        byte[] mebibyte = new byte[MIB];
        try (DumpSink sink = upload.target().open()) {
            BackupException e = assertThrows(BackupException.class, () -> {
                while (true) {
                    sink.write(mebibyte);
                }
            });
            assertTrue(e.getMessage().contains("the multipart upload is gone"), e.getMessage());
            assertEquals(
                    e.getMessage(),
                    assertThrows(BackupException.class, () -> sink.write(1)).getMessage());
            assertEquals(
                    e.getMessage(),
                    assertThrows(BackupException.class, sink::finish).getMessage());
        }
    }

    @Test
    void stopsAndAwaitsWhatIsBeingSentWhenItIsClosed() throws Exception {
        try (S3TestBed hanging = hanging()) {
            MultipartUpload upload = hanging.store.open("shop.dump", 0);
            DumpSink sink = upload.target().open();
            sink.write(DUMP);
            while (hanging.proxy.count(FaultProxy.Request::isAnyPart) < 2) {
                Thread.sleep(10);
            }
            sink.close();
            sink.close();
            assertThrows(IOException.class, () -> sink.write(1));
            assertThrows(IOException.class, sink::finish);
            upload.withdraw();
            hanging.assertNothingIsLeft();
        }
    }

    @Test
    void letsAPartArriveThatIsOnItsWayWhenItIsClosed() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        s3.proxy.always(FaultProxy.Request::isAnyPart, FaultProxy.first(() -> {
            arrived.countDown();
            sleep(500);
        }));
        MultipartUpload upload = s3.store.open("shop.dump", 0);
        try (DumpSink sink = upload.target().open()) {
            sink.write(new byte[S3TestBed.PART_BYTES]);
            arrived.await();
        }
        assertEquals(
                1,
                S3TestBed.server().files(s3.bucket).stream()
                        .filter(file -> file.endsWith("shop.dump-1"))
                        .count());
        upload.withdraw();
        s3.assertNothingIsLeft();
    }

    @Test
    void canBeInterruptedWhileItWaitsForABuffer() throws Exception {
        try (S3TestBed hanging = hanging();
                DumpSink sink = hanging.store.open("shop.dump", 0).target().open()) {
            FutureTask<Boolean> writing = new FutureTask<>(() -> {
                assertThrows(InterruptedIOException.class, () -> {
                    while (true) {
                        sink.write(DUMP);
                    }
                });
                return Thread.interrupted();
            });
            interruptOnceItWaits(writing);
            assertTrue(writing.get(), "the thread stays interrupted");
        }
    }

    @Test
    void canBeInterruptedWhileItWaitsForTheLastPart() throws Exception {
        try (S3TestBed hanging = hanging();
                DumpSink sink = hanging.store.open("shop.dump", 0).target().open()) {
            sink.write(1);
            FutureTask<InterruptedException> finishing =
                    new FutureTask<>(() -> assertThrows(InterruptedException.class, sink::finish));
            interruptOnceItWaits(finishing);
            finishing.get();
        }
    }

    @Test
    void waitsForSendersEvenWhenItIsInterrupted() throws Exception {
        CountDownLatch signing = new CountDownLatch(1);
        CountDownLatch signed = new CountDownLatch(1);
        PartSigner stubborn = (number, size, crc32) -> {
            signing.countDown();
            boolean waiting = true;
            while (waiting) {
                try {
                    signed.await();
                    waiting = false;
                } catch (InterruptedException e) {
                    // as code far away may do
                }
            }
            throw new BackupException("No.");
        };
        DumpSink sink = new PartTarget(PARTS, stubborn, S3TestBed.HASTY, HttpRoute.DIRECT).open();
        FutureTask<Boolean> closing = new FutureTask<>(() -> {
            sink.write(new byte[S3TestBed.PART_BYTES]);
            signing.await();
            Thread.currentThread().interrupt();
            sink.close();
            return Thread.interrupted();
        });
        new Thread(closing).start();
        signing.await();
        assertFalse(closing.isDone());
        signed.countDown();
        assertTrue(closing.get());
    }

    @Test
    void asksForASignatureForEachTry() throws Exception {
        MultipartUpload upload = s3.store.open("shop.dump", 10);
        AtomicInteger requested = new AtomicInteger();
        PartSigner counting = (number, size, crc32) -> {
            requested.incrementAndGet();
            return S3TestBed.signer(upload).sign(number, size, crc32);
        };
        s3.proxy.plan(3, FaultProxy.Request::isAnyPart, FaultProxy.answer(400, "ExpiredToken", "Expired."));
        try (DumpSink sink = new PartTarget(PARTS, counting, S3TestBed.HASTY, HttpRoute.DIRECT).open()) {
            sink.write(7);
            upload.commit(S3TestBed.written(sink.finish()));
        }
        assertEquals(4, requested.get());
    }

    @Test
    void saysThatTheSignatureIsWrong() throws Exception {
        MultipartUpload upload = s3.store.open("shop.dump", DUMP.length);
        PartSigner forger = (number, size, crc32) -> {
            String url =
                    S3TestBed.signer(upload).sign(number, size, crc32).url().toString();
            return new SignedPart(
                    URI.create(url.replace(
                            s3.proxy.endpoint(), S3TestBed.server().endpoint().toString())),
                    Map.of("x-amz-checksum-crc32", crc32));
        };
        BackupException e = assertThrows(BackupException.class, () -> {
            try (DumpSink sink = new PartTarget(PARTS, forger, S3TestBed.HASTY, HttpRoute.DIRECT).open()) {
                sink.write(DUMP);
                sink.finish();
            }
        });
        assertTrue(e.getMessage().contains("S3 found the signature wrong (403 SignatureDoesNotMatch)"), e.getMessage());
    }

    @Test
    void passesOnWhatTheSignerSays() {
        BackupException refused = new BackupException("There is no key.");
        BackupException e = failure((number, size, crc32) -> {
            throw refused;
        });
        assertEquals("There is no key.", e.getMessage());
        assertSame(refused, e.getCause());
    }

    @Test
    void saysThatTheSignerIsOutOfReach() {
        String sentence =
                "Part 1 of the dump could not be signed, because the side that holds the AWS credentials does not"
                        + " answer: check the connection to it.";
        assertEquals(
                sentence,
                failure((number, size, crc32) -> {
                            throw new IOException("channel closed");
                        })
                        .getMessage());
        assertEquals(
                sentence,
                failure((number, size, crc32) -> {
                            throw new IllegalStateException("channel closed");
                        })
                        .getMessage());
        BackupException e = failure((number, size, crc32) -> {
            throw new InterruptedException();
        });
        assertInstanceOf(InterruptedException.class, e.getCause().getCause());
    }

    @Test
    void survivesASenderThatBreaks() {
        assertEquals(
                "Part 1 of the dump could not be stored, because the request to S3 could not be made (AssertionError): look for"
                        + " characters that do not belong into endpoint, region and keys, then report this.",
                failure((number, size, crc32) -> {
                            throw new AssertionError("?X-Amz-Signature=abc");
                        })
                        .getMessage());
    }

    @Test
    void saysThatNobodyAnswers() {
        BackupException e = failure((number, size, crc32) ->
                new SignedPart(URI.create("http://127.0.0.1:1/?X-Amz-Signature=abc"), Map.of()));
        assertEquals(
                "Part 1 of the dump could not be stored in 4 tries, because no connection to 127.0.0.1 could be made:"
                        + " check the endpoint, and that nothing on the way refuses it.",
                e.getMessage());
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            assertFalse(cause.toString().contains("X-Amz"), cause.toString());
        }
    }

    @Test
    void saysThatTheHostIsNotKnown() {
        BackupException e = failure((number, size, crc32) ->
                new SignedPart(URI.create("http://nowhere.invalid/?X-Amz-Signature=abc"), Map.of()));
        assertTrue(e.getMessage().contains("because the host nowhere.invalid is not known: check"), e.getMessage());
    }

    private static BackupException failure(PartSigner signer) {
        return assertThrows(BackupException.class, () -> {
            try (DumpSink sink = new PartTarget(PARTS, signer, S3TestBed.HASTY, HttpRoute.DIRECT).open()) {
                sink.write(1);
                Receipt never = sink.finish();
                throw new AssertionError(never);
            }
        });
    }

    /** Notices soon that nothing moves. */
    private static S3TestBed impatient(int tries) throws IOException {
        return new S3TestBed(
                S3TestBed.withoutPauses(tries, Duration.ofMillis(300), Duration.ofMillis(10)), S3TestBed.HASTY_CALLS);
    }

    /** Waits long for a store that never answers a part, but not once it is to stop. */
    private static S3TestBed hanging() throws IOException {
        S3TestBed s3 = new S3TestBed(
                S3TestBed.withoutPauses(4, Duration.ofMinutes(1), Duration.ofMillis(10)), S3TestBed.HASTY_CALLS);
        s3.proxy.always(FaultProxy.Request::isAnyPart, FaultProxy.silence());
        return s3;
    }

    private static void interruptOnceItWaits(FutureTask<?> task) throws InterruptedException {
        Thread thread = new Thread(task);
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.sleep(10);
        }
        thread.interrupt();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
