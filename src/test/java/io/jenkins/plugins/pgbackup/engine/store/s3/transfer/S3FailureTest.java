package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** The words for what no test can make a server do; most others are tested where they happen. */
class S3FailureTest {

    static Stream<Arguments> failuresOfTheNetwork() {
        return Stream.of(
                Arguments.of(
                        new IOException(new UnknownHostException("minio")),
                        "the host minio is not known: check region and endpoint, and the name service of this machine"),
                Arguments.of(
                        untrusted(),
                        "the TLS certificate of minio is not trusted: put its authority into the trust store of this"
                                + " machine's Java"),
                Arguments.of(
                        new SSLException("handshake_failure"),
                        "no TLS connection to minio could be made: check that the endpoint is one of https"),
                Arguments.of(
                        SdkClientException.create("x", new SocketTimeoutException("Read timed out")),
                        "minio did not answer in time: check the network between this machine and S3"),
                Arguments.of(
                        new SocketException("Connection reset"),
                        "the connection to minio broke: check the network between this machine and S3"),
                Arguments.of(
                        new IllegalStateException("X-Amz-Signature"),
                        "the request to minio could not be made (IllegalStateException): look for characters that do not belong into"
                                + " endpoint, region and keys, then report this"),
                Arguments.of(
                        new SecurityException("X-Amz-Signature"),
                        "this machine's Java does not allow it (SecurityException): look for a security policy, or for"
                                + " libraries that were changed"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheNetwork")
    void hasWordsForTheNetwork(Throwable failure, String words) {
        assertEquals(words, S3Failure.because(failure, "minio"));
    }

    @Test
    void doesNotTryAgainWithoutTrust() {
        assertTrue(S3Failure.isLasting(untrusted()));
        assertFalse(S3Failure.isLasting(new SSLHandshakeException("Remote host terminated the handshake")));
        assertFalse(S3Failure.isLasting(new SocketException("Connection reset")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Request has expired", "Request is not valid yet", "Request is not yet valid."})
    void takesASignatureOfAnotherTimeForAClockThatIsWrong(String message) {
        assertEquals(
                "the clock of the machine that signs differs from S3's by more than 15 minutes (403 AccessDenied): set it right",
                S3Failure.because(new S3Error(403, "AccessDenied", message, ""), "s3:PutObject"));
    }

    @Test
    void doesNotTakeThePageOfAProxyForAnAnswerOfS3() {
        assertEquals(
                "a proxy or load balancer before S3 failed (502): try again later, and look for what stands on the way if it"
                        + " stays so",
                S3Failure.because(S3Error.read(502, "<html>Bad gateway</html>", ""), "s3:PutObject"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>Bad gateway</html>", "<Error></Error>", "<Error><Message>a</Message></Error>"})
    void takesNothingFromAnswersThatAreNotOfS3(String body) {
        assertEquals(new S3Error(502, "", "", ""), S3Error.read(502, body, ""));
    }

    @Test
    void readsAnErrorOfS3() {
        S3Error error = S3Error.read(
                400,
                "<?xml version=\"1.0\"?>\n<Error>\n<Code>KMS.Some-Code_1</Code><Message>a &lt;b&gt;\n &amp;amp; \"c\".</Message>"
                        + "<HostId>x</HostId></Error>",
                "eu-west-1");
        assertEquals(new S3Error(400, "KMS.Some-Code_1", "a <b> &amp; \"c\"", "eu-west-1"), error);
        assertEquals("400 KMS.Some-Code_1: a <b> &amp; \"c\"", error.toString());
        String cut = S3Error.read(400, "<Code>A</Code><Message>" + "é".repeat(1000) + "</Message>", "")
                .message();
        assertEquals(301, cut.length());
    }

    private static IOException untrusted() {
        SSLHandshakeException e = new SSLHandshakeException("PKIX path building failed");
        e.initCause(new CertificateException("unable to find valid certification path"));
        return e;
    }

    @Test
    void readsNothingThatAnEntityNames() {
        S3Error error = S3Error.read(
                400,
                "<!DOCTYPE e [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
                        + "<Error><Code>InvalidRequest</Code><Message>&f;</Message></Error>",
                "");
        assertEquals("400 InvalidRequest: &f;", error.toString());
    }
}
