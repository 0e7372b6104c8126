package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.engine.machine.Command;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.ExpectedContent;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Sha256;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartPlan;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartRetryPolicy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartSigner;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartTarget;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;

/** An S3 server for all tests of the package, a bucket for each of them, and a fault proxy in between. */
public final class S3TestBed implements AutoCloseable {

    /** The smallest parts that S3 takes, so that a small dump has several. */
    public static final int PART_BYTES = (int) PartPlan.MIN_PART_BYTES;

    public static final PartRetryPolicy HASTY = withoutPauses(4, Duration.ofSeconds(30), Duration.ofSeconds(20));

    static final SdkRetryPolicy HASTY_CALLS = new SdkRetryPolicy(
            3, Duration.ofMillis(1), Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(2));

    private static final AtomicInteger BUCKETS = new AtomicInteger();

    public final String bucket = "backups-" + BUCKETS.incrementAndGet();
    public final S3Location location = new S3Location(bucket, "nightly/shop");
    public final FaultProxy proxy;
    public final S3Connection connection;
    public final S3Store store;

    public S3TestBed() throws IOException {
        this(HASTY, HASTY_CALLS);
    }

    public S3TestBed(PartRetryPolicy retryPolicy, SdkRetryPolicy limits) throws IOException {
        server().createBucket(bucket);
        proxy = new FaultProxy(server().endpoint());
        connection = connect(proxy.endpoint(), server().accessKey(), server().secretKey(), limits);
        store = new S3Store(connection, location, HERE, retryPolicy, HttpRoute.DIRECT);
    }

    static PartRetryPolicy withoutPauses(int tries, Duration stallLimit, Duration abortGrace) {
        return new PartRetryPolicy(tries, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(10), stallLimit, abortGrace);
    }

    /** One for the whole run; it ends with this JVM. */
    public static S3Server server() {
        return Shared.SERVER;
    }

    static S3Connection connect(String endpoint, String accessKey, String secretKey, SdkRetryPolicy limits)
            throws IOException {
        return S3Connection.open(
                new S3Settings(null, endpoint, true, null, null, null, null, (int) (PART_BYTES / PartPlan.MIB)),
                StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)),
                ApacheHttpClient.builder(),
                limits,
                HttpRoute.DIRECT);
    }

    /** An upload with that plan, whose store would choose another. */
    public PendingBackup open(String fileName, PartPlan plan) {
        String id = connection
                .client()
                .createMultipartUpload(create ->
                        create.bucket(bucket).key(location.key(fileName)).checksumAlgorithm(ChecksumAlgorithm.CRC32))
                .uploadId();
        UploadSigner signer = new UploadSigner(connection, new StartedUpload(location, fileName, id), plan, true);
        return new MultipartUpload(connection, signer, new PartTarget(plan, signer, HASTY, HttpRoute.DIRECT), HERE);
    }

    /** Bytes that no compression and no shifting makes equal. */
    public static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    public static PartSigner signer(PendingBackup upload) {
        return ((PartTarget) upload.target()).signer();
    }

    public static Receipt send(PendingBackup upload, byte[] dump) throws IOException, InterruptedException {
        try (DumpSink sink = upload.target().open()) {
            sink.write(dump);
            return sink.finish();
        }
    }

    /** To be committed without being read back. */
    public static ExpectedContent written(Receipt receipt) {
        return new ExpectedContent(receipt, "", false);
    }

    static ExpectedContent toBeReread(Receipt receipt, byte[] dump) {
        return new ExpectedContent(
                receipt, HexFormat.of().formatHex(Sha256.start().digest(dump)), true);
    }

    void assertNothingIsLeft() {
        assertEquals(List.of(), server().objects(bucket), "objects");
        assertEquals(List.of(), server().unfinishedUploads(bucket), "unfinished uploads");
        assertEquals(List.of(), server().files(bucket), "files of the server");
    }

    @Override
    public void close() throws IOException {
        connection.close();
        proxy.close();
    }

    /** The machine that this is. */
    public static final Machine HERE = new Signers() {

        @Override
        public <T> T export(Class<T> type, T object) {
            return type.cast(object);
        }
    };

    static final Machine OUT_OF_REACH = new Signers() {

        @Override
        public <T> T export(Class<T> type, T object) {
            throw new IllegalStateException("channel closed");
        }
    };

    /** A machine that runs no programs. */
    private abstract static class Signers implements Machine {

        private static final LocalMachine WORKERS = new LocalMachine();

        @Override
        public String name() {
            return "this machine";
        }

        @Override
        public String temporaryDirectory() {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> Future<T> submit(Task<T> task) {
            return WORKERS.submit(task);
        }

        @Override
        public RunningProgram start(Command command, OutputStream out, OutputStream err) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean makeFifos(List<String> paths) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Shared {
        static final S3Server SERVER = S3Server.start();
    }
}
