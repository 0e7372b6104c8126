package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.CommitReport;
import io.jenkins.plugins.pgbackup.engine.store.ExpectedContent;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Fault;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An object that is downloaded again before it counts, over a network that does what networks do. */
@Timeout(120)
class RereadObjectTest {

    private static final int MIB = 1 << 20;
    private static final byte[] DUMP = S3TestBed.bytes(9 * MIB);
    private static final String KEY = "nightly/shop/shop.dump";

    private S3TestBed s3;
    private MultipartUpload upload;
    private ExpectedContent written;

    @BeforeEach
    void send() throws Exception {
        s3 = new S3TestBed(
                S3TestBed.withoutPauses(4, Duration.ofMillis(500), Duration.ofSeconds(1)), S3TestBed.HASTY_CALLS);
        send(DUMP);
    }

    private void send(byte[] dump) throws Exception {
        upload = s3.store.open("shop.dump", dump.length);
        written = S3TestBed.toBeReread(S3TestBed.send(upload, dump), dump);
    }

    @AfterEach
    void disconnect() throws Exception {
        s3.close();
    }

    @Test
    void isDownloadedOnceWhereAllIsWell() throws Exception {
        CommitReport atRest = upload.commit(written);
        assertEquals(new CommitReport("s3://" + s3.bucket + "/" + KEY, null, true, true, true), atRest);
        assertEquals(1, s3.proxy.count(RereadObjectTest::isReading));
        upload.withdraw();
        assertDumpIsThere(DUMP);
    }

    @Test
    void isDownloadedOnlyWhereThatIsAskedFor() throws Exception {
        assertFalse(upload.commit(S3TestBed.written(written.receipt())).reread());
        assertEquals(0, s3.proxy.count(RereadObjectTest::isReading));
    }

    @Test
    void mayBeEmpty() throws Exception {
        upload.withdraw();
        send(new byte[0]);
        assertTrue(upload.commit(written).reread());
        assertDumpIsThere(new byte[0]);
    }

