package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.xml.stream.XMLStreamException;

/**
 * Says why S3 refused a request and what helps: the second half of a sentence, after "because", without
 * the full stop.
 *
 * <p>Both sides use it, the one with the AWS SDK and the one without.
 */
public final class S3Failure {

    /** How S3 and others deny what a URL was signed for; it is signed right before it is used. */
    private static final Pattern SIGNED_AT_ANOTHER_TIME =
            Pattern.compile("(?i)request (has expired|is not (yet )?valid)");

    /** How S3 and others say that Object Lock, or its legal hold, keeps an object. */
    private static final Pattern LOCKED = Pattern.compile("(?i)object ?lock|legal ?hold|\\bWORM\\b");

    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final Set<Integer> OF_PROXIES = Set.of(403, PROXY_AUTHENTICATION_REQUIRED, 502, 503, 504);

    /** What java.net.http says of a proxy that opens no tunnel. */
    private static final Pattern NO_TUNNEL = Pattern.compile("Tunnel failed, got: (\\d{3})");

    /** What a server answers that takes the first segment of the key for the bucket. */
    private static final Set<String> OF_OTHER_BUCKETS = Set.of(
            "",
            "InvalidBucketName",
            "InvalidRequest",
            "InvalidURI",
            "MethodNotAllowed",
            "NoSuchBucket",
            "SignatureDoesNotMatch");

    private S3Failure() {}

    /**
     * @param error what S3 answered
     * @param permissions what the credentials need for it, {@code s3:PutObject}
     */
    public static String because(S3Error error, String permissions) {
        return because(error, permissions, List.of(), Optional.empty());
    }

    /**
     * @param error what S3 answered
     * @param permissions what the credentials need for it, {@code s3:PutObject}
     * @param wishes which settings the request told a store that may not know them: {@code encryption}
     * @param proxy of the request
     */
    public static String because(S3Error error, String permissions, List<String> wishes, Optional<HttpProxy> proxy) {
        if (error.code().isEmpty() && proxy.isPresent() && OF_PROXIES.contains(error.status())) {
            return ofTheProxy(error, proxy.get());
        }
        if (LOCKED.matcher(error.code() + " " + error.message()).find()) {
            return "Object Lock keeps the object (" + error
                    + "): wait until its retention has ended, and have a legal hold removed";
        }
        return switch (error.code()) {
            case "NoSuchBucket" -> "there is no such bucket: create it, or correct the destination";
            case "NoSuchUpload" ->
                "the multipart upload is gone (" + error.name()
                        + "): look for a lifecycle rule of the bucket or another job that aborts uploads,"
                        + " and start again";
            case "InvalidAccessKeyId" ->
                "S3 does not know this access key (" + error.name() + "): choose other AWS credentials";
            case "SignatureDoesNotMatch" ->
                "S3 found the signature wrong (" + error.name()
                        + "): check that the secret key belongs to the access key,"
                        + " and that no proxy changes the requests";
            case "ExpiredToken", "InvalidToken", "TokenRefreshRequired" ->
                "the session token of the AWS credentials has expired (" + error.name()
                        + "): renew the credentials, or use ones that renew themselves, like a role";
            case "AccessDenied" -> denied(error, permissions);
            // With status 200, too, in the answer to CompleteMultipartUpload.
            case "SlowDown", "ServiceUnavailable" -> overloaded(error);
            case "InternalError" -> failed(error);
            case "RequestTimeTooSkewed" -> otherTime(error);
            case "PermanentRedirect",
                    "TemporaryRedirect",
                    "AuthorizationHeaderMalformed",
                    "IllegalLocationConstraintException",
                    "IncorrectEndpoint" -> otherRegion(error);
            case "BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch" ->
                "the bytes that arrived are not those that were sent (" + error.name()
                        + "): look for a proxy or a device on the way that changes them";
            case "InvalidStorageClass" ->
                "the store has no such storage class (" + error.name() + "): correct or remove the storage class";
            case "InvalidObjectState" ->
                "the object is in an archive class (" + error.name()
                        + "): restore it first with aws s3api restore-object";
            case "InvalidTag" -> "the store does not take the tags (" + error + "): correct or remove them";
            case "NotImplemented" ->
                "the store cannot do something that was requested (" + error
                        + "): remove encryption, tags and storage class from the settings,"
                        + " as far as it does not know them";
            default -> error.code().startsWith("KMS.") ? withKms(error) : byStatus(error, permissions, wishes);
        };
    }

