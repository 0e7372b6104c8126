package io.jenkins.plugins.pgbackup.cli.command;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.cli.s3.S3ObjectArguments;
import io.jenkins.plugins.pgbackup.engine.BackupRequest;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Every option reaches the engine. */
class DumpArgumentsTest {

    private static final PostgresUrl URL = DatabaseArguments.parse("postgres://h/d");

    @Test
    void asksForTheEnginesDefaults() {
        BackupRequest request = new DumpArguments().request(URL);

        assertEquals(new DumpOptionsBuilder().build(), request.options());
        assertEquals(Verification.FULL, request.verification());
        assertEquals(Duration.ofMinutes(10), request.stallTimeout());
        assertEquals("${database}-${timestamp}", request.fileNameTemplate());
        assertThat(request.origin().tool(), startsWith("pgbackup "));
    }

    @Test
    void asksForWhatWasWritten() {
        DumpArguments arguments = new DumpArguments();
        new CommandLine(arguments)
                .parseArgs(
                        ("--format tar --compression gzip:9 --schema s1 --schema s2 --exclude-schema x1 --exclude-schema x2"
                                        + " --table t1 --table t2 --exclude-table y1 --exclude-table y2 --schema-only"
                                        + " --no-owner --no-privileges --extra-option --no-comments"
                                        + " --extra-option=--section=data --file-name nightly-${database}"
                                        + " --verify none --lock-wait-timeout 7 --stall-timeout 0")
                                .split(" "));

        BackupRequest request = arguments.request(URL);

        assertEquals(
                new DumpOptionsBuilder()
                        .format(DumpFormat.TAR)
                        .compression(Compression.gzip(9))
                        .schemas(List.of("s1", "s2"))
                        .excludeSchemas(List.of("x1", "x2"))
                        .tables(List.of("t1", "t2"))
                        .excludeTables(List.of("y1", "y2"))
                        .schemaOnly(true)
                        .noOwner(true)
                        .noPrivileges(true)
                        .extraOptions(List.of("--no-comments", "--section=data"))
                        .lockWaitTimeout(Duration.ofSeconds(7))
                        .build(),
                request.options());
        assertEquals(Verification.NONE, request.verification());
        assertEquals(Duration.ZERO, request.stallTimeout());
        assertEquals("nightly-${database}", request.fileNameTemplate());
    }

    @Test
    void keepsObjectsAsWasWritten() {
        S3ObjectArguments arguments = new S3ObjectArguments();
        new CommandLine(arguments)
                .parseArgs(("--storage-class STANDARD_IA --sse aws:kms --kms-key-id alias/k --tag a=1 --tag b=x=y"
                                + " --part-size 64")
                        .split(" "));

        assertEquals(
                new S3Settings(
                        "r", "http://h", true, "STANDARD_IA", "aws:kms", "alias/k", Map.of("a", "1", "b", "x=y"), 64),
                arguments.settings("r", "http://h", true));
    }

    @Test
    void tellsTheServerWhoConnects() {
        assertThat(URL.toConnectionString(), containsString("application_name=pgbackup"));
        assertThat(
                DatabaseArguments.parse("postgres://h/d?application_name=me").toConnectionString(),
                containsString("application_name=me"));
    }
}
