package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;

/** Counts the attempts at one thing that failed, and decides whether there is another one. */
final class Attempts {

    private final PartRetryPolicy policy;
    private int failed;
    private int denied;

    Attempts(PartRetryPolicy policy) {
        this.policy = policy;
    }

    /** Something was achieved: what failed before counts no more. */
    void reset() {
        failed = 0;
        denied = 0;
    }

    /**
     * Waits for the next attempt.
     *
     * @param what was not achieved: the first half of a sentence
     * @throws BackupException if there is none
     */
    void failed(String what, FailedAttempt attempt) throws BackupException, InterruptedException {
        failed++;
        denied += attempt.isDenial() ? 1 : 0;
        if (attempt.isLasting() || denied > 1 || failed >= policy.tries()) {
            throw new BackupException(
                    what + (failed > 1 ? " in " + failed + " tries" : "") + ", because " + attempt.getMessage() + ".",
                    attempt);
        }
        policy.pauseAfter(failed);
    }
}
