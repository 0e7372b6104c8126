package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one part at a time, again and again where that may help: each time signed anew and from the same buffer. */
public final class PartSender implements Closeable {

    private static final String CHECKSUM_HEADER = "x-amz-checksum-crc32";

    private final PartSigner signer;
    private final PartRetryPolicy patience;
    private final HttpRoute route;
    private final HttpClient http;

    /** Whether parts are sent with a checksum; shared by the threads that send them, each of which may learn that not. */
    private volatile boolean checksums = true;

    PartSender(PartSigner signer, PartRetryPolicy patience, HttpRoute route) {
        this.signer = signer;
        this.patience = patience;
        this.route = route;
        this.http = route.client(patience);
    }

    /** Asks for no further signature. */
    @Override
    public void close() throws IOException {
        signer.close();
    }

    /** @throws BackupException where the part cannot be stored, however often it is tried */
    StoredPart send(int number, PartBuffer part) throws BackupException, InterruptedException {
        String crc32 = part.crc32();
        int denials = 0;
        for (int tries = 1; ; tries++) {
            Outcome outcome = tryOnce(number, part, crc32);
            if (outcome.stored() != null) {
                return outcome.stored();
            }
            if (outcome.checksumRefused()) {
                checksums = false;
                continue;
            }
            denials += outcome.retry() == Retry.ONCE ? 1 : 0;
            if (outcome.retry() == Retry.NEVER || denials > 1 || tries >= patience.tries()) {
                throw new BackupException(
                        "Part " + number + " of the dump could not be stored"
                                + (tries > 1 ? " in " + tries + " tries" : "") + ", because " + outcome.because() + ".",
                        outcome.cause());
            }
            patience.pauseAfter(tries);
        }
    }

    private Outcome tryOnce(int number, PartBuffer part, String crc32) throws BackupException, InterruptedException {
        boolean checked = checksums;
        SignedPart signed = sign(number, part.size(), checked ? crc32 : PartSigner.NO_CHECKSUM);
        String host = signed.url().getHost();
        try {
            HttpResponse<String> answer = put(signed, part);
            return answer.statusCode() == 200
                    ? accepted(number, crc32, host, answer)
                    : refused(answer, checked, route.proxyFor(signed.url()));
        } catch (IOException e) {
            Retry retry = S3Failure.isLasting(e) ? Retry.NEVER : Retry.ALWAYS;
            return Outcome.failed(retry, S3Failure.because(e, host, route.proxyFor(signed.url())), e);
        }
    }

    private SignedPart sign(int number, long size, String crc32) throws BackupException, InterruptedException {
        try {
            return signer.sign(number, size, crc32);
        } catch (BackupException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new BackupException(
                    "Part " + number
                            + " of the dump could not be signed, because the side that holds the AWS credentials does"
                            + " not answer: check the connection to it.",
                    e);
        }
    }

    private HttpResponse<String> put(SignedPart signed, PartBuffer part) throws IOException, InterruptedException {
        PartBody body = new PartBody(part);
        HttpRequest.Builder request = route.request(signed.url()).PUT(body);
        signed.headers().forEach(request::header);
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request.build(), BodyHandlers.ofString());
        try {
            return await(answer, body);
        } finally {
            answer.cancel(true);
            body.stop();
        }
    }

    /** A time limit for the whole of it would be too short for a slow link or too long for a dead one. */
    private HttpResponse<String> await(CompletableFuture<HttpResponse<String>> answer, PartBody body)
            throws IOException, InterruptedException {
        long taken = -1;
        while (true) {
            try {
                return answer.get(patience.silence().toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (body.bytesTaken() == taken) {
                    throw new HttpTimeoutException("nothing moved");
                }
                taken = body.bytesTaken();
            } catch (InterruptedException e) {
                if (body.isTaken()) {
                    // The store may have it all. It should be done with it before the upload is aborted, or it keeps
                    // the part.
                    awaitBriefly(answer);
                }
                throw e;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException io) {
                    throw io;
                }
                throw new IOException(e.getCause());
            }
        }
    }

    private void awaitBriefly(CompletableFuture<?> answer) throws InterruptedException {
        try {
            answer.get(patience.farewell().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // All the same: nothing waits for this part any more.
        }
    }

    private static Outcome accepted(int number, String crc32, String host, HttpResponse<String> answer) {
        Optional<String> etag = answer.headers().firstValue("ETag").filter(StoredPart::isEtag);
        if (etag.isEmpty()) {
            return Outcome.failed(Retry.ALWAYS, host + " does not answer as S3 does: check the endpoint", null);
        }
        Optional<String> checksum = answer.headers().firstValue(CHECKSUM_HEADER);
        if (checksum.isPresent() && !checksum.get().equals(crc32)) {
            return Outcome.failed(Retry.ALWAYS, host + " stored other bytes than those that were sent", null);
        }
        return Outcome.stored(new StoredPart(number, etag.get(), crc32, checksum.isPresent()));
    }

    /** @param checked whether the part was sent with a checksum */
    private static Outcome refused(HttpResponse<String> answer, boolean checked, Optional<HttpProxy> proxy) {
        S3Error error = S3Error.read(
                answer.statusCode(),
                answer.body(),
                answer.headers().firstValue("x-amz-bucket-region").orElse(""));
        String because = S3Failure.because(error, "s3:PutObject", List.of(), proxy);
        return new Outcome(null, Retry.after(error), checked && StoreFeature.CHECKSUMS.isRefused(error), because, null);
    }

    /**
     * What became of one try: a stored part, or whether another one makes sense and why this one failed.
     *
     * @param checksumRefused whether it may have failed of the checksum that was sent along
     */
    private record Outcome(StoredPart stored, Retry retry, boolean checksumRefused, String because, Throwable cause) {

        static Outcome stored(StoredPart part) {
            return new Outcome(part, Retry.NEVER, false, "", null);
        }

        static Outcome failed(Retry retry, String because, Throwable cause) {
            return new Outcome(null, retry, false, because, cause);
        }
    }
}
