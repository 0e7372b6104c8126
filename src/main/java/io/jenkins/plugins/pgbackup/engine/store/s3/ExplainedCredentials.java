package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Failure;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.io.FileNotFoundException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Says why a provider of AWS credentials gives none: what failed then is not S3, but STS, IAM Identity Center, a program or a
 * file.
 */
public final class ExplainedCredentials implements AwsCredentialsProvider {

    private static final int MAX_REASON = 300;

    /** Why there are none where nothing is configured. */
    static final String NONE = "no AWS credentials were found: choose some, or give this machine a role or a profile";

    /** How the SDK begins what it says then. */
    private static final Pattern NONE_IN_CHAIN =
            Pattern.compile("Unable to load credentials from any of the providers in the chain.*", Pattern.DOTALL);

    /** How Apache's client begins what it says of a connection that failed: {@code Connect to host:443 [...] failed}. */
    private static final Pattern CONNECT_TO = Pattern.compile("Connect to ([^ :\\[]+)");

    private final AwsCredentialsProvider provider;

    ExplainedCredentials(AwsCredentialsProvider provider) {
        this.provider = provider;
    }

    @Override
    public AwsCredentials resolveCredentials() {
        try {
            return provider.resolveCredentials();
        } catch (AbortedException | CredentialsException | InvalidInputException e) {
            throw e;
        } catch (RuntimeException e) {
            if (S3Failure.has(e, InterruptedException.class)) {
                throw AbortedException.create("stopped while the credentials were awaited", e);
            }
            throw new CredentialsException(clause(e), e);
        }
    }

    private static String clause(RuntimeException e) {
        return NONE_IN_CHAIN.matcher(text(e)).matches()
                ? NONE
                : "the AWS credentials could not be had, as " + reason(e);
    }

    /**
     * Says why a provider gave none: a clause without the full stop that ends with what helps.
     *
     * @param e what it threw
     */
    public static String reason(RuntimeException e) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = e; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        for (Throwable cause : causes) {
            if (cause instanceof AwsServiceException answered) {
                return refused(answered);
            }
            if (cause instanceof UnknownHostException
                    || CONNECT_TO.matcher(text(cause)).find()) {
                return S3Failure.because(e, hostIn(cause));
            }
            if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
                return "there is no file " + said(cause)
                        + ": log in with aws sso login, or correct the path in AWS's configuration files";
            }
            if (text(cause).contains("login_session")) {
                return "those of aws login (login_session) cannot be used here: use a profile with credential_process ="
                        + " aws configure export-credentials --format process --profile NAME";
            }
        }
        return innermost(causes);
    }

    /** The innermost words that are the SDK's own: those of a parser may repeat what it read. */
    private static String innermost(List<Throwable> causes) {
        List<Throwable> innermostFirst = new ArrayList<>(causes);
        Collections.reverse(innermostFirst);
        return innermostFirst.stream()
                .filter(cause -> cause instanceof SdkException
                        || cause.getClass() == IllegalStateException.class
                        || cause.getClass() == IllegalArgumentException.class
                        || cause.getClass() == NullPointerException.class)
                .filter(cause -> cause.getMessage() != null)
                .findFirst()
                .map(cause -> "what should give them failed (" + said(cause) + "): correct it")
                .orElseGet(() -> "what should give them failed ("
                        + innermostFirst.get(0).getClass().getSimpleName()
                        + "): check AWS's configuration files");
    }

    private static String refused(AwsServiceException answered) {
        String service = answered.awsErrorDetails() == null
                ? ""
                : String.valueOf(answered.awsErrorDetails().serviceName()).toUpperCase(Locale.ROOT);
        String answer = " refused them (" + SdkFailure.errorOf(answered) + "): ";
        return service.startsWith("SSO")
                ? "IAM Identity Center" + answer
                        + "log in with aws sso login, and check account and role of the profile"
                : "AWS STS" + answer + "check the role and what may assume it";
    }

    private static String hostIn(Throwable cause) {
        Matcher connect = CONNECT_TO.matcher(text(cause));
        return connect.find() ? connect.group(1) : said(cause).replaceFirst("[:\\s].*", "");
    }

    private static String text(Throwable cause) {
        return String.valueOf(cause.getMessage());
    }

    private static String said(Throwable cause) {
        // Behind that the SDK lists every profile.
        String text = text(cause).replaceFirst("(?s): ProfileFile\\(.*", "");
        String line = PrintableLine.of(text, MAX_REASON).strip();
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
