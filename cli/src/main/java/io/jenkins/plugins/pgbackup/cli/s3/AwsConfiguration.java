package io.jenkins.plugins.pgbackup.cli.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.CertificateBundle;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;

/**
 * What the environment and AWS's configuration files say of S3 where the command line does not, in the order of "Service-specific
 * endpoints" and "AWS Region" of the AWS SDKs and Tools Reference Guide.
 *
 * <p>The SDK's client would find most of it by itself, but not the part URLs that are signed apart from it.
 */
final class AwsConfiguration {

    private final Map<String, String> environment;
    private final ProfileFile files;
    private final Optional<String> profile;

    private AwsConfiguration(Map<String, String> environment, ProfileFile files, Optional<String> profile) {
        this.environment = environment;
        this.files = files;
        this.profile = profile;
    }

    /**
     * Reads the configuration files.
     *
     * @param environment variables by name
     * @param profile that was named on the command line
     * @throws InvalidInputException if there is no such profile
     */
    static AwsConfiguration read(Map<String, String> environment, Optional<String> profile) throws BackupException {
        ProfileFile files;
        try {
            files = ProfileFile.defaultProfileFile();
        } catch (IllegalArgumentException e) {
            throw new BackupException(
                    "AWS's configuration files cannot be read: correct them (" + e.getMessage() + ").", e);
        }
        if (profile.isPresent() && files.profile(profile.get()).isEmpty()) {
            throw new InvalidInputException("There is no profile " + profile.get()
                    + " in AWS's configuration files: check its name, and where AWS_CONFIG_FILE leads.");
        }
        return new AwsConfiguration(environment, files, profile);
    }

    /** Fills in the endpoint, and the region where it is that of a named profile. */
    S3Settings complete(S3Settings settings) {
        return new S3Settings(
                settings.region() == null ? region().orElse(null) : settings.region(),
                settings.endpoint() == null ? endpoint().orElse(null) : settings.endpoint(),
                settings.pathStyle(),
                settings.storageClass(),
                settings.sse(),
                settings.kmsKeyId(),
                settings.tags(),
                settings.partSize());
    }

    /**
     * How a server is reached by a scheme: through the environment's proxy, and with the authorities of
     * {@code AWS_CA_BUNDLE}, or else of the profile.
     *
     * @throws BackupException if the authorities cannot be read
     */
    HttpRoute route(String scheme) throws BackupException {
        HttpRoute route = HttpRoute.of(environment, scheme);
        Optional<String> bundle = variable("AWS_CA_BUNDLE").or(() -> setting(profileName(), "ca_bundle"));
        return bundle.isPresent() ? route.trusting(CertificateBundle.read(bundle.get())) : route;
    }

    /** In the order of AWS's command line, which alone knows {@code AWS_DEFAULT_REGION}. */
    private Optional<String> region() {
        return variable("AWS_REGION")
                .or(() -> variable("AWS_DEFAULT_REGION"))
                .or(() -> profile.flatMap(name -> setting(name, "region")));
    }

    private Optional<String> endpoint() {
        if (variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
                .filter("true"::equalsIgnoreCase)
                .isPresent()) {
            return Optional.empty();
        }
        String name = profileName();
        return variable("AWS_ENDPOINT_URL_S3")
                .or(() -> variable("AWS_ENDPOINT_URL"))
                .or(() -> setting(name, "services")
                        .flatMap(services -> files.getSection("services", services))
                        .flatMap(section -> section.property("s3.endpoint_url")))
                .or(() -> setting(name, "endpoint_url"));
    }

    private String profileName() {
        return profile.orElseGet(ProfileFileSystemSetting.AWS_PROFILE::getStringValueOrThrow);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private Optional<String> setting(String profile, String name) {
        return files.profile(profile).flatMap(section -> section.property(name));
    }
}
