package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents.Gap;

/** The tables of a dump cannot be counted. The dump itself is no worse. */
final class UncountableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Gap gap;

    UncountableException(Gap gap) {
        super(gap.reason());
        this.gap = gap;
    }

    /** A dump that is not as its format says. */
    static UncountableException unexpected() {
        return new UncountableException(Gap.UNEXPECTED);
    }

    Gap gap() {
        return gap;
    }
}
