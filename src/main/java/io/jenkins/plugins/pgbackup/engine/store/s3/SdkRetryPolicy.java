package io.jenkins.plugins.pgbackup.engine.store.s3;

import java.time.Duration;

/**
 * How long and how often a call of the AWS SDK is tried.
 *
 * @param tries how often at most
 * @param firstPause after the first try; doubled at random after each further one, up to 20 seconds
 * @param answer how long one try may take
 * @param assembly how long one try to complete an upload may take: S3 says "several minutes"
 * @param abort how long an abort may take with all its tries; what waits for it is on its way out
 */
public record SdkRetryPolicy(int tries, Duration firstPause, Duration answer, Duration assembly, Duration abort) {

    public static final SdkRetryPolicy DEFAULT = new SdkRetryPolicy(
            4, Duration.ofMillis(200), Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofSeconds(15));

    static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

    /**
     * These with another number of tries, another first pause and another time for an answer; an abort has no longer than that
     * either.
     */
    public SdkRetryPolicy with(int otherTries, Duration otherPause, Duration otherAnswer) {
        return new SdkRetryPolicy(
                otherTries, otherPause, otherAnswer, assembly, abort.compareTo(otherAnswer) < 0 ? abort : otherAnswer);
    }

    /** How long a call may take with all its tries and pauses. */
    Duration whole(Duration oneTry) {
        return oneTry.plus(LONGEST_PAUSE).multipliedBy(tries);
    }
}
