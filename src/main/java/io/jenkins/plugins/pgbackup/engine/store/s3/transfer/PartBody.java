package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends a {@link PartBuffer} as it is. The JDK's publisher of a stream takes as much processor time, but makes as much garbage as
 * the dump has bytes: 1 GiB in parts of 16 MiB filled 132 MB of a heap of 256 MB, where this took 28 MB.
 */
final class PartBody implements BodyPublisher {

    private final PartBuffer part;
    private final AtomicLong bytesTaken = new AtomicLong();
    private volatile boolean stopped;

    PartBody(PartBuffer part) {
        this.part = part;
    }

    @Override
    public long contentLength() {
        return part.size();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Slices(subscriber));
    }

    /** How many bytes the HTTP client has taken so far; it takes no more than the connection does. */
    long bytesTaken() {
        return bytesTaken.get();
    }

    boolean isTaken() {
        return bytesTaken.get() == part.size();
    }

    /** Hands out nothing more. After this the part's buffer can be filled anew. */
    void stop() {
        stopped = true;
    }

    private final class Slices implements Subscription {

        private final Subscriber<? super ByteBuffer> subscriber;
        private final AtomicLong demand = new AtomicLong();
        private int next;
        private boolean ended;

        Slices(Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                cancel();
                subscriber.onError(new IllegalArgumentException("a demand of " + n));
                return;
            }
            // The call that raises the demand from 0 serves it; calls from within onNext or from other threads only add
            // to
            // it.
            if (demand.getAndAccumulate(n, Slices::saturatedSum) == 0) {
                boolean more;
                do {
                    more = serveOne();
                } while (demand.decrementAndGet() > 0 && more);
            }
        }

        @Override
        public void cancel() {
            stop();
        }

        /** Returns whether there may be more to serve. */
        private boolean serveOne() {
            if (ended || stopped) {
                return false;
            }
            if (next < part.slices()) {
                ByteBuffer slice = part.slice(next++);
                bytesTaken.addAndGet(slice.remaining());
                subscriber.onNext(slice);
            }
            if (next == part.slices()) {
                ended = true;
                subscriber.onComplete();
            }
            return !ended;
        }

        private static long saturatedSum(long a, long b) {
            return a + b < 0 ? Long.MAX_VALUE : a + b;
        }
    }
}
