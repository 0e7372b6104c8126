package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long and how often something is tried.
 *
 * @param tries how often at most
 * @param firstPause after the first try; doubled after each further one
 * @param longestPause where the doubling ends
 * @param connect how long a connection may take
 * @param stallLimit how long a request may go without a byte sent or an answer begun
 * @param abortGrace how long an answer is awaited by someone who is to stop
 */
public record PartRetryPolicy(
        int tries,
        Duration firstPause,
        Duration longestPause,
        Duration connect,
        Duration stallLimit,
        Duration abortGrace)
        implements Serializable {

    /**
     * Outlasts about a minute of a store that is overloaded or restarts: the pauses add up to 36 to 72 seconds.
     */
    public static final PartRetryPolicy DEFAULT = new PartRetryPolicy(
            10,
            Duration.ofMillis(250),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10));

    /** This with another number of tries, another first pause and another time for an answer. */
    public PartRetryPolicy with(int otherTries, Duration otherPause, Duration otherSilence) {
        return new PartRetryPolicy(otherTries, otherPause, longestPause, connect, otherSilence, abortGrace);
    }

    /**
     * Sleeps after a try that failed, from half of the pause to the whole of it, so that many do not come back at once.
     */
    void pauseAfter(int tryNumber) throws InterruptedException {
        long doubled = firstPause.toMillis() << Math.min(tryNumber - 1, 20);
        long pause = Math.min(doubled, longestPause.toMillis());
        Thread.sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
    }
}
