package io.jenkins.plugins.pgbackup.driver;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import java.io.IOException;

/** A place for the dump of one build, for as long as it is made. */
public interface OpenDriver extends AutoCloseable {

    /** Where the engine puts it. */
    Store store();

    /** The dump has its name and its manifest; what else the driver does with it comes now. */
    default void committed(Manifest manifest) throws IOException, InterruptedException {
        // Most are done.
    }

    /**
     * The dumps of the place where a dump was made.
     *
     * @param made the manifest of that one
     */
    WritableDumps dumpsBeside(Manifest made) throws IOException;

    @Override
    default void close() {
        // Most hold nothing.
    }
}