    private static String byStatus(S3Error error, String permissions, List<String> wishes) {
        return switch (error.status()) {
            case 301, 307, 308 -> otherRegion(error);
            case 403 -> denied(error, permissions);
            case 407 ->
                "a proxy on the way requires a user name and a password (" + error
                        + "): set the proxy with both, or exclude S3 from it";
            case 413 ->
                "S3, or a proxy or load balancer before it, takes no request of that size (" + error
                        + "): raise the limit there, or set a smaller part size";
            case 429, 503 -> overloaded(error);
            case 502, 504 -> failedBefore(error);
            case 500 -> failed(error);
            case 400 -> error.region().isEmpty() ? refused(error, wishes) : otherRegion(error);
            default -> "S3 answered " + error + ": check destination, region and endpoint";
        };
    }

    /** S3 gives a code with each of these, but in answers to HEAD. */
    private static String ofTheProxy(S3Error error, HttpProxy proxy) {
        if (error.status() != PROXY_AUTHENTICATION_REQUIRED) {
            return "the proxy " + proxy.address() + ", or the server behind it, answered " + error
                    + ": allow the way to S3 there, or exclude S3 from the proxy";
        }
        return proxy.user() == null
                ? "the proxy " + proxy.address() + " requires a user name and a password (" + error
                        + "): add them to its address"
                : "the proxy " + proxy.address() + " did not take the user name and the password (" + error
                        + "): correct them; for https, Java sends them to a proxy only where it was started with"
                        + " -Djdk.http.auth.tunneling.disabledSchemes=\"\"";
    }

    private static String refused(S3Error error, List<String> wishes) {
        return "S3 refused it (" + error + "): check "
                + (wishes.isEmpty() ? "" : "that it knows what is set as " + String.join(" and ", wishes) + ", then ")
                + "region and endpoint";
    }

    private static String denied(S3Error error, String permissions) {
        if (SIGNED_AT_ANOTHER_TIME.matcher(error.message()).find()) {
            return otherTime(error);
        }
        return "S3 denied it (" + error + "): allow " + permissions + " to these AWS credentials";
    }

    private static String otherTime(S3Error error) {
        return "the clock of the machine that signs differs from S3's by more than 15 minutes (" + error.name()
                + "): set it right";
    }

    private static String overloaded(S3Error error) {
        return "S3 is overloaded (" + error + "): try again later, or run fewer backups at once";
    }

    private static String failed(S3Error error) {
        return "S3 failed (" + error + "): try again later";
    }

    /** S3 itself gives these no code of its own. */
    private static String failedBefore(S3Error error) {
        return error.code().isEmpty()
                ? "a proxy or load balancer before S3 failed (" + error
                        + "): try again later, and look for what stands on the way if it stays so"
                : failed(error);
    }

    private static String otherRegion(S3Error error) {
        return error.region().isEmpty()
                ? "the bucket is in another region (" + error.name() + "): set the region to the bucket's"
                : "the bucket is in another region (" + error.name() + "): set the region to " + error.region();
    }

    private static String withKms(S3Error error) {
        return "the KMS key cannot be used (" + error
                + "): check the key's id and region, and that its policy allows kms:GenerateDataKey and kms:Decrypt"
                + " to these AWS credentials";
    }

    /**
     * @param failure of the network; also the cause in which it is wrapped
     * @param host to which the request went
     */
    public static String because(Throwable failure, String host) {
        return because(failure, host, Optional.empty());
    }

