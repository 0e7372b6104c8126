package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LineService;
import io.jenkins.plugins.pgbackup.engine.machine.TestMachine;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.ObjectSource;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/** Signatures for the reading of one object, as AWS would get them, and who cannot have one. Nothing is sent. */
class ObjectSignerTest {

    private int requested;

    @Test
    void signsThatVersionOfThatObject() throws Exception {
        URI url = sign("v/1+2");
        assertEquals("backups.s3.eu-central-1.amazonaws.com", url.getHost());
        assertEquals("/a%20b/%C3%A9.dump", url.getRawPath());
        String query = url.getRawQuery();
        assertThat(query, containsString("versionId=v%2F1%2B2"));
        // Where to begin is not signed: the same address may be read from any byte.
        assertThat(query, containsString("X-Amz-SignedHeaders=host&"));
        assertThat(query, containsString("X-Amz-Expires=900"));
        assertThat(query, containsString("X-Amz-Security-Token=token1"));
        assertThat(query, not(containsString("secret")));
    }

    @Test
    void namesNoVersionWhereThereIsNone() throws Exception {
        assertThat(sign(null).getRawQuery(), not(containsString("versionId")));
    }

    @Test
    void asksForCredentialsEachTimeUntilItIsClosed() throws Exception {
        try (S3Connection connection = connect();
                ObjectSigner signer = signer(connection, null)) {
            signer.call("");
            assertThat(signer.call(""), containsString("X-Amz-Security-Token=token2"));
            signer.close();
            BackupException e = assertThrows(BackupException.class, () -> signer.call(""));
            assertEquals(
                    "The reading of s3://backups/a b/é.dump has ended: it is not signed any more.", e.getMessage());
            assertEquals(2, requested);
        }
    }

    @Test
    void isClosedWhenTheObjectWasRead() throws Exception {
        try (S3TestBed s3 = new S3TestBed()) {
            SignerCatcher machine = new SignerCatcher();
            S3Store store = new S3Store(s3.connection, s3.location, machine, S3TestBed.HASTY, HttpRoute.DIRECT);
            MultipartUpload upload = store.open("shop.dump", 10);
            upload.commit(S3TestBed.toBeReread(S3TestBed.send(upload, new byte[10]), new byte[10]));
            assertThrows(BackupException.class, () -> machine.signer.call(""));
        }
    }

    @Test
    void saysThatTheMachineIsOutOfReach() throws Exception {
        try (S3TestBed s3 = new S3TestBed()) {
            SignerCatcher machine = new SignerCatcher();
            S3Store store = new S3Store(s3.connection, s3.location, machine, S3TestBed.HASTY, HttpRoute.DIRECT);
            MultipartUpload upload = store.open("shop.dump", 10);
            var receipt = S3TestBed.send(upload, new byte[10]);
            machine.lost = true;
            BackupException e = assertThrows(
                    BackupException.class, () -> upload.commit(S3TestBed.toBeReread(receipt, new byte[10])));
            upload.withdraw();
            assertEquals(
                    "s3://" + s3.bucket
                            + "/nightly/shop/shop.dump could not be read back, because this machine is out of"
                            + " reach: reconnect it and start again.",
                    e.getMessage());
            s3.assertNothingIsLeft();
        }
    }

    @Test
    void saysThatTheSignerIsOutOfReach() {
        String sentence =
                "The reading of s3://backups/a could not be signed, because the side that holds the AWS credentials"
                        + " does not answer: check the connection to it.";
        assertEquals(
                sentence,
                failure(question -> {
                            throw new IOException("channel closed");
                        })
                        .getMessage());
        assertEquals(
                sentence,
                failure(question -> {
                            throw new IllegalStateException("channel closed");
                        })
                        .getMessage());
        assertInstanceOf(InterruptedIOException.class, failure(question -> {
            throw new InterruptedException();
        }));
        assertTrue(Thread.interrupted(), "the thread stays interrupted");
    }

    @Test
    void showsNoSignature() {
        assertEquals("ObjectSource[uri=s3://backups/a]", source(question -> "").toString());
        Exception e = failure(question -> "http://127.0.0.1:1/?X-Amz-Signature=abc");
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString(), not(containsString("X-Amz")));
        }
    }

    private static Exception failure(LineService signer) {
        return assertThrows(Exception.class, source(signer)::open);
    }

    private static ObjectSource source(LineService signer) {
        return new ObjectSource("s3://backups/a", 7, S3Action.READ_BACK, "", signer, S3TestBed.HASTY, HttpRoute.DIRECT);
    }

    private URI sign(String versionId) throws Exception {
        try (S3Connection connection = connect();
                ObjectSigner signer = signer(connection, versionId)) {
            return URI.create(signer.call(""));
        }
    }

    private static ObjectSigner signer(S3Connection connection, String versionId) {
        return new ObjectSigner(
                new StoredObject(connection, S3Location.parse("backups/a b"), "é.dump"), versionId, S3Action.READ_BACK);
    }

    private S3Connection connect() throws BackupException {
        return S3Connection.open(
                new S3Settings("eu-central-1", null, false, null, null, null, null, null),
                () -> AwsSessionCredentials.create("AKIA", "secret", "token" + ++requested),
                ApacheHttpClient.builder());
    }

    /** This machine, which remembers what it was given to sign reading with, or is lost by then. */
    private static final class SignerCatcher extends TestMachine {

        private LineService signer;
        private boolean lost;

        @Override
        public LineService exportLineService(LineService answers) {
            if (answers instanceof ObjectSigner) {
                signer = answers;
                if (lost) {
                    throw new IllegalStateException("channel closed");
                }
            }
            return answers;
        }
    }
}
