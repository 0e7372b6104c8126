package io.jenkins.plugins.pgbackup.engine;

import java.io.IOException;

/**
 * Remembers what a backup in progress would leave behind, at a place that outlives the backup, its machine and this process: so
 * for a later clean-up.
 */
public interface Journal {

    /** For a backup that no other one cleans up after. */
    Journal NONE = new Journal() {

        @Override
        public void remember(Leftovers leftovers) {
            // It would not be read.
        }

        @Override
        public void forget() {
            // Nothing was remembered.
        }
    };

    /**
     * Remembers this, in place of what was remembered before.
     *
     * @throws IOException if it is not durable; what it tells of must not be made then
     */
    void remember(Leftovers leftovers) throws IOException;

    /** Nothing is left behind. */
    void forget() throws IOException;
}
