package io.jenkins.plugins.pgbackup.driver;

import io.jenkins.plugins.pgbackup.engine.run.StoredDump;

/**
 * A dump that was chosen, for as long as it is read.
 *
 * @param whenDone closes what it is read by
 */
public record OpenDump(StoredDump dump, Runnable whenDone) implements AutoCloseable {

    @Override
    public void close() {
        whenDone.run();
    }
}
