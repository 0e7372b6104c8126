package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer of S3 that is not a success.
 *
 * @param status of HTTP
 * @param code S3's own word for it, from "List of error codes" of the Amazon S3 API Reference; empty if it gave
 *     none, as in answers to HEAD
 * @param message S3's own explanation, on one line; empty if it gave none
 * @param region where the bucket is, as S3 tells it to requests to another region; empty if it does not
 */
public record S3Error(int status, String code, String message, String region) {

    private static final int MAX_MESSAGE = 300;
    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9._-]{1,100})</Code>");
    private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]*)</Message>");
    private static final Pattern SIGNATURE = Pattern.compile("(?i)x-amz-(signature|credential|security-token)");
    private static final Pattern EXPECTED_REGION = Pattern.compile("expecting '([a-z0-9-]{1,63})'");

    private static final Set<Integer> PASSING_STATUS = Set.of(408, 429, 500, 502, 503, 504);

    private static final Set<String> PASSING_CODE = Set.of(
            "BadDigest",
            "ExpiredToken",
            "IncompleteBody",
            "InternalError",
            "OperationAborted",
            "RequestTimeout",
            "ServiceUnavailable",
            "SlowDown",
            "XAmzContentChecksumMismatch");

    public S3Error {
        code = code == null ? "" : code;
        // Without a code the message is not S3's but the phrase that goes with the status, or a page of some proxy.
        message = code.isEmpty() || message == null ? "" : harmless(message);
        if (region == null || region.isEmpty()) {
            Matcher expected = EXPECTED_REGION.matcher(message);
            region = expected.find() ? expected.group(1) : "";
        }
    }

    /** Reads the answer to a request that was sent without the AWS SDK. */
    static S3Error read(int status, String xml, String region) {
        return new S3Error(status, first(CODE, xml), unescape(first(MESSAGE, xml)), region);
    }

    /** Whether the same request, signed anew, may well succeed a little later. */
    boolean isPassing() {
        return PASSING_STATUS.contains(status) || PASSING_CODE.contains(code);
    }

    boolean isDenied() {
        return status == 403;
    }

    /** Status and code: {@code 503 SlowDown}. */
    String name() {
        return code.isEmpty() ? String.valueOf(status) : status + " " + code;
    }

    /** Status, code and S3's explanation. */
    @Override
    public String toString() {
        return message.isEmpty() ? name() : name() + ": " + message;
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String unescape(String xml) {
        return xml.replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }

    private static String harmless(String message) {
        if (SIGNATURE.matcher(message).find()) {
            // A server that repeats the request repeats its signature.
            return "";
        }
        String line = PrintableLine.of(message, MAX_MESSAGE).strip();
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
