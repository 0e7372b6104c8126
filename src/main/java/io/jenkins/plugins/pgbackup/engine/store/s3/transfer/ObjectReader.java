package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.store.StoredContent;
import java.io.EOFException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads over one connection what is still to come of an object. */
final class ObjectReader {

    private final PartRetryPolicy patience;
    private final HttpRoute route;
    private final HttpClient http;

    ObjectReader(PartRetryPolicy patience, HttpRoute route) {
        this.patience = patience;
        this.route = route;
        this.http = route.client(patience);
    }

    /** What became of one try: what was found, or whether another one makes sense and why this one failed. */
    record Outcome(StoredContent found, Retry retry, String because, Throwable cause) {

        static Outcome found(StoredContent found) {
            return new Outcome(found, Retry.NEVER, "", null);
        }
    }

    /**
     * Tries it once.
     *
     * @param tally what was read before, to which the rest is added as far as it comes
     * @param sizeBytes how many bytes the object should have
     */
    Outcome read(SignedRead signed, StoredContent.Tally tally, long sizeBytes) throws InterruptedException {
        String host = signed.url().getHost();
        RestOfObject rest = new RestOfObject(tally, sizeBytes);
        HttpRequest.Builder request = route.request(signed.url());
        if (tally.sizeBytes() > 0) {
            request.header("Range", "bytes=" + tally.sizeBytes() + "-");
        }
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request.build(), rest);
        try {
            return outcome(await(answer, rest), rest, host, route.proxyFor(signed.url()));
        } catch (IOException e) {
            Retry retry = S3Failure.isLasting(e) ? Retry.NEVER : Retry.ALWAYS;
            return new Outcome(null, retry, S3Failure.because(e, host, route.proxyFor(signed.url())), e);
        } finally {
            answer.cancel(true);
            rest.stop();
        }
    }

    private static Outcome outcome(
            HttpResponse<String> answer, RestOfObject rest, String host, Optional<HttpProxy> proxy)
            throws EOFException {
        if (!RestOfObject.isPartOfIt(answer.statusCode())) {
            S3Error error = S3Error.read(
                    answer.statusCode(),
                    answer.body(),
                    answer.headers().firstValue("x-amz-bucket-region").orElse(""));
            String permissions = S3Action.READ_BACK.permissions();
            return new Outcome(null, Retry.after(error), S3Failure.because(error, permissions, List.of(), proxy), null);
        }
        if (rest.isElsewhere()) {
            return new Outcome(null, Retry.ALWAYS, host + " does not answer as S3 does: check the endpoint", null);
        }
        return Outcome.found(rest.end());
    }

    /** A time limit for the whole of it would be too short for a slow link or too long for a dead one. */
    private HttpResponse<String> await(CompletableFuture<HttpResponse<String>> answer, RestOfObject rest)
            throws IOException, InterruptedException {
        long arrived = -1;
        while (true) {
            try {
                return answer.get(patience.silence().toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (rest.bytesArrived() == arrived) {
                    throw new HttpTimeoutException("nothing moved");
                }
                arrived = rest.bytesArrived();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException io) {
                    throw io;
                }
                throw new IOException(e.getCause());
            }
        }
    }
}