    static Stream<Arguments> passing() {
        Fault cut = FaultProxy.cutAnswer(MIB);
        return Stream.of(
                Arguments.of("503", 3, FaultProxy.answer(503, "SlowDown", "slow")),
                Arguments.of("500", 3, FaultProxy.answer(500, "InternalError", "failed")),
                Arguments.of("403 once", 1, FaultProxy.answer(403, "AccessDenied", "denied")),
                Arguments.of("reset", 3, FaultProxy.reset()),
                Arguments.of("no answer", 1, FaultProxy.silence()),
                Arguments.of("cut before the first byte", 3, FaultProxy.cutAnswer(10)),
                // More often than it is tried without success.
                Arguments.of("cut after a part", 7, cut),
                Arguments.of("hangs after a part", 2, hangAfter(2 * MIB)),
                Arguments.of("another part than was requested", 1, requestedInstead("bytes=5-")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void isReadToItsEnd(String name, int times, Fault fault) throws Exception {
        s3.proxy.plan(times, RereadObjectTest::isReading, fault);
        assertTrue(upload.commit(written).reread());
        assertDumpIsThere(DUMP);
        assertEquals(times + 1, s3.proxy.count(RereadObjectTest::isReading));
    }

    @Test
    void goesOnWhereItStopped() throws Exception {
        s3.proxy.plan(1, RereadObjectTest::isReading, FaultProxy.cutAnswer(3 * MIB));
        upload.commit(written);
        List<String> heads = s3.proxy.requests().stream()
                .filter(RereadObjectTest::isReading)
                .map(Request::head)
                .toList();
        assertThat(heads.get(0), not(containsString("Range:")));
        String from = heads.get(1).replaceAll("(?s).*\r\nRange: bytes=(\\d+)-\r\n.*", "$1");
        assertThat(from, matchesPattern("\\d{7}"));
        assertTrue(Integer.parseInt(from) > 2 * MIB, from);
    }

    @Test
    void skipsWhatItHasWhereTheStoreKnowsNoRanges() throws Exception {
        s3.proxy.plan(1, RereadObjectTest::isReading, FaultProxy.cutAnswer(3 * MIB));
        s3.proxy.plan(1, RereadObjectTest::isReading, requestedInstead(null));
        assertTrue(upload.commit(written).reread());
        assertDumpIsThere(DUMP);
    }

    static Stream<Arguments> unannounced() {
        return Stream.of(Arguments.of("ended", "\r\n0\r\n\r\n"), Arguments.of("broken off behind the last byte", ""));
    }

    /** As a proxy on the way may send it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("unannounced")
    void needsNoAnnouncementOfItsSize(String name, String end) throws Exception {
        s3.proxy.plan(1, RereadObjectTest::isReading, FaultProxy.alterAnswer(answer -> chunked(answer, end)));
        assertTrue(upload.commit(written).reread());
        assertEquals(1, s3.proxy.count(RereadObjectTest::isReading));
    }

    static Stream<Arguments> others() {
        byte[] altered = DUMP.clone();
        altered[DUMP.length - 1] ^= 1;
        UnaryOperator<String> lastByte =
                answer -> answer.substring(0, answer.length() - 1) + (char) (answer.charAt(answer.length() - 1) ^ 1);
        UnaryOperator<String> longer =
                answer -> answer.replaceFirst("(?i)content-length: \\d+", "Content-Length: 9437185") + "x";
        UnaryOperator<String> shorter =
                answer -> answer.replaceFirst("(?i)content-length: \\d+", "Content-Length: 9437183")
                        .substring(0, answer.length() - 1);
        String ofSize = " bytes where 9437184 were written";
        return Stream.of(
                Arguments.of(
                        "a byte is another",
                        lastByte,
                        "the SHA-256 " + sha256(altered) + " where " + sha256(DUMP) + " was written"),
                Arguments.of("longer", longer, "9437185" + ofSize),
                Arguments.of("shorter", shorter, "9437183" + ofSize),
                Arguments.of(
                        "longer than it was announced to be",
                        (UnaryOperator<String>) answer -> chunked(answer + "x", "\r\n0\r\n\r\n"),
                        "9437185" + ofSize));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void isRemovedWhereItIsNotWhatWasSent(String name, UnaryOperator<String> change, String difference)
            throws Exception {
        s3.proxy.always(RereadObjectTest::isReading, FaultProxy.alterAnswer(change));
        BackupException e = assertThrows(BackupException.class, () -> upload.commit(written));
        upload.withdraw();
        assertEquals(
                "What the store gives back as s3://" + s3.bucket + "/" + KEY + " is not the dump that was sent: it has "
                        + difference
                        + ". It is removed again: check the store and the way to it, then start the backup again.",
                e.getMessage());
        s3.assertNothingIsLeft();
    }

    static Stream<Arguments> lasting() {
        String broke = ", because the connection to 127.0.0.1 broke: check the network between this machine and S3.";
        return Stream.of(
                Arguments.of("reset", FaultProxy.reset(), " in 4 tries" + broke),
                Arguments.of("cut before the first byte", FaultProxy.cutAnswer(10), " in 4 tries" + broke),
                Arguments.of(
                        "no answer",
                        FaultProxy.silence(),
                        " in 4 tries, because 127.0.0.1 did not answer in time: check the network between this machine"
                                + " and S3."),
                Arguments.of(
                        "503",
                        FaultProxy.answer(503, "SlowDown", "Slow."),
                        " in 4 tries, because S3 is overloaded (503 SlowDown: Slow): try again later, or run fewer"
                                + " backups at once."),
                Arguments.of(
                        "403",
                        FaultProxy.answer(403, "AccessDenied", "Denied."),
                        " in 2 tries, because S3 denied it (403 AccessDenied: Denied): allow s3:GetObject (kms:Decrypt"
                                + " for aws:kms) and, where the bucket keeps versions, s3:GetObjectVersion to these AWS"
                                + " credentials."),
                Arguments.of(
                        "404",
                        FaultProxy.answer(404, "NoSuchKey", "Gone."),
                        ", because S3 answered 404 NoSuchKey: Gone: check destination, region and endpoint."),
                Arguments.of(
                        "never the right part",
                        requestedInstead("bytes=5-"),
                        " in 4 tries, because 127.0.0.1 does not answer as S3 does: check the endpoint."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lasting")
    void isRemovedWhereItCannotBeRead(String name, Fault fault, String sentence) throws Exception {
        s3.proxy.always(RereadObjectTest::isReading, fault);
        BackupException e = assertThrows(BackupException.class, () -> upload.commit(written));
        assertEquals(List.of(KEY), S3TestBed.server().objects(s3.bucket));
        upload.withdraw();
        assertEquals("s3://" + s3.bucket + "/" + KEY + " could not be read back" + sentence, e.getMessage());
        s3.assertNothingIsLeft();
    }

    @Test
    void saysHowFarItCame() throws Exception {
        s3.proxy.plan(1, RereadObjectTest::isReading, FaultProxy.cutAnswer(MIB));
        s3.proxy.always(RereadObjectTest::isReading, FaultProxy.reset());
        BackupException e = assertThrows(BackupException.class, () -> upload.commit(written));
        assertThat(e.getMessage(), matchesPattern("s3://.* could not be read back past byte \\d+ in 4 tries, .*"));
    }

    /** As with aws:kms on a store without checksums: only the answer to Complete says that the object is ours. */
    @Test
    void isRemovedAlsoWhereOnlyItsEtagTellsThatItIsOurs() throws Exception {
        Fault opaque = FaultProxy.alterAnswer(answer -> answer.replaceAll("[0-9a-f]{32}-2", "f".repeat(32) + "-2")
                .replaceAll("(?i)x-amz-checksum-", "x-not-checksum-"));
        s3.proxy.always(request -> request.is("HEAD") || request.isComplete(), opaque);
        s3.proxy.always(RereadObjectTest::isReading, FaultProxy.reset());
        assertThrows(BackupException.class, () -> upload.commit(written));
        assertEquals(List.of(KEY), S3TestBed.server().objects(s3.bucket));
        upload.withdraw();
        s3.assertNothingIsLeft();
    }

    @Test
    void saysThatItCouldNotBeRemoved() throws Exception {
        s3.proxy.always(RereadObjectTest::isReading, FaultProxy.reset());
        s3.proxy.always(request -> request.is("DELETE"), FaultProxy.answer(403, "AccessDenied", "Denied."));
        assertThrows(BackupException.class, () -> upload.commit(written));
        BackupException e = assertThrows(BackupException.class, upload::withdraw);
        String uri = "s3://" + s3.bucket + "/" + KEY;
        assertEquals(
                uri + " could not be removed again, because S3 denied it (403 AccessDenied: Denied): allow"
                        + " s3:DeleteObject to these AWS credentials. Do not rely on it: remove it with aws s3 rm"
                        + " --endpoint-url " + s3.proxy.endpoint() + " " + uri,
                e.getMessage());
    }

    /** Before the first byte of it, or after some of them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3 * MIB})
    void isLeftAsItIsWhereItReplacedOurs(int bytes) throws Exception {
        s3.proxy.plan(1, RereadObjectTest::isReading, (proxy, request, client) -> {
            byte[] answer = proxy.forward(request);
            replace();
            client.getOutputStream().write(answer, 0, bytes);
            client.shutdownOutput();
        });
        BackupException e = assertThrows(BackupException.class, () -> upload.commit(written));
        upload.withdraw();
        assertEquals(
                "s3://" + s3.bucket + "/" + KEY + " was replaced by another object right after it was committed:"
                        + " give each writer its own prefix.",
                e.getMessage());
        assertArrayEquals(
                "later".getBytes(StandardCharsets.UTF_8), S3TestBed.server().object(s3.bucket, KEY));
    }

    @Test
    void canBeInterrupted() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        try (S3TestBed patient = new S3TestBed(
                S3TestBed.withoutPauses(4, Duration.ofMinutes(10), Duration.ofMillis(10)), S3TestBed.HASTY_CALLS)) {
            MultipartUpload other = patient.store.open("shop.dump", DUMP.length);
            ExpectedContent sent = S3TestBed.toBeReread(S3TestBed.send(other, DUMP), DUMP);
            patient.proxy.always(RereadObjectTest::isReading, (proxy, request, client) -> {
                reading.countDown();
                FaultProxy.silence().happen(proxy, request, client);
            });
            FutureTask<CommitReport> commit = new FutureTask<>(() -> other.commit(sent));
            Thread thread = new Thread(commit);
            thread.start();
            reading.await();
            thread.interrupt();
            thread.join();
            Exception ended = assertThrows(Exception.class, commit::get);
            assertInstanceOf(InterruptedException.class, ended.getCause());
            other.withdraw();
            patient.assertNothingIsLeft();
        }
    }

    private static boolean isReading(Request request) {
        return request.is("GET") && request.target().contains("shop.dump");
    }

    private static Fault hangAfter(int bytes) {
        return (proxy, request, client) -> {
            client.getOutputStream().write(proxy.forward(request), 0, bytes);
            client.getOutputStream().flush();
            FaultProxy.silence().happen(proxy, request, client);
        };
    }

    /** @param range what the store hears instead; nothing where it is {@code null} */
    private static Fault requestedInstead(String range) {
        String line = range == null ? "" : "\r\nRange: " + range;
        return FaultProxy.alterHead(head ->
                head.replaceFirst("\r\nRange: [^\r]*", "").replaceFirst("\r\n", (line + "\r\n").replace("$", "\\$")));
    }

    private static String chunked(String answer, String end) {
        int body = answer.indexOf("\r\n\r\n") + 4;
        String head = answer.substring(0, body).replaceFirst("(?i)content-length: \\d+", "Transfer-Encoding: chunked");
        return head + Integer.toHexString(answer.length() - body) + "\r\n" + answer.substring(body) + end;
    }

    private void replace() {
        try {
            s3.store.writeBeside("shop.dump", "later".getBytes(StandardCharsets.UTF_8));
        } catch (BackupException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertDumpIsThere(byte[] dump) {
        assertArrayEquals(dump, S3TestBed.server().object(s3.bucket, KEY));
        assertEquals(List.of(), S3TestBed.server().unfinishedUploads(s3.bucket));
    }

    private static String sha256(byte[] bytes) {
        return S3TestBed.toBeReread(new Receipt(bytes.length, List.of()), bytes).sha256();
    }
}
