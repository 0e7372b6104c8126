package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LineService;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps.StoredFile;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.ObjectSource;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Request;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class S3DumpsTest {

    private static final Predicate<Request> READ =
            request -> request.is("GET") && request.target().contains("shop.dump");

    private S3TestBed s3;
    private S3Dumps dumps;

    @BeforeEach
    void connect() throws Exception {
        s3 = new S3TestBed();
        dumps = new S3Dumps(s3.connection, s3.location, S3TestBed.HASTY, HttpRoute.DIRECT);
    }

    @AfterEach
    void disconnect() throws Exception {
        s3.close();
    }

    @Test
    void listsFilesButNotThoseDeeperOrElsewhere() throws Exception {
        write(s3.location, "a é&b.dump", 3);
        write(s3.location, "b.dump", 0);
        write(new S3Location(s3.bucket, "nightly/shop/deeper"), "c.dump", 1);
        write(new S3Location(s3.bucket, "nightly/shop2"), "d.dump", 1);
        write(new S3Location(s3.bucket, ""), "e.dump", 1);

        List<StoredFile> files = dumps.list();

        assertEquals(
                List.of("a é&b.dump", "b.dump"),
                files.stream().map(StoredFile::name).sorted().toList());
        StoredFile first =
                files.stream().filter(file -> file.sizeBytes() == 3).findFirst().orElseThrow();
        assertTrue(Duration.between(first.modified(), Instant.now()).abs().toHours() < 1, first.toString());
        assertEquals(
                "e.dump",
                new S3Dumps(s3.connection, new S3Location(s3.bucket, ""))
                        .list()
                        .get(0)
                        .name());
    }

    @Test
    void listsNothingWhereNothingIs() throws Exception {
        assertEquals(List.of(), dumps.list());
    }

    @Test
    void listsMoreThanOnePage() throws Exception {
        String page = "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>%s</IsTruncated>%s<Contents>"
                + "<Key>nightly/shop/%s</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><Size>7</Size></Contents>"
                + "<Contents><Key>nightly/shop/</Key><Size>0</Size></Contents></ListBucketResult>";
        Predicate<Request> list = request -> request.target().contains("list-type=2");
        s3.proxy.plan(
                1, list, xml(page.formatted("true", "<NextContinuationToken>next</NextContinuationToken>", "1.dump")));
        s3.proxy.plan(
                1,
                request -> request.target().contains("continuation-token=next"),
                xml(page.formatted("false", "", "2.dump")));
        Instant modified = Instant.parse("2026-01-02T03:04:05Z");
        assertEquals(
                List.of(new StoredFile("1.dump", 7, modified), new StoredFile("2.dump", 7, modified)), dumps.list());
    }

    @Test
    void saysWhatIsMissingToList() {
        s3.proxy.always(request -> request.is("GET"), FaultProxy.answer(403, "AccessDenied", "Denied."));
        BackupException e = assertThrows(BackupException.class, dumps::list);
        assertEquals(
                "s3://" + s3.bucket
                        + "/nightly/shop/ could not be listed, because S3 denied it (403 AccessDenied: Denied):"
                        + " allow s3:ListBucket on the bucket to these AWS credentials.",
                e.getMessage());
    }

    /** The port of a server's console, for example. */
    @Test
    void takesNoWebPageForS3() {
        s3.proxy.always(
                request -> true, FaultProxy.page(200, "<!DOCTYPE html><html><body>Hello &nbsp;<br></body></html>"));
        String sentence = " because 127.0.0.1 does not answer as S3 does: check the endpoint.";
        String listed = assertThrows(BackupException.class, dumps::list).getMessage();
        assertTrue(listed.endsWith(sentence), listed);
        String opened = assertThrows(BackupException.class, () -> s3.store.open("shop.dump", 1))
                .getMessage();
        assertEquals(
                s3.location.uri("shop.dump")
                        + " could not be looked for, because the server does not answer as S3 does: check the endpoint.",
                opened);
    }

    @Test
    void readsAFile() throws Exception {
        byte[] dump = write(s3.location, "shop.dump", 100_000);
        try (InputStream in = dumps.source("shop.dump").open()) {
            assertEquals(dump[0] & 0xFF, in.read());
            assertEquals(0, in.read(new byte[0]));
            assertArrayEquals(Arrays.copyOfRange(dump, 1, dump.length), in.readAllBytes());
            assertEquals(-1, in.read());
        }
        assertEquals(
                "s3://" + s3.bucket + "/nightly/shop/shop.dump",
                dumps.source("shop.dump").uri());
    }

    @Test
    void readsAnEmptyFile() throws Exception {
        write(s3.location, "shop.dump", 0);
        try (InputStream in = dumps.source("shop.dump").open()) {
            assertEquals(-1, in.read());
        }
    }

    @Test
    void goesOnWhereTheConnectionBroke() throws Exception {
        byte[] dump = write(s3.location, "shop.dump", 1 << 20);
        s3.proxy.plan(7, READ, FaultProxy.cutAnswer(100_000));
        try (InputStream in = dumps.source("shop.dump").open()) {
            assertArrayEquals(dump, in.readAllBytes());
        }
        List<Request> reads = s3.proxy.requests().stream().filter(READ).toList();
        assertEquals(8, reads.size());
        assertEquals(
                8,
                new TreeSet<>(IntStream.range(0, 8)
                                .mapToObj(i -> range(reads.get(i)))
                                .toList())
                        .size());
    }

    @Test
    void givesUpWhereTheConnectionBreaksWithoutEnd() throws Exception {
        write(s3.location, "shop.dump", 1 << 20);
        s3.proxy.plan(1, READ, FaultProxy.cutAnswer(100_000));
        // A head, and nothing of what it announces.
        s3.proxy.always(READ, FaultProxy.cutAnswer(300));
        try (InputStream in = dumps.source("shop.dump").open()) {
            BackupException e = assertThrows(BackupException.class, in::readAllBytes);
            assertTrue(
                    e.getMessage()
                            .matches("s3://" + s3.bucket + "/nightly/shop/shop.dump could not be read past byte \\d+ in"
                                    + " 4 tries, because the connection to 127\\.0\\.0\\.1 broke: check the network"
                                    + " between this machine and S3\\."),
                    e.getMessage());
        }
    }

    @Test
    void signsEachConnectionAnew() throws Exception {
        byte[] dump = write(s3.location, "shop.dump", 1 << 20);
        s3.proxy.plan(2, READ, FaultProxy.cutAnswer(100_000));
        ObjectSource source = (ObjectSource) dumps.source("shop.dump");
        AtomicInteger signatures = new AtomicInteger();
        LineService signer = question -> {
            signatures.incrementAndGet();
            return source.signer().call(question);
        };
        try (InputStream in = new ObjectSource(
                        source.uri(), -1, source.action(), "", signer, source.retryPolicy(), source.route())
                .open()) {
            assertArrayEquals(dump, in.readAllBytes());
        }
        assertEquals(3, signatures.get());
    }

    /** Some stores do not know If-Match. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsNoOtherFileThanTheOneItBeganWith(boolean ifMatch) throws Exception {
        write(s3.location, "shop.dump", 1 << 20);
        s3.proxy.plan(1, READ, FaultProxy.cutAnswer(100_000));
        if (!ifMatch) {
            s3.proxy.always(READ, FaultProxy.alterHead(head -> head.replaceFirst("(?i)\r\nIf-Match: [^\r]*", "")));
        }
        try (InputStream in = dumps.source("shop.dump").open()) {
            in.read();
            write(s3.location, "shop.dump", (1 << 20) + 1);
            BackupException e = assertThrows(BackupException.class, in::readAllBytes);
            assertEquals(
                    "s3://" + s3.bucket + "/nightly/shop/shop.dump was replaced while it was read: read it again.",
                    e.getMessage());
        }
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        FileNotFoundException e = assertThrows(FileNotFoundException.class, dumps.source("shop.dump")::open);
        assertEquals("s3://" + s3.bucket + "/nightly/shop/shop.dump", e.getMessage());
    }

    @Test
    void saysThatThereIsNoSuchBucket() {
        S3Dumps nobodys = new S3Dumps(s3.connection, new S3Location("nobodys", ""));
        assertTrue(
                assertThrows(BackupException.class, nobodys::list).getMessage().contains("there is no such bucket"));
        assertTrue(assertThrows(BackupException.class, nobodys.source("shop.dump")::open)
                .getMessage()
                .contains("there is no such bucket"));
    }

    @Test
    void saysThatAnArchivedFileHasToBeRestored() {
        s3.proxy.always(READ, FaultProxy.answer(403, "InvalidObjectState", "Not valid."));
        BackupException e = assertThrows(BackupException.class, dumps.source("shop.dump")::open);
        assertTrue(e.getMessage().contains("restore it first with aws s3api restore-object"), e.getMessage());
    }

    @Test
    void canBeInterrupted() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, dumps::list);
        assertTrue(Thread.interrupted(), "the thread stays interrupted");
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, dumps.source("shop.dump")::open);
        assertTrue(Thread.interrupted(), "the thread stays interrupted");
    }

    private byte[] write(S3Location location, String name, int size) throws Exception {
        byte[] bytes = S3TestBed.bytes(size);
        new S3Store(s3.connection, location, S3TestBed.HERE).writeBeside(name, bytes);
        return bytes;
    }

    private static FaultProxy.Fault xml(String xml) {
        return (proxy, request, client) -> client.getOutputStream()
                .write(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + xml.length() + "\r\n\r\n" + xml)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static String range(Request request) {
        return request.head()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("range:"))
                .findFirst()
                .orElse("");
    }
}
