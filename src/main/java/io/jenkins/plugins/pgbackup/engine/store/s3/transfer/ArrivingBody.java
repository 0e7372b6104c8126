package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The body of an answer while it arrives. The JDK's own stream has no time limit, and in Java 17 it cannot be interrupted.
 *
 * <p>Who does not read as fast as it comes lets the connection wait.
 */
final class ArrivingBody extends InputStream {

    /** What is taken from the connection before it is read, in what the JDK reads at once: 16 KiB. */
    private static final int READ_AHEAD = 64;

    /** Requested at a time, for each request wakes the thread that reads from the connection. */
    private static final int REQUEST = READ_AHEAD / 2;

    private final HttpResponse<Publisher<List<ByteBuffer>>> answer;
    private final Duration stallLimit;
    private final Arrivals arrivals = new Arrivals();
    private final Deque<ByteBuffer> chunks = new ArrayDeque<>();
    private long end = -1;

    private ArrivingBody(HttpResponse<Publisher<List<ByteBuffer>>> answer, Duration stallLimit) {
        this.answer = answer;
        this.stallLimit = stallLimit;
        answer.body().subscribe(arrivals);
    }

    /**
     * Sends a request and waits for the head of its answer.
     *
     * @param stallLimit how long nothing may arrive; a time limit for the whole of it would be too short for a slow link or too long
     *     for a dead one
     */
    static ArrivingBody of(HttpClient http, HttpRequest request, Duration stallLimit)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<Publisher<List<ByteBuffer>>>> answer =
                http.sendAsync(request, BodyHandlers.ofPublisher());
        try {
            return new ArrivingBody(answer.get(stallLimit.toMillis(), TimeUnit.MILLISECONDS), stallLimit);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("nothing arrived");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    URI uri() {
        return answer.uri();
    }

    int status() {
        return answer.statusCode();
    }

    Optional<String> header(String name) {
        return answer.headers().firstValue(name);
    }

    /** Where it ends in the object that it is a part of, or -1 if it is not known. */
    long end() {
        return end;
    }

    void endAt(long position) {
        end = position;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (chunks.isEmpty()) {
            List<ByteBuffer> next = arrivals.next(stallLimit);
            if (next.isEmpty()) {
                return -1;
            }
            next.stream().filter(ByteBuffer::hasRemaining).forEach(chunks::add);
        }
        ByteBuffer chunk = chunks.peek();
        int read = Math.min(length, chunk.remaining());
        chunk.get(bytes, offset, read);
        if (!chunk.hasRemaining()) {
            chunks.remove();
        }
        return read;
    }

    @Override
    public void close() {
        arrivals.cancel();
    }

    private static final class Arrivals implements Subscriber<List<ByteBuffer>> {

        /** Empty at the end. */
        private final BlockingQueue<List<ByteBuffer>> queue = new LinkedBlockingQueue<>();

        private final AtomicReference<Subscription> connection = new AtomicReference<>();
        private volatile Throwable broken;

        /** Taken, but not requested anew. */
        private int taken;

        List<ByteBuffer> next(Duration limit) throws IOException {
            List<ByteBuffer> next;
            try {
                next = queue.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (InterruptedIOException) new InterruptedIOException().initCause(e);
            }
            if (next == null) {
                throw new HttpTimeoutException("nothing arrived");
            }
            if (next.isEmpty()) {
                // For the next call.
                queue.add(next);
                if (broken != null) {
                    throw new IOException(broken);
                }
            } else if (++taken == REQUEST) {
                connection.get().request(taken);
                taken = 0;
            }
            return next;
        }

        void cancel() {
            connection.get().cancel();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            connection.set(subscription);
            subscription.request(READ_AHEAD);
        }

        @Override
        public void onNext(List<ByteBuffer> bytes) {
            if (!bytes.isEmpty()) {
                queue.add(bytes);
            }
        }

        @Override
        public void onError(Throwable failure) {
            broken = failure;
            onComplete();
        }

        @Override
        public void onComplete() {
            queue.add(List.of());
        }
    }
}
