package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one part at a time, again and again where that may help: each time signed anew and from the same buffer. */
final class PartSender implements Closeable {

    private static final String CHECKSUM_HEADER = "x-amz-checksum-crc32";

    private final PartSigner signer;
    private final PartRetryPolicy retryPolicy;
    private final HttpRoute route;
    private final HttpClient http;

    /** Whether parts are sent with a checksum; shared by the threads that send them, each of which may learn that not. */
    private volatile boolean checksums = true;

    PartSender(PartSigner signer, PartRetryPolicy retryPolicy, HttpRoute route) {
        this.signer = signer;
        this.retryPolicy = retryPolicy;
        this.route = route;
        this.http = route.client(retryPolicy);
    }

    /** Requests no further signature. */
    @Override
    public void close() throws IOException {
        signer.close();
    }

    /** @throws BackupException if the part cannot be stored, however often it is tried */
    StoredPart send(int number, PartBuffer part) throws BackupException, InterruptedException {
        String crc32 = part.crc32();
        Attempts attempts = new Attempts(retryPolicy);
        while (true) {
            boolean checked = checksums;
            SignedPart signed = sign(number, part.size(), checked ? crc32 : PartSigner.NO_CHECKSUM);
            try {
                return stored(number, crc32, signed.url(), put(signed, part));
            } catch (FailedAttempt e) {
                if (checked && e.isRefusal(StoreFeature.CHECKSUMS)) {
                    checksums = false;
                } else {
                    attempts.failed("Part " + number + " of the dump could not be stored", e);
                }
            }
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

    private HttpResponse<String> put(SignedPart signed, PartBuffer part) throws FailedAttempt, InterruptedException {
        PartBody body = new PartBody(part);
        HttpRequest.Builder request = route.request(signed.url()).PUT(body);
        signed.headers().forEach(request::header);
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request.build(), BodyHandlers.ofString());
        try {
            return await(answer, body);
        } catch (IOException e) {
            throw FailedAttempt.of(e, signed.url(), route);
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
                return answer.get(retryPolicy.stallLimit().toMillis(), TimeUnit.MILLISECONDS);
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
            answer.get(retryPolicy.abortGrace().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // All the same: nothing waits for this part any more.
        }
    }

    private StoredPart stored(int number, String crc32, URI url, HttpResponse<String> answer) throws FailedAttempt {
        if (answer.statusCode() != 200) {
            S3Error error = S3Error.read(
                    answer.statusCode(),
                    answer.body(),
                    answer.headers().firstValue("x-amz-bucket-region").orElse(""));
            throw FailedAttempt.of(error, "s3:PutObject", route.proxyFor(url));
        }
        Optional<String> etag = answer.headers().firstValue("ETag").filter(StoredPart::isEtag);
        if (etag.isEmpty()) {
            throw FailedAttempt.of(url.getHost() + " does not answer as S3 does: check the endpoint");
        }
        Optional<String> checksum = answer.headers().firstValue(CHECKSUM_HEADER);
        if (checksum.isPresent() && !checksum.get().equals(crc32)) {
            throw FailedAttempt.of(url.getHost() + " stored other bytes than those that were sent");
        }
        return new StoredPart(number, etag.get(), crc32, checksum.isPresent());
    }
}
