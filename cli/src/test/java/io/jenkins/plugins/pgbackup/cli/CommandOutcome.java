package io.jenkins.plugins.pgbackup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** How a run of {@code pgbackup} ended, and what it printed. */
public record CommandOutcome(int exitCode, String out, String err) {

    CommandOutcome mustBeGood() {
        return mustEndWith(0);
    }

    /** Fails with what was printed. */
    public CommandOutcome mustEndWith(int expected) {
        assertEquals(expected, exitCode, this::toString);
        return this;
    }
}
