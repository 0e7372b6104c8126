package io.jenkins.plugins.pgbackup.engine;

import java.io.IOException;

/**
 * Remembers what a backup in progress would leave behind, at a place that outlives the backup, its machine and this process: so
 * that somebody can clear up later.
 */
public interface Journal {

    /** For a backup after which nobody else clears up. */
    Journal NONE = new Journal() {

        @Override
        public void remember(Leftovers leftovers) {
            // Nobody would read it.
        }

        @Override
        public void forget() {
            // Nothing was remembered.
        }
    };

    /**
     * Remembers this, in place of what was remembered before.
     *
     * @throws IOException where it is not durable; what it tells of must not be made then
     */
    void remember(Leftovers leftovers) throws IOException;

    /** Nothing is left behind. */
    void forget() throws IOException;
}
