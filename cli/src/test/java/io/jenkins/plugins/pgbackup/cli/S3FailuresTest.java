package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Every call to S3 of every command fails with every kind of exception: each has a sentence, and no dump is left. */
class S3FailuresTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_s3_failures";
    private static final String RESTORED = "cli_s3_failures_restored";
    private static final String URL = CLUSTER.url(DATABASE);
    private static final String BUCKET = Buckets.create();
    private static final String DUMP = "s3://" + BUCKET + "/good.sql.gz";

    @BeforeAll
    static void createDatabase() {
        SmallDatabase.create(CLUSTER, DATABASE);
        CLUSTER.createDatabase(RESTORED);
        Buckets.run("-d", "s3", BUCKET, URL, "--file-name", "good", "--format", "plain", "--compression", "gzip")
                .mustBeGood();
    }

    @AfterAll
    static void dropDatabase() {
        CLUSTER.dropDatabase(DATABASE);
        CLUSTER.dropDatabase(RESTORED);
    }

    @AfterEach
    void behave() {
        PlannedFailure.none();
    }

    static Stream<Arguments> failures() {
        List<String> backup = List.of("-d", "s3", BUCKET, URL, "--file-name", "new", "--verify", "reread");
        return Stream.of(
                        Arguments.of("HeadObject", backup),
                        Arguments.of("CreateMultipartUpload", backup),
                        Arguments.of("UploadPart", backup),
                        Arguments.of("CompleteMultipartUpload", backup),
                        Arguments.of("GetObject", backup),
                        Arguments.of("ListObjectsV2", List.of("list", "s3://" + BUCKET)),
                        Arguments.of("GetObject", List.of("verify", DUMP)),
                        Arguments.of("GetObject", List.of("restore", DUMP, CLUSTER.url(RESTORED))))
                .flatMap(step -> exceptions().map(e -> Arguments.of(step.get()[0], step.get()[1], e)));
    }

    private static Stream<Supplier<RuntimeException>> exceptions() {
        return Stream.of(
                () -> SdkClientException.create("geheim"),
                () -> SdkClientException.create("geheim", new IOException("geheim")),
                () -> new UncheckedIOException(new IOException("geheim")),
                () -> new SecurityException("geheim"),
                () -> new IllegalArgumentException("geheim"),
                () -> new IllegalStateException("geheim"),
                () -> new NullPointerException("geheim"));
    }

    @ParameterizedTest(name = "{0} of {1}")
    @MethodSource("failures")
    void eachHasASentence(String operation, List<String> command, Supplier<RuntimeException> exception) {
        PlannedFailure.of(operation, exception);

        CommandOutcome outcome = Buckets.run(command.toArray(String[]::new)).mustEndWith(1);

        String last = outcome.err().lines().reduce("", (one, next) -> next);
        assertThat(last, matchesPattern("Error: .+, because .+: .+\\."));
        assertThat(outcome.err(), not(containsString("nexpected")));
        assertThat(outcome.err(), not(containsString("geheim")));
        assertThat(outcome.err(), not(containsString("\tat ")));
        assertEquals(List.of("good.sql.gz", "good.sql.gz.json"), Buckets.SERVER.objects(BUCKET));
    }

    static Stream<Arguments> failuresOfTheManifest() {
        return exceptions().map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheManifest")
    void aDumpStaysWhoseManifestCannotBeWritten(Supplier<RuntimeException> exception) {
        String bucket = Buckets.create();
        PlannedFailure.of("PutObject", exception);

        CommandOutcome outcome = Buckets.run("-d", "s3", bucket, URL, "--file-name", "new", "--format", "plain")
                .mustBeGood();

        assertThat(outcome.err(), containsString("WARNING: the manifest could not be written beside s3://" + bucket));
        assertEquals(List.of("new.sql.zst"), Buckets.SERVER.objects(bucket));
    }
}
