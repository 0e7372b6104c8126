package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.Origin;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.proof.Proof;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Connection;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Dumps;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Location;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.engine.store.s3.SdkRetryPolicy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartRetryPolicy;
import io.jenkins.plugins.pgbackup.fixture.OddS3Server;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/** A place with tiny dumps that were made by hand: each is a text, with the manifest that a backup would have written. */
public abstract class PrunePlace implements AutoCloseable {

    static final String SERVER = "db.example.com:5432";
    static final String DATABASE = "shop";
    static final Origin ORIGIN = new Origin("pgBackup plugin 1.2", "a1b2c3", "nightly", "#7");

    private final String name;

    PrunePlace(String name) {
        this.name = name;
    }

    abstract WritableDumps dumps();

    abstract void put(String fileName, byte[] bytes) throws IOException;

    /** Everything there and beside it, by its whole path or key. */
    abstract Map<String, byte[]> everything() throws IOException;

    /** The whole path or key of a file there. */
    abstract String path(String fileName);

    String uri(String fileName) {
        return dumps().source(fileName).uri();
    }

    /** A dump with its manifest. */
    Manifest make(String fileName, Instant started) throws IOException {
        return make(fileName, started, DATABASE, SERVER, ORIGIN, true);
    }

    Manifest make(String fileName, Instant started, String database, String server, Origin origin, boolean proven)
            throws IOException {
        byte[] dump = content(fileName);
        Manifest manifest = manifest(fileName, uri(fileName), dump.length, started, database, server, origin, proven);
        put(fileName, dump);
        put(Manifest.nameFor(fileName), manifest.toJson());
        return manifest;
    }

    static byte[] content(String fileName) {
        return ("the dump " + fileName).getBytes(StandardCharsets.UTF_8);
    }

    static Manifest manifest(
            String fileName,
            String uri,
            long sizeBytes,
            Instant started,
            String database,
            String server,
            Origin origin,
            boolean proven) {
        return new Manifest(
                uri,
                fileName,
                uri.startsWith("s3:") ? "s3" : "local",
                database,
                server,
                "17.6",
                "17.6",
                "custom",
                "zstd:1",
                2 * sizeBytes,
                sizeBytes,
                HexFormat.of().toHexDigits(fileName.hashCode()).repeat(8),
                0,
                null,
                started.toString(),
                started.plusSeconds(60).toString(),
                60_000,
                proven ? Proof.byPgRestore("17.6") : Proof.missing("nothing has read it"),
                true,
                true,
                false,
                origin,
                "pg_restore " + fileName,
                List.of(),
                null,
                null,
                null,
                DumpOptions.WHOLE_DATABASE,
                null);
    }

    @Override
    public void close() throws IOException {
        // A directory is removed by its test.
    }

    @Override
    public String toString() {
        return name;
    }

    /** A directory, with another one beside it and one below. */
    static final class Local extends PrunePlace {

        private final Path root;
        private final Path directory;

        Local(Path root) throws IOException {
            super("a directory");
            this.root = root;
            this.directory = Files.createDirectories(root.resolve("nightly/shop"));
        }

        @Override
        WritableDumps dumps() {
            return new LocalDumps(directory);
        }

        @Override
        void put(String fileName, byte[] bytes) throws IOException {
            Path file = directory.resolve(fileName).normalize();
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        }

        @Override
        Map<String, byte[]> everything() throws IOException {
            Map<String, byte[]> all = new TreeMap<>();
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    all.put(root.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
            return all;
        }

        @Override
        String path(String fileName) {
            return root.relativize(directory.resolve(fileName).normalize()).toString();
        }
    }

    /** A prefix of a bucket. */
    abstract static class OnS3 extends PrunePlace {

        private static final String PREFIX = "nightly/shop";

        private final S3Connection connection;
        private final S3Dumps dumps;

        OnS3(String name, String endpoint, String bucket, String accessKey, String secretKey) throws IOException {
            super(name);
            connection = connect(endpoint, accessKey, secretKey);
            dumps = dumps(connection, bucket);
        }

        static S3Connection connect(String endpoint, String accessKey, String secretKey) throws IOException {
            return S3Connection.open(
                    new S3Settings("us-east-1", endpoint, true, null, null, null, null, null),
                    StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)),
                    ApacheHttpClient.builder(),
                    SdkRetryPolicy.DEFAULT.with(4, Duration.ofMillis(1), Duration.ofSeconds(30)),
                    HttpRoute.DIRECT);
        }

        static S3Dumps dumps(S3Connection connection, String bucket) {
            return new S3Dumps(
                    connection,
                    new S3Location(bucket, PREFIX),
                    PartRetryPolicy.DEFAULT.with(4, Duration.ofMillis(10), Duration.ofSeconds(30)),
                    HttpRoute.DIRECT);
        }

        @Override
        final WritableDumps dumps() {
            return dumps;
        }

        @Override
        final String path(String fileName) {
            return Path.of(PREFIX, fileName).normalize().toString();
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    /** A bucket of the S3 server of the tests. */
    static final class Proxied extends OnS3 {

        private final String bucket;

        private Proxied(String bucket) throws IOException {
            super(
                    "S3",
                    S3Server.shared().endpoint().toString(),
                    bucket,
                    S3Server.shared().accessKey(),
                    S3Server.shared().secretKey());
            this.bucket = bucket;
        }

        static Proxied create(String bucket) throws IOException {
            S3Server.shared().createBucket(bucket);
            return new Proxied(bucket);
        }

        @Override
        void put(String fileName, byte[] bytes) {
            S3Server.shared().put(bucket, path(fileName), bytes);
        }

        @Override
        Map<String, byte[]> everything() {
            Map<String, byte[]> all = new TreeMap<>();
            S3Server.shared()
                    .objects(bucket)
                    .forEach(key -> all.put(key, S3Server.shared().object(bucket, key)));
            return all;
        }
    }

    /** The bucket of a server that is not as AWS. */
    static final class Odd extends OnS3 {

        final OddS3Server server;

        Odd(String name, OddS3Server server) throws IOException {
            super(name, server.endpoint().toString(), OddS3Server.BUCKET, "any", "key");
            this.server = server;
        }

        @Override
        void put(String fileName, byte[] bytes) {
            server.put(path(fileName), bytes);
        }

        @Override
        Map<String, byte[]> everything() {
            return server.objects();
        }

        @Override
        public void close() throws IOException {
            super.close();
            server.close();
        }
    }
}
