package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.store.StoredContent;
import java.io.EOFException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes what one answer has of an object, and adds it to what was read before: its bytes are digested as they arrive and kept
 * nowhere. The text of an answer that is a refusal is kept.
 */
public final class RestOfObject implements BodyHandler<String> {

    private static final int WHOLE = 200;
    private static final int PART = 206;

    /** RFC 9110, 14.4. */
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d+/(\\d{1,18}|\\*)");

    private final StoredContent.Tally tally;
    private final long sizeBytes;

    /** The object's size as the answer has it; -1 where it does not say. */
    private long announced = -1;

    /** Bytes to come that were read before. */
    private long known;

    private boolean elsewhere;
    private boolean stopped;
    private volatile long bytesArrived;

    /**
     * @param tally what was read before
     * @param sizeBytes how many bytes the object should have
     */
    RestOfObject(StoredContent.Tally tally, long sizeBytes) {
        this.tally = tally;
        this.sizeBytes = sizeBytes;
    }

    /** Whether an answer with that status of HTTP has bytes of the object. */
    static boolean isPartOfIt(int status) {
        return status == WHOLE || status == PART;
    }

    @Override
    public synchronized BodySubscriber<String> apply(ResponseInfo answer) {
        if (answer.statusCode() == WHOLE) {
            announced = length(answer.headers());
            known = tally.sizeBytes();
        } else if (answer.statusCode() == PART) {
            Matcher range = CONTENT_RANGE.matcher(
                    answer.headers().firstValue("Content-Range").orElse(""));
            elsewhere = !range.matches() || Long.parseLong(range.group(1)) != tally.sizeBytes();
            announced = elsewhere || range.group(2).equals("*") ? -1 : Long.parseLong(range.group(2));
        } else {
            return BodySubscribers.ofString(StandardCharsets.UTF_8);
        }
        return new Arriving();
    }

    /** Whether the answer was another part of the object than the one that was asked for. */
    synchronized boolean isElsewhere() {
        return elsewhere;
    }

    /** How many bytes have come in this answer so far, also ones that were read before. */
    long bytesArrived() {
        return bytesArrived;
    }

    /**
     * What was found, after the last byte of the answer.
     *
     * @throws EOFException where that was not the last byte of the object
     */
    synchronized StoredContent end() throws EOFException {
        if (isOfAnotherSize()) {
            return StoredContent.ofSize(announced);
        }
        if (tally.sizeBytes() < announced) {
            throw new EOFException();
        }
        return tally.end();
    }

    /** Takes nothing more. After this the tally can go on with another answer. */
    synchronized void stop() {
        stopped = true;
    }

    private boolean isOfAnotherSize() {
        return announced >= 0 && announced != sizeBytes;
    }

    /** Whether more of the answer is wanted. */
    private synchronized boolean take(List<ByteBuffer> bytes) {
        for (ByteBuffer chunk : bytes) {
            bytesArrived += chunk.remaining();
            int again = (int) Math.min(known, chunk.remaining());
            known -= again;
            chunk.position(chunk.position() + again);
            if (!isWanted()) {
                return false;
            }
            tally.add(chunk);
        }
        return isWanted();
    }

    /** Not where it is known already that something is wrong. */
    private synchronized boolean isWanted() {
        return !stopped && !elsewhere && !isOfAnotherSize() && tally.sizeBytes() <= sizeBytes;
    }

    private static long length(HttpHeaders headers) {
        OptionalLong length = headers.firstValueAsLong("Content-Length");
        return length.orElse(-1);
    }

    private final class Arriving implements BodySubscriber<String> {

        private final CompletableFuture<String> end = new CompletableFuture<>();
        private final AtomicReference<Subscription> connection = new AtomicReference<>();

        @Override
        public void onSubscribe(Subscription subscription) {
            connection.set(subscription);
            goOnIf(isWanted());
        }

        @Override
        public void onNext(List<ByteBuffer> bytes) {
            goOnIf(take(bytes));
        }

        @Override
        public void onError(Throwable broken) {
            end.completeExceptionally(broken);
        }

        @Override
        public void onComplete() {
            end.complete("");
        }

        @Override
        public CompletionStage<String> getBody() {
            return end;
        }

        /** One at a time: who cannot digest as fast as it comes lets the connection wait. */
        private void goOnIf(boolean wanted) {
            if (wanted) {
                connection.get().request(1);
            } else {
                connection.get().cancel();
                end.complete("");
            }
        }
    }
}
