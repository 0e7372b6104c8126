package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.CommitReport;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartSigner;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3StoreTest extends S3Test {

    private static final int MIB = 1 << 20;
    private static final int PART = S3TestBed.PART_BYTES;

    private final S3Server server = S3TestBed.server();

    @ParameterizedTest
    @ValueSource(ints = {1, PART - 1, PART, PART + 1, 10 * PART})
    void keepsADumpOfAnySize(int size) throws Exception {
        byte[] dump = S3TestBed.bytes(size);
        MultipartUpload upload = s3.store.open("shop.dump", size);
        Receipt receipt = S3TestBed.send(upload, dump);
        assertEquals(List.of(), server.objects(s3.bucket), "visible before it is committed");

        CommitReport atRest = upload.commit(S3TestBed.written(receipt));

        assertEquals(
                new CommitReport("s3://" + s3.bucket + "/nightly/shop/shop.dump", null, true, true, false), atRest);
        assertEquals(size, receipt.sizeBytes());
        assertEquals((size + PART - 1) / PART, receipt.parts().size());
        assertTrue(receipt.parts().stream().allMatch(StoredPart::checksumKnown));
        assertArrayEquals(dump, server.object(s3.bucket, "nightly/shop/shop.dump"));
        assertEquals(List.of(), server.unfinishedUploads(s3.bucket));
        upload.withdraw();
        assertEquals(List.of("nightly/shop/shop.dump"), server.objects(s3.bucket), "withdrawn after the commit");
    }

    @Test
    void keepsAnEmptyDump() throws Exception {
        MultipartUpload upload = s3.store.open("empty.dump", 0);
        Receipt receipt = S3TestBed.send(upload, new byte[0]);
        upload.commit(S3TestBed.written(receipt));
        assertEquals(1, receipt.parts().size());
        assertArrayEquals(new byte[0], server.object(s3.bucket, "nightly/shop/empty.dump"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with space.dump",
                "é-日本-😀.dump",
                "a+b&c=d?e#f.dump",
                "100%41.dump",
                "~'()*!;:@$,.dump",
                "-x.dump",
                "a\\b"
            })
    void keepsADumpOfAnyName(String name) throws Exception {
        byte[] dump = S3TestBed.bytes(1000);
        MultipartUpload upload = s3.store.open(name, 1000);
        upload.commit(S3TestBed.written(S3TestBed.send(upload, dump)));
        assertEquals(List.of("nightly/shop/" + name), server.objects(s3.bucket));
        assertArrayEquals(dump, server.object(s3.bucket, "nightly/shop/" + name));
    }

    @Test
    void leavesAnExistingObjectAsItIs() throws Exception {
        s3.store.writeBeside("shop.dump", "older".getBytes(StandardCharsets.UTF_8));
        BackupException e = assertThrows(BackupException.class, () -> s3.store.open("shop.dump", 10));
        assertEquals(
                "s3://" + s3.bucket + "/nightly/shop/shop.dump exists already and was left as it is:"
                        + " choose another file name or prefix, or remove it first.",
                e.getMessage());
        assertEquals(List.of(), server.unfinishedUploads(s3.bucket));
        assertEquals("older", text("nightly/shop/shop.dump"));
    }

    @Test
    void leavesAnObjectAsItIsThatAppearedMeanwhile() throws Exception {
        MultipartUpload upload = s3.store.open("shop.dump", 10);
        Receipt receipt = S3TestBed.send(upload, new byte[10]);
        s3.store.writeBeside("shop.dump", "faster".getBytes(StandardCharsets.UTF_8));

        BackupException e = assertThrows(BackupException.class, () -> upload.commit(S3TestBed.written(receipt)));
        upload.withdraw();

        assertTrue(e.getMessage().contains("exists already and was left as it is"), e.getMessage());
        assertEquals("faster", text("nightly/shop/shop.dump"));
        assertEquals(List.of(), server.unfinishedUploads(s3.bucket));
    }

    @Test
    void leavesNothingWhenWithdrawn() throws Exception {
        MultipartUpload upload = s3.store.open("shop.dump", 100);
        try (DumpSink sink = upload.target().open()) {
            sink.write(S3TestBed.bytes(20 * MIB));
        }
        upload.withdraw();
        upload.withdraw();
        s3.assertNothingIsLeft();
    }

    @Test
    void leavesNothingOfAnUploadWhoseMakerIsGone() throws Exception {
        MultipartUpload upload = s3.store.open("shop.dump", 100);
        S3TestBed.send(upload, new byte[100]);
        Map<String, String> leftover = upload.leftover();
        S3Settings settings = S3Store.settings(leftover);
        S3Settings known = s3.connection.configuration();
        assertEquals(new S3Settings(known.region(), known.endpoint(), true, null, null, null, null, null), settings);
        assertEquals(
                Optional.of("the unfinished upload of s3://" + s3.bucket + "/nightly/shop/shop.dump"),
                S3Store.withdraw(s3.connection, leftover));
        assertEquals(Optional.empty(), S3Store.withdraw(s3.connection, leftover));
        s3.assertNothingIsLeft();
    }

    @Test
    void leavesNothingWhereTheMachineIsOutOfReach() throws Exception {
        S3Store unreachable = new S3Store(s3.connection, s3.location, S3TestBed.OUT_OF_REACH);
        BackupException e = assertThrows(BackupException.class, () -> unreachable.open("shop.dump", 1));
        assertEquals(
                "s3://" + s3.bucket
                        + "/nightly/shop/shop.dump could not be opened for writing, because this machine is out of"
                        + " reach: reconnect it and start again.",
                e.getMessage());
        s3.assertNothingIsLeft();
    }

    @Test
    void signsNothingMoreAfterTheEnd() throws Exception {
        MultipartUpload upload = s3.store.open("shop.dump", 100);
        PartSigner signer = S3TestBed.signer(upload);
        assertTrue(signer.sign(1, 4, "AAAAAA==").url().toString().contains("X-Amz-Signature="));
        upload.withdraw();
        BackupException e = assertThrows(BackupException.class, () -> signer.sign(1, 4, "AAAAAA=="));
        assertTrue(e.getMessage().contains("has ended"), e.getMessage());
    }

    @Test
    void commitsNoPartsThatAreNotThoseOfTheDump() throws Exception {
        StoredPart one = new StoredPart(1, "\"e\"", "AAAAAA==", true);
        StoredPart two = new StoredPart(2, "\"e\"", "AAAAAA==", true);
        for (Receipt wrong : List.of(
                new Receipt(10, List.of()),
                new Receipt(10, List.of(two)),
                new Receipt(10, List.of(one, two)),
                new Receipt(9 * MIB, List.of(one)),
                new Receipt(9 * MIB, List.of(two, one)),
                new Receipt(Long.MAX_VALUE, List.of(one)))) {
            MultipartUpload upload = s3.store.open("shop.dump", 100);
            BackupException e = assertThrows(BackupException.class, () -> upload.commit(S3TestBed.written(wrong)));
            assertTrue(e.getMessage().contains("are not those of a dump of their size"), e.getMessage());
            upload.withdraw();
        }
        s3.assertNothingIsLeft();
    }

    @Test
    void commitsOnlyThePartsThatTheStoreHas() throws Exception {
        MultipartUpload upload = s3.store.open("shop.dump", 10);
        Receipt receipt = S3TestBed.send(upload, new byte[10]);
        StoredPart part = receipt.parts().get(0);
        Receipt other =
                new Receipt(10, List.of(new StoredPart(1, "\"0123456789abcdef0123456789abcdef\"", part.crc32(), true)));
        BackupException e = assertThrows(BackupException.class, () -> upload.commit(S3TestBed.written(other)));
        assertTrue(e.getMessage().contains("InvalidPart"), e.getMessage());
        upload.withdraw();
        s3.assertNothingIsLeft();
    }

    @Test
    void writesATextBesideTheDumpAndReplacesIt() throws Exception {
        s3.store.writeBeside("shop.dump.json", "{\"é\": 1}".getBytes(StandardCharsets.UTF_8));
        s3.store.writeBeside("shop.dump.json", "{\"é\": 2}".getBytes(StandardCharsets.UTF_8));
        assertEquals("{\"é\": 2}", text("nightly/shop/shop.dump.json"));
    }

    @Test
    void saysWhereADumpIs() {
        assertEquals("s3", s3.store.driver());
        assertEquals("s3://" + s3.bucket + "/nightly/shop/a b.dump", s3.store.uri("a b.dump"));
        assertEquals("to " + s3.bucket + " in S3 as nightly/shop/a b.dump", s3.store.announce("a b.dump"));
        assertEquals(
                "aws s3 cp --endpoint-url " + s3.proxy.endpoint() + " 's3://" + s3.bucket + "/nightly/shop/a b.dump' -",
                s3.store.readCommand("a b.dump"));
    }

    @Test
    void refusesAFileNameBeforeAnythingIsAsked() {
        assertThrows(InvalidInputException.class, () -> s3.store.open("../shop.dump", 1));
        assertEquals(List.of(), s3.proxy.requests());
    }

    @Test
    void refusesADumpThatDoesNotFitIntoPartsOfTheSizeThatIsSet() {
        BackupException e = assertThrows(BackupException.class, () -> s3.store.open("shop.dump", 1L << 40));
        assertEquals(
                "The dump is expected to have up to 1024 GiB, and 10000 parts of 5 MiB hold 48 GiB:"
                        + " set partSize to 140, or leave it out.",
                e.getMessage());
        assertEquals(List.of(), s3.proxy.requests());
    }

    @Test
    void saysThatThereIsNoSuchBucket() throws Exception {
        S3Store other = new S3Store(s3.connection, new S3Location("nobodys", ""), S3TestBed.HERE);
        BackupException e = assertThrows(BackupException.class, () -> other.open("shop.dump", 1));
        assertEquals(
                "s3://nobodys/shop.dump could not be opened for writing, because there is no such bucket:"
                        + " create it, or correct the destination.",
                e.getMessage());
    }

    @Test
    void saysThatTheKeyIsWrong() throws Exception {
        assertRefused(server.accessKey(), "wrong", "the signature wrong (403 SignatureDoesNotMatch): check that");
        assertRefused("AKIAWRONG", "wrong", "S3 does not know this access key (403 InvalidAccessKeyId): choose");
    }

    private void assertRefused(String accessKey, String secretKey, String because) throws Exception {
        try (S3Connection wrong = S3TestBed.connect(s3.proxy.endpoint(), accessKey, secretKey, S3TestBed.HASTY_CALLS)) {
            S3Store store = new S3Store(wrong, s3.location, S3TestBed.HERE);
            BackupException e = assertThrows(BackupException.class, () -> store.open("shop.dump", 1));
            assertTrue(e.getMessage().contains(because), e.getMessage());
        }
    }

    private String text(String key) {
        return new String(server.object(s3.bucket, key), StandardCharsets.UTF_8);
    }
}
