package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.engine.BackupDefaults;
import io.jenkins.plugins.pgbackup.engine.BackupRequest;
import io.jenkins.plugins.pgbackup.engine.catalog.Origin;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFileName;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What is dumped and how, by the names that the Jenkins step has for it. */
final class DumpArguments {

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "custom, plain or tar; by default what a file's name says (.dump, .sql, .tar), else custom")
    private String format;

    @Option(
            names = "--compression",
            paramLabel = "METHOD[:LEVEL]",
            description = "auto, none, gzip:1-9 or zstd:1-19 (default: ${DEFAULT-VALUE})")
    private String compression = BackupDefaults.COMPRESSION.toString();

    @Option(
            names = "--schema",
            paramLabel = "PATTERN",
            description = "Only schemas that match; each must match something; repeatable")
    private List<String> schemas = List.of();

    @Option(names = "--exclude-schema", paramLabel = "PATTERN", description = "Not the schemas that match; repeatable")
    private List<String> excludeSchemas = List.of();

    @Option(
            names = "--table",
            paramLabel = "PATTERN",
            description = "Only tables that match; each must match something; repeatable")
    private List<String> tables = List.of();

    @Option(names = "--exclude-table", paramLabel = "PATTERN", description = "Not the tables that match; repeatable")
    private List<String> excludeTables = List.of();

    @Option(names = "--schema-only", description = "No rows")
    private boolean schemaOnly;

    @Option(names = "--data-only", description = "Nothing but rows")
    private boolean dataOnly;

    @Option(names = "--no-owner", description = "No owners")
    private boolean noOwner;

    @Option(names = "--no-privileges", description = "No grants")
    private boolean noPrivileges;

    @Option(
            names = "--extra-option",
            paramLabel = "OPTION",
            description = "A further option of pg_dump with its value, as in --extra-option=--section=data; repeatable")
    private List<String> extraOptions = List.of();

    @Option(
            names = "--file-name",
            paramLabel = "TEMPLATE",
            description = "The dump's name without suffix, where the destination does not name a file"
                    + " (default: $${database}-$${timestamp})")
    private String fileName;

    @Option(
            names = "--verify",
            paramLabel = "full|reread|none",
            description = "Whether pg_restore reads the whole dump while it is made, and whether the stored bytes"
                    + " are read back, too (default: ${DEFAULT-VALUE})")
    private String verify = BackupDefaults.VERIFICATION.id();

    @Option(
            names = "--lock-wait-timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for the tables' locks, 0 for ever (default: ${DEFAULT-VALUE})")
    private int lockWaitTimeout = BackupDefaults.LOCK_WAIT_SECONDS;

    @Option(
            names = "--stall-timeout",
            paramLabel = "SECONDS",
            description =
                    "How long the dump may stand still, 0 for ever (default: ${DEFAULT-VALUE}); a row stands still until"
                            + " pg_dump has received the whole of it")
    private int stallTimeout = BackupDefaults.STALL_SECONDS;

    /** @throws InvalidInputException if an option is invalid */
    BackupRequest request(PostgresUrl url) {
        String template = fileName == null ? BackupDefaults.FILE_NAME : fileName;
        DumpFileName.checkTemplate(template, List.of(DumpFileName.DATABASE, DumpFileName.TIMESTAMP));
        return new BackupRequest(
                url,
                options(),
                template,
                Map.of(),
                Instant.now(),
                Verification.parse(verify),
                Duration.ofSeconds(stallTimeout),
                new Origin(Version.TOOL, null, null, null));
    }

    /** @throws InvalidInputException if a name was given that the destination has already */
    void mustNotNameTheFile() {
        if (fileName != null) {
            throw new InvalidInputException(
                    "The destination names the file already: leave --file-name out, or let the destination end in a slash.");
        }
    }

    private DumpOptions options() {
        return new DumpOptions(
                format == null ? null : DumpFormat.parse(format),
                Compression.parse(compression),
                schemas,
                excludeSchemas,
                tables,
                excludeTables,
                schemaOnly,
                dataOnly,
                noOwner,
                noPrivileges,
                extraOptions,
                Duration.ofSeconds(lockWaitTimeout));
    }
}
