package io.jenkins.plugins.pgbackup.engine;

/** Into what a dump is restored, and what may be there before. */
public enum RestoreTarget {
    /** A database that exists and has no tables and views. */
    EMPTY,

    /** A database that exists, whatever it has. */
    AS_IT_IS,

    /** A database that the restore makes, and drops again if it fails. */
    NEW,

    /**
     * A new database that takes the name of the one that is there when it is complete. If the restore fails, the old one is as
     * it was.
     */
    REPLACED,

    /** Likewise, and the old one stays under another name. */
    REPLACED_AND_KEPT;

    boolean isReplaced() {
        return this == REPLACED || this == REPLACED_AND_KEPT;
    }

    boolean isMade() {
        return this == NEW || isReplaced();
    }
}
