package io.jenkins.plugins.pgbackup.driver;

import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;

/**
 * A place of dumps, for as long as one is read.
 *
 * @param here as the controller reads it
 * @param there as the agent reads it
 * @param whenDone closes what both are read by
 */
record OpenPlace(StoredDumps here, StoredDumps there, Runnable whenDone) implements AutoCloseable {

    @Override
    public void close() {
        whenDone.run();
    }
}
