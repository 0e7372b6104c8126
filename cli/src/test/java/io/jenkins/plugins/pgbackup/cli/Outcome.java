package io.jenkins.plugins.pgbackup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** How a run of {@code pgbackup} ended, and what it printed. */
record Outcome(int exitCode, String out, String err) {

    Outcome mustBeGood() {
        return mustEndWith(0);
    }

    /** Fails with what was printed. */
    Outcome mustEndWith(int expected) {
        assertEquals(expected, exitCode, this::toString);
        return this;
    }
}
