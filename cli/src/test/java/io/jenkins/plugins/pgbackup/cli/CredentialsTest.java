package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AWS credentials as AWS's own tools find them, and what is said of those that cannot be had. */
class CredentialsTest {

    private static final String START_URL = "https://example.awsapps.com/start";
    private static final String ROLE = """
            [profile backups]
            role_arn = arn:aws:iam::123456789012:role/backup
            source_profile = keys
            region = eu-central-1

            [profile keys]
            aws_access_key_id = AKIAIOSFODNN7EXAMPLE
            aws_secret_access_key = geheim
            """;
    private static final String SSO = """
            [profile backups]
            sso_start_url = %s
            sso_region = eu-central-1
            sso_account_id = 123456789012
            sso_role_name = backup
            """.formatted(START_URL);

    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path directory;

    @Test
    void namesWhatStsAnswersToARole() throws Exception {
        try (FaultProxy sts = new FaultProxy(URI.create("http://127.0.0.1:1"))) {
            sts.always(
                    request -> true,
                    FaultProxy.page(
                            403,
                            "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User bob is not"
                                    + " authorized to perform: sts:AssumeRole.</Message></Error></ErrorResponse>"));
            environment.put("AWS_ENDPOINT_URL_STS", sts.endpoint());
            assertReason(
                    ROLE,
                    "the AWS credentials could not be had, as AWS STS refused them (403 AccessDenied: User bob is not"
                            + " authorized to perform: sts:AssumeRole): check the role and what may assume it.");
        }
    }

    @Test
    void namesTheHostOfStsThatIsNotKnown() throws Exception {
        environment.put("AWS_ENDPOINT_URL_STS", "https://sts.example.invalid");
        assertReason(ROLE, "the AWS credentials could not be had, as the host sts.example.invalid is not known: ");
    }

    @Test
    void namesTheHostOfStsThatTakesNoConnection() throws Exception {
        environment.put("AWS_ENDPOINT_URL_STS", "http://127.0.0.2:1");
        assertReason(ROLE, "the AWS credentials could not be had, as no connection to 127.0.0.2 ");
    }

    @Test
    void repeatsWhatACredentialProcessSaysWhenItFails() throws Exception {
        assertReason(
                "[profile backups]\ncredential_process = " + program("echo the vault is sealed >&2; exit 3") + "\n",
                "the AWS credentials could not be had, as what should give them failed (Command returned non-zero exit value"
                        + " (3) with error message: the vault is sealed): correct it.");
    }

    @Test
    void repeatsNothingOfWhatACredentialProcessPrints() throws Exception {
        assertReason(
                "[profile backups]\ncredential_process = " + program("echo '{\"SecretAccessKey\": geheim}'") + "\n",
                "the AWS credentials could not be had, as what should give them failed (");
    }

    @Test
    void saysThatNobodyIsLoggedIn() throws Exception {
        assertReason(
                SSO, "the AWS credentials could not be had, as there is no file " + directory + "/.aws/sso/cache/");
    }

    @Test
    void saysThatTheLoginHasExpired() throws Exception {
        String name = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-1").digest(START_URL.getBytes(StandardCharsets.UTF_8)));
        Path cache = Files.createDirectories(directory.resolve(".aws/sso/cache"));
        Files.writeString(
                cache.resolve(name + ".json"),
                "{\"accessToken\": \"geheim\", \"expiresAt\": \"2020-01-01T00:00:00Z\"}");
        assertReason(
                SSO,
                "the AWS credentials could not be had, as what should give them failed (The SSO session associated with this"
                        + " profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with"
                        + " the corresponding profile): correct it.");
    }

    @Test
    void saysThatALoginSessionIsNotSupported() throws Exception {
        assertReason(
                "[profile backups]\nlogin_session = arn:aws:iam::123456789012:user/bob\n",
                "the AWS credentials could not be had, as those of aws login (login_session) cannot be used here: use a"
                        + " profile with credential_process = aws configure export-credentials --format process --profile"
                        + " NAME.");
    }

    @Test
    void saysThatASourceProfileHasNoKeys() throws Exception {
        assertReason(
                "[profile backups]\nrole_arn = arn:aws:iam::123456789012:role/backup\nsource_profile = none\n",
                "the AWS credentials could not be had, as what should give them failed (The source profile of 'backups' was"
                        + " configured to be 'none', but that source profile has no credentials configured): correct it.");
    }

    @Test
    void saysThatTheProfileOfTheEnvironmentIsNotThere() throws Exception {
        environment.put("AWS_PROFILE", "another");
        CommandOutcome outcome = list(SSO);
        assertThat(
                outcome.err(),
                containsString("there is no profile another in AWS's configuration files: check AWS_PROFILE"));
    }

    @Test
    void saysThatThereAreNone() throws Exception {
        environment.put("AWS_PROFILE", "default");
        assertThat(list("").err(), containsString("because no AWS credentials were found: choose some, or give"));
    }

    private void assertReason(String configuration, String because) throws Exception {
        environment.put("AWS_PROFILE", "backups");
        CommandOutcome ofEnvironment = list(configuration);
        assertThat(ofEnvironment.err(), startsWith("Error: s3://backups/ could not be listed, because " + because));
        assertThat(ofEnvironment.err(), not(containsString("geheim")));
        assertEquals(1, ofEnvironment.err().lines().count());
        environment.remove("AWS_PROFILE");
        assertEquals(
                ofEnvironment.err(), list(configuration, "--profile", "backups").err());
    }

    private CommandOutcome list(String configuration, String... more) throws IOException, InterruptedException {
        environment.put("HOME", directory.toString());
        environment.put(
                "AWS_CONFIG_FILE",
                Files.writeString(directory.resolve("config"), configuration).toString());
        environment.put("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString());
        String[] command = new String[4 + more.length];
        System.arraycopy(new String[] {"list", "s3://backups", "--region", "us-east-1"}, 0, command, 0, 4);
        System.arraycopy(more, 0, command, 4, more.length);
        return PgbackupProcess.run(directory, environment, command).mustEndWith(1);
    }

    private Path program(String script) throws IOException {
        Path file = Files.writeString(directory.resolve("credentials.sh"), "#!/bin/sh\n" + script + "\n");
        file.toFile().setExecutable(true);
        return file;
    }
}
