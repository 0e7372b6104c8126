package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.CommitReport;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Fault;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can happen between the last part and a dump that is known to be there, or known not to be. */
@Timeout(120)
class CommitTest {

    private static final byte[] DUMP = S3TestBed.bytes(9 << 20);

    private S3TestBed s3;
    private MultipartUpload upload;
    private Receipt receipt;

    @BeforeEach
    void send() throws Exception {
        s3 = new S3TestBed();
        upload = s3.store.open("shop.dump", DUMP.length);
        receipt = S3TestBed.send(upload, DUMP);
    }

    @AfterEach
    void disconnect() throws Exception {
        s3.close();
    }

    static Stream<Arguments> lostAnswers() {
        return Stream.of(
                Arguments.of("requested again, it is done again", 1, null),
                Arguments.of("requested again, S3 knows no upload", 1, FaultProxy.answer(404, "NoSuchUpload", "gone")),
                Arguments.of(
                        "requested again, there is an object",
                        1,
                        FaultProxy.answer(412, "PreconditionFailed", "exists")),
                Arguments.of("requested again, S3 fails", 1, FaultProxy.answer(500, "InternalError", "failed")),
                Arguments.of("lost each time", 9, null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lostAnswers")
    void findsOutThatItIsCommittedWhenTheAnswerIsLost(String name, int times, Fault next) throws Exception {
        s3.proxy.plan(times, Request::isComplete, FaultProxy.loseAnswer());
        if (next != null) {
            s3.proxy.always(Request::isComplete, next);
        }
        CommitReport atRest = upload.commit(S3TestBed.written(receipt));
        assertTrue(atRest.sizeCompared() && atRest.checksumCompared(), atRest.toString());
        assertDumpIsThere();
    }

    @Test
    void findsOutByTheEtagWhereTheStoreHasNoChecksums() throws Exception {
        withoutChecksums();
        s3.proxy.plan(9, Request::isComplete, FaultProxy.loseAnswer());
        CommitReport atRest = upload.commit(S3TestBed.written(receipt));
        assertTrue(atRest.sizeCompared());
        assertFalse(atRest.checksumCompared());
        assertDumpIsThere();
    }

    static Stream<Arguments> passing() {
        return Stream.of(
                Arguments.of("500", FaultProxy.answer(500, "InternalError", "failed")),
                Arguments.of("503", FaultProxy.answer(503, "SlowDown", "slow")),
                Arguments.of("reset", FaultProxy.reset()),
                Arguments.of("200 with an error", FaultProxy.answer(200, "InternalError", "failed")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void asksAgain(String name, Fault fault) throws Exception {
        s3.proxy.plan(1, Request::isComplete, fault);
        upload.commit(S3TestBed.written(receipt));
        assertDumpIsThere();
    }

    static Stream<Arguments> lasting() {
        String beginning = "/nightly/shop/shop.dump could not be committed, because ";
        return Stream.of(
                Arguments.of(
                        "500",
                        FaultProxy.answer(500, "InternalError", "Failed."),
                        beginning + "S3 failed (500 InternalError: Failed): try again later."),
                Arguments.of(
                        "200 with an error",
                        FaultProxy.answer(200, "InternalError", "Failed."),
                        beginning + "S3 failed (200 InternalError: Failed): try again later."),
                Arguments.of(
                        "200 with a refusal",
                        FaultProxy.answer(200, "AccessDenied", "Denied."),
                        beginning
                                + "S3 denied it (200 AccessDenied: Denied): allow s3:PutObject (kms:Decrypt for aws:kms) to"
                                + " these AWS credentials."),
                Arguments.of(
                        "403",
                        FaultProxy.answer(403, "AccessDenied", "Denied."),
                        beginning
                                + "S3 denied it (403 AccessDenied: Denied): allow s3:PutObject (kms:Decrypt for aws:kms) to"
                                + " these AWS credentials."),
                Arguments.of(
                        "404",
                        FaultProxy.answer(404, "NoSuchUpload", "Gone."),
                        beginning
                                + "the multipart upload is gone (404 NoSuchUpload): look for a lifecycle rule of the bucket or"
                                + " another job that aborts uploads, and start again."),
                Arguments.of(
                        "409",
                        FaultProxy.answer(409, "ConditionalRequestConflict", "Conflict."),
                        beginning
                                + "S3 answered 409 ConditionalRequestConflict: Conflict: check destination, region and"
                                + " endpoint."),
                Arguments.of(
                        "reset",
                        FaultProxy.reset(),
                        beginning
                                + "the connection to 127.0.0.1 broke: check the network between this machine and S3."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lasting")
    void failsAndLeavesNothing(String name, Fault fault, String sentence) throws Exception {
        s3.proxy.always(Request::isComplete, fault);
        BackupException e = assertThrows(BackupException.class, () -> upload.commit(S3TestBed.written(receipt)));
        upload.withdraw();
        assertEquals("s3://" + s3.bucket + sentence, e.getMessage());
        s3.assertNothingIsLeft();
    }

    static Stream<Fault> refusalsOfTheCondition() {
        return Stream.of(
                FaultProxy.answer(501, "NotImplemented", "A header you provided implies functionality."),
                FaultProxy.answer(400, "NotImplemented", "A header you provided implies functionality."),
                FaultProxy.answer(400, "InvalidArgument", "Unsupported header 'If-None-Match'"));
    }

    @ParameterizedTest
    @MethodSource("refusalsOfTheCondition")
    void looksBeforeItCommitsWhereTheStoreHasNoConditionalWrites(Fault refusal) throws Exception {
        withoutConditions(refusal);
        assertTrue(upload.commit(S3TestBed.written(receipt)).checksumCompared());
        assertDumpIsThere();
        assertEquals(2, s3.proxy.count(Request::isComplete));
    }

    @Test
    void leavesAnObjectAsItIsWhereTheStoreHasNoConditionalWrites() throws Exception {
        withoutConditions();
        s3.store.writeBeside("shop.dump", "faster".getBytes(StandardCharsets.UTF_8));
        BackupException e = assertThrows(BackupException.class, () -> upload.commit(S3TestBed.written(receipt)));
        upload.withdraw();
        assertTrue(e.getMessage().contains("exists already and was left as it is"), e.getMessage());
        assertArrayEquals(
                "faster".getBytes(StandardCharsets.UTF_8),
                S3TestBed.server().object(s3.bucket, "nightly/shop/shop.dump"));
    }

    @Test
    void removesWhatWasCommittedWithoutAnybodyKnowing() throws Exception {
        s3.proxy.plan(3, Request::isComplete, FaultProxy.loseAnswer());
        s3.proxy.plan(3, request -> request.is("HEAD"), FaultProxy.reset());
        BackupException e = assertThrows(BackupException.class, () -> upload.commit(S3TestBed.written(receipt)));
        assertTrue(e.getMessage().startsWith("It is not known whether s3://" + s3.bucket), e.getMessage());
        assertEquals(List.of("nightly/shop/shop.dump"), S3TestBed.server().objects(s3.bucket));
        upload.withdraw();
        s3.assertNothingIsLeft();
    }

    @Test
    void removesADumpOfAnotherSizeAgain() throws Exception {
        s3.proxy.always(
                request -> request.is("HEAD"),
                FaultProxy.alterAnswer(answer -> answer.replaceFirst("(?i)content-length: 9", "Content-Length: 8")));
        assertRemovedAgain();
    }

    @Test
    void removesADumpOfAnotherChecksumAgain() throws Exception {
        s3.proxy.always(
                request -> request.is("HEAD"),
                FaultProxy.alterAnswer(answer ->
                        answer.replaceFirst("(?i)x-amz-checksum-crc32: .{8}", "x-amz-checksum-crc32: AAAAAA==")));
        assertRemovedAgain();
    }

    @Test
    void leavesADumpAsItIsThatReplacedOurs() throws Exception {
        s3.proxy.plan(1, request -> request.is("HEAD"), FaultProxy.first(() -> replace("shop.dump")));
        BackupException e = assertThrows(BackupException.class, () -> upload.commit(S3TestBed.written(receipt)));
        upload.withdraw();
        assertEquals(
                "s3://" + s3.bucket
                        + "/nightly/shop/shop.dump was replaced by another object right after it was committed:"
                        + " give each writer its own prefix.",
                e.getMessage());
        assertEquals(List.of("nightly/shop/shop.dump"), S3TestBed.server().objects(s3.bucket));
    }

    @Test
    void saysThatTheDumpVanished() {
        s3.proxy.always(request -> request.is("HEAD"), FaultProxy.answer(404, "", ""));
        BackupException e = assertThrows(BackupException.class, () -> upload.commit(S3TestBed.written(receipt)));
        assertEquals(
                "s3://" + s3.bucket
                        + "/nightly/shop/shop.dump was committed but is not there: look for a rule or a job that"
                        + " removes objects from the bucket.",
                e.getMessage());
    }

    @Test
    void saysWhatItCouldNotCompare() throws Exception {
        s3.proxy.always(request -> request.is("HEAD"), FaultProxy.answer(403, "", ""));
        CommitReport atRest = upload.commit(S3TestBed.written(receipt));
        assertFalse(atRest.sizeCompared() || atRest.checksumCompared());
        assertDumpIsThere();
    }

    @Test
    void commitsWhereTheStoreHasNoChecksums() throws Exception {
        withoutChecksums();
        CommitReport atRest = upload.commit(S3TestBed.written(receipt));
        assertTrue(atRest.sizeCompared());
        assertFalse(atRest.checksumCompared());
        assertDumpIsThere();
    }

    /** What stores answer to a header that they do not know, the first of them S3 itself. */
    static Stream<Fault> refusals() {
        return Stream.of(
                FaultProxy.answer(501, "NotImplemented", "A header you provided implies functionality."),
                FaultProxy.answer(400, "NotImplemented", "A header you provided implies functionality."),
                FaultProxy.answer(400, "InvalidArgument", "Unsupported header 'x-amz-checksum-algorithm'"),
                FaultProxy.answer(400, "InvalidRequest", "The header x-amz-checksum-crc32 is not supported."),
                FaultProxy.answer(400, "UnknownHeader", "X-Amz-Checksum-Crc32"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void doesWithoutChecksumsWhereTheStoreRefusesThem(Fault refusal) throws Exception {
        s3.proxy.always(sends("x-amz-checksum-algorithm"), refusal);
        MultipartUpload second = s3.store.open("second.dump", DUMP.length);
        assertStoredWithoutChecksums(second);
    }

    /** Each request that may have a checksum, where the store takes those before it. */
    @ParameterizedTest
    @MethodSource("refusals")
    void doesWithoutChecksumsWhereTheStoreRefusesThoseOfParts(Fault refusal) throws Exception {
        s3.proxy.always(
                request -> request.isAnyPart() && sends("x-amz-checksum-crc32").test(request), refusal);
        MultipartUpload second = s3.store.open("second.dump", DUMP.length);
        assertStoredWithoutChecksums(second);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void doesWithoutChecksumsWhereTheStoreRefusesThoseOfSmallObjects(Fault refusal) throws Exception {
        s3.proxy.always(
                request -> !request.isAnyPart() && sends("x-amz-checksum-crc32").test(request), refusal);
        s3.store.writeBeside("second.dump.json", "{}".getBytes(StandardCharsets.UTF_8));
        assertEquals(
                "{}",
                new String(
                        S3TestBed.server().object(s3.bucket, "nightly/shop/second.dump.json"), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void doesWithoutChecksumsWhereTheStoreRefusesToTellThem(Fault refusal) throws Exception {
        s3.proxy.always(sends("x-amz-checksum-mode"), refusal);
        assertTrue(
                new StoredObject(s3.connection, s3.location, "none.dump").head().isEmpty());
    }

    @Test
    void takesNoRefusalOfSomethingElseForOneOfTheCondition() throws Exception {
        s3.proxy.always(
                Request::isComplete, FaultProxy.answer(400, "InvalidRequest", "You must specify at least one part"));
        assertThrows(BackupException.class, () -> upload.commit(S3TestBed.written(receipt)));
        assertEquals(1, s3.proxy.count(Request::isComplete));
    }

    private void assertStoredWithoutChecksums(MultipartUpload second) throws Exception {
        Receipt sent = S3TestBed.send(second, DUMP);
        CommitReport atRest = second.commit(S3TestBed.written(sent));
        assertTrue(sent.parts().stream().noneMatch(StoredPart::checksumKnown));
        assertTrue(atRest.sizeCompared());
        assertFalse(atRest.checksumCompared());
        assertArrayEquals(DUMP, S3TestBed.server().object(s3.bucket, "nightly/shop/second.dump"));
    }

    private static Predicate<Request> sends(String header) {
        return request -> request.head().toLowerCase(Locale.ROOT).contains("\r\n" + header + ":");
    }

    @Test
    void takesNoChecksumOfAllTheBytesForOneOfTheParts() throws Exception {
        s3.proxy.always(
                request -> request.is("HEAD"),
                FaultProxy.alterAnswer(answer ->
                        answer.replaceFirst("(?i)x-amz-checksum-crc32: .{8}-2", "x-amz-checksum-crc32: AAAAAA==")));
        CommitReport atRest = upload.commit(S3TestBed.written(receipt));
        assertTrue(atRest.sizeCompared());
        assertFalse(atRest.checksumCompared());
    }

    @Test
    void commitsOnlyOnce() throws Exception {
        upload.commit(S3TestBed.written(receipt));
        assertThrows(IllegalStateException.class, () -> upload.commit(S3TestBed.written(receipt)));
    }

    /** As a store that ignores what it does not know: no checksum in any answer. */
    private void withoutChecksums() throws Exception {
        Fault fault = FaultProxy.alterAnswer(answer ->
                answer.replaceAll("(?i)x-amz-checksum-", "x-not-checksum-").replace("ChecksumCRC32", "NotAnyChecksum"));
        s3.proxy.always(request -> request.is("HEAD"), fault);
        receipt = new Receipt(
                receipt.sizeBytes(),
                receipt.parts().stream()
                        .map(part -> new StoredPart(part.number(), part.etag(), part.crc32(), false))
                        .toList());
    }

    private void withoutConditions() {
        withoutConditions(FaultProxy.answer(501, "NotImplemented", "A header you provided implies functionality."));
    }

    private void withoutConditions(Fault refusal) {
        s3.proxy.always(
                request -> request.isComplete() && sends("if-none-match").test(request), refusal);
    }

    private void replace(String name) {
        try {
            s3.store.writeBeside(name, "later".getBytes(StandardCharsets.UTF_8));
        } catch (BackupException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertRemovedAgain() throws Exception {
        BackupException e = assertThrows(BackupException.class, () -> upload.commit(S3TestBed.written(receipt)));
        upload.withdraw();
        assertEquals(
                "The store keeps something else as s3://" + s3.bucket
                        + "/nightly/shop/shop.dump than what was sent, so it was"
                        + " removed again: check the store, then start the backup again.",
                e.getMessage());
        s3.assertNothingIsLeft();
    }

    private void assertDumpIsThere() {
        assertArrayEquals(DUMP, S3TestBed.server().object(s3.bucket, "nightly/shop/shop.dump"));
        assertEquals(List.of(), S3TestBed.server().unfinishedUploads(s3.bucket));
    }
}
