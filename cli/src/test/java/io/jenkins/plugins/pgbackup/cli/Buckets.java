package io.jenkins.plugins.pgbackup.cli;

import io.jenkins.plugins.pgbackup.fixture.S3Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An S3 server for all tests of the command line, each with a bucket of its own. */
public final class Buckets {

    public static final S3Server SERVER = S3Server.start();

    private static final String ACCESS_KEY = "aws.accessKeyId";
    private static final String SECRET_KEY = "aws.secretAccessKey";

    private Buckets() {}

    public static String create() {
        String bucket = "pgbackup-" + UUID.randomUUID();
        SERVER.createBucket(bucket);
        return bucket;
    }

    /** Arguments, with those that lead to the server behind them. */
    public static String[] with(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--endpoint", SERVER.endpoint().toString(), "--region", "us-east-1", "--path-style"));
        return all.toArray(String[]::new);
    }

    /** Runs {@code pgbackup} in this JVM, with the server's keys. */
    static CommandOutcome run(String... arguments) {
        System.setProperty(ACCESS_KEY, SERVER.accessKey());
        System.setProperty(SECRET_KEY, SERVER.secretKey());
        try {
            return PgbackupInProcess.run(with(arguments));
        } finally {
            System.clearProperty(ACCESS_KEY);
            System.clearProperty(SECRET_KEY);
        }
    }

    /** The server's keys for a process. */
    public static Map<String, String> environment() {
        return Map.of("AWS_ACCESS_KEY_ID", SERVER.accessKey(), "AWS_SECRET_ACCESS_KEY", SERVER.secretKey());
    }
}
