package io.jenkins.plugins.pgbackup.driver;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import java.io.IOException;

/** A place for the dump of one build, for as long as it is made. */
public interface OpenDriver extends AutoCloseable {

    /** Where the engine puts it. */
    Store store();

    /** The dump has its name and its manifest; what else the driver does with it comes now. */
    default void committed(Manifest manifest) throws IOException, InterruptedException {
        // Most are done.
    }

    @Override
    default void close() {
        // Most hold nothing.
    }
}
