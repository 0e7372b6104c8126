package io.jenkins.plugins.pgbackup.engine.store;

import java.io.IOException;
import java.util.Map;

/** A dump that is not visible yet. It ends in exactly one of {@link #commit} and {@link #withdraw}. */
public interface PendingBackup {

    /** Where the bytes go; travels to the machine that has them. */
    DumpTarget target();

    /**
     * What its {@link Store} needs to know to withdraw it after its opener is gone: names and words without a secret, to be
     * kept as text.
     */
    Map<String, String> leftover();

    /** The size in bytes of the parts it is stored in, as long as they are equal; 0 where it is stored in one piece. */
    long partSize();

    /**
     * Gives the dump its final name.
     *
     * @param written what the {@link DumpSink} of {@link #target()} wrote
     * @return what is known of the stored dump at rest
     * @throws IOException if the dump could not be committed, is not what was written, or could not be read back though
     *     that was requested; the caller withdraws it
     */
    CommitReport commit(ExpectedContent written) throws IOException, InterruptedException;

    /**
     * Makes what was written so far vanish, also what a failed {@link #commit} gave its name. Does nothing after a {@link #commit} that succeeded.
     *
     * @throws IOException if something could not be removed: its message says what was left and how to remove it
     */
    void withdraw() throws IOException, InterruptedException;
}
