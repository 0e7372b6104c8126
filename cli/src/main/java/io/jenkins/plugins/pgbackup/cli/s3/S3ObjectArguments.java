package io.jenkins.plugins.pgbackup.cli.s3;

import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import java.util.Map;
import picocli.CommandLine.Option;

/** How S3 is reached, and how objects are kept there. */
public final class S3ObjectArguments extends S3Arguments {

    @Option(names = "--storage-class", paramLabel = "CLASS", description = "For example STANDARD_IA")
    private String storageClass;

    @Option(names = "--sse", paramLabel = "AES256|aws:kms", description = "Encryption at rest")
    private String sse;

    @Option(
            names = "--kms-key-id",
            paramLabel = "KEY",
            description = "The key of --sse aws:kms; by default the one that AWS keeps for the account")
    private String kmsKeyId;

    @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A tag of the object; repeatable")
    private Map<String, String> tags = Map.of();

    @Option(
            names = "--part-size",
            paramLabel = "MIB",
            description =
                    "The size of the parts that the dump is uploaded in, 5 to 5120 MiB; by default it follows from the"
                            + " size of the database")
    private String partSize;

    /** @throws io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException if an option is invalid */
    @Override
    public S3Settings settings(String region, String endpoint, boolean pathStyle) {
        return new S3Settings(
                region, endpoint, pathStyle, storageClass, sse, kmsKeyId, tags, S3Settings.parsePartSize(partSize));
    }
}
