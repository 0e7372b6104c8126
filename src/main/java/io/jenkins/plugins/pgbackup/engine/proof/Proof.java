package io.jenkins.plugins.pgbackup.engine.proof;

/**
 * Whether a dump was proven whole, and how.
 *
 * @param proven whether everything in it was read by a program that understands it
 * @param how one clause for people: what read it, or why nothing did
 */
public record Proof(boolean proven, String how) {

    /** The dump was read to its end by {@code pg_restore}. */
    public static Proof byPgRestore(String version) {
        return new Proof(true, "read to its end by pg_restore " + version);
    }

    /** A plain dump ends with its completion mark. */
    public static Proof byCompletionMark() {
        return new Proof(true, "plain dump with its completion mark");
    }

    /** Nothing has read the dump. */
    public static Proof missing(String why) {
        return new Proof(false, why);
    }
}
