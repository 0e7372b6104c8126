package io.jenkins.plugins.pgbackup.cli.s3;

import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import java.util.Map;
import picocli.CommandLine.Option;

/** How S3 is reached. */
public class S3Arguments {

    public static final String HEADING = "%nS3:%n";

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "The bucket's region; by default AWS_REGION, AWS_DEFAULT_REGION, or the profile's")
    private String region;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "Another server than AWS; by default AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or the profile's")
    private String endpoint;

    @Option(names = "--path-style", description = "The bucket stands in the path, as most other servers want it")
    private boolean pathStyle;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "The profile of AWS's configuration files that has the credentials; by default AWS_PROFILE")
    private String profile;

    /** @throws io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException if an option is invalid */
    public final S3Access access() {
        return new S3Access(settings(region, endpoint, pathStyle), profile);
    }

    public S3Settings settings(String region, String endpoint, boolean pathStyle) {
        return new S3Settings(region, endpoint, pathStyle, null, null, null, Map.of(), null);
    }
}
