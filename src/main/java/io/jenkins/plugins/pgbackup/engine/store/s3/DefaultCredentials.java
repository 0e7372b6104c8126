package io.jenkins.plugins.pgbackup.engine.store.s3;

import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.utils.SdkAutoCloseable;
import software.amazon.awssdk.utils.SystemSetting;

/**
 * What a machine finds by itself, in the order of the default provider chain of the AWS SDK. As with AWS's command line, the first
 * provider that is configured gives the credentials, or is the reason why there are none; the SDK's own chain would go on to
 * the next one, and say of each in the end that it has nothing.
 */
public final class DefaultCredentials implements AwsCredentialsProvider, SdkAutoCloseable {

    /** "Credential settings" of the AWS SDKs and Tools Reference Guide: a profile with one of these gives credentials. */
    private static final Set<String> SETTINGS = Set.of(
            "aws_access_key_id",
            "credential_process",
            "login_session",
            "role_arn",
            "sso_account_id",
            "sso_role_name",
            "sso_session",
            "sso_start_url");

    private AwsCredentialsProvider chosen;

    @Override
    public synchronized AwsCredentials resolveCredentials() {
        if (chosen == null) {
            chosen = choose();
        }
        return chosen.resolveCredentials();
    }

    @Override
    public synchronized void close() {
        if (chosen instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }

    private static AwsCredentialsProvider choose() {
        String key = SdkSystemSetting.AWS_ACCESS_KEY_ID.property();
        if (System.getProperty(key) != null) {
            return SystemPropertyCredentialsProvider.create();
        }
        if (isSet(SdkSystemSetting.AWS_ACCESS_KEY_ID)) {
            return EnvironmentVariableCredentialsProvider.create();
        }
        if (isSet(SdkSystemSetting.AWS_WEB_IDENTITY_TOKEN_FILE)) {
            return WebIdentityTokenFileCredentialsProvider.create();
        }
        if (hasProfile()) {
            return ProfileCredentialsProvider.create();
        }
        if (isSet(SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)
                || isSet(SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_FULL_URI)) {
            return ContainerCredentialsProvider.builder().build();
        }
        return new OfInstance(InstanceProfileCredentialsProvider.create());
    }

    private static boolean isSet(SystemSetting setting) {
        return setting.getStringValue().filter(value -> !value.isBlank()).isPresent();
    }

    private static boolean hasProfile() {
        String name = ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow();
        return ProfileFile.defaultProfileFile()
                .profile(name)
                .map(profile -> SETTINGS.stream().anyMatch(profile.properties()::containsKey))
                .orElseGet(() -> {
                    if (name.equals(ProfileFileSystemSetting.AWS_PROFILE.defaultValue())) {
                        return false;
                    }
                    throw new CredentialsException(
                            "there is no profile " + name
                                    + " in AWS's configuration files: check AWS_PROFILE, and where AWS_CONFIG_FILE leads",
                            null);
                });
    }

    /** Used if nothing is configured: its failure is that, for most machines are no instances of EC2. */
    private record OfInstance(InstanceProfileCredentialsProvider provider)
            implements AwsCredentialsProvider, SdkAutoCloseable {

        @Override
        public AwsCredentials resolveCredentials() {
            try {
                return provider.resolveCredentials();
            } catch (SdkClientException e) {
                throw new CredentialsException(ExplainedCredentials.NONE, e);
            }
        }

        @Override
        public void close() {
            provider.close();
        }
    }
}