    /**
     * @param failure of the network; also the cause in which it is wrapped
     * @param host to which the request went
     * @param proxy through which it went
     */
    public static String because(Throwable failure, String host, Optional<HttpProxy> proxy) {
        return proxy.flatMap(found -> ofTheProxy(failure, host, found)).orElseGet(() -> withoutProxy(failure, host));
    }

    /** What failed between here and the proxy; empty if that is not the place. */
    private static Optional<String> ofTheProxy(Throwable failure, String host, HttpProxy proxy) {
        String way = "the proxy " + proxy.address() + ", through which " + host + " is contacted, ";
        if (has(failure, UnknownHostException.class) || has(failure, UnresolvedAddressException.class)) {
            return Optional.of(way + "is not known: correct its address, or exclude " + host + " from the proxy");
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Matcher answer = NO_TUNNEL.matcher(String.valueOf(cause.getMessage()));
            if (answer.find()) {
                return Optional.of(ofTheProxy(new S3Error(Integer.parseInt(answer.group(1)), "", "", ""), proxy));
            }
        }
        return has(failure, ConnectException.class)
                ? Optional.of(way + "takes no connection: correct its address, or exclude " + host + " from the proxy")
                : Optional.empty();
    }

    private static String withoutProxy(Throwable failure, String host) {
        if (has(failure, UnknownHostException.class) || has(failure, UnresolvedAddressException.class)) {
            return "the host " + host
                    + " is not known: check region and endpoint, and the name service of this machine";
        }
        if (has(failure, SSLException.class) && has(failure, GeneralSecurityException.class)) {
            return "the TLS certificate of " + host
                    + " is not trusted: put its authority into the trust store of this machine's Java";
        }
        if (has(failure, SSLException.class)) {
            return "no TLS connection to " + host + " could be made: check that the endpoint is one of https";
        }
        if (isTimeout(failure)) {
            return host + " did not answer in time: check the network between this machine and S3";
        }
        if (has(failure, ConnectException.class)) {
            return "no connection to " + host
                    + " could be made: check the endpoint, and that nothing on the way refuses it";
        }
        if (has(failure, SocketException.class) || has(failure, IOException.class)) {
            return "the connection to " + host + " broke: check the network between this machine and S3";
        }
        if (has(failure, XMLStreamException.class)) {
            return host + " does not answer as S3 does: check the endpoint";
        }
        if (has(failure, SecurityException.class)) {
            return "this machine's Java does not allow it (" + root(failure) + "): look for a security policy, or for"
                    + " libraries that were changed";
        }
        // Without the message, which may repeat a header with a key.
        return "the request to " + host + " could not be made (" + root(failure)
                + "): look for characters that do not belong into endpoint, region and keys, then report this";
    }

    /**
     * Whether it may have failed because the server does not go by a host name that begins with the bucket's.
     *
     * @param error what S3 answered, or {@code null}
     * @param failure of the network, where there is no answer
     */
    public static boolean mayBeTheHostName(S3Error error, Throwable failure) {
        return error == null
                ? has(failure, UnknownHostException.class)
                        || has(failure, UnresolvedAddressException.class)
                        || has(failure, ConnectException.class)
                        || has(failure, SSLException.class)
                : error.status() >= 400 && error.status() < 500 && OF_OTHER_BUCKETS.contains(error.code());
    }

    /** Whether a further try cannot help. */
    static boolean isLasting(IOException failure) {
        return has(failure, SSLException.class) && has(failure, GeneralSecurityException.class);
    }

    private static boolean isTimeout(Throwable failure) {
        return has(failure, HttpTimeoutException.class)
                || has(failure, SocketTimeoutException.class)
                || has(failure, TimeoutException.class)
                || has(failure, InterruptedIOException.class);
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    /** Whether a failure is one of that kind, or has one as its cause. */
    public static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
