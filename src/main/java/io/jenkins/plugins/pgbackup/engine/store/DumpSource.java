package io.jenkins.plugins.pgbackup.engine.store;

import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;

/** Where the stored bytes of one file are, seen from the machine that reads them. Carries no key and no password. */
public interface DumpSource extends Serializable {

    /** Says where the file is, as people write it. */
    String uri();

    /**
     * Opens the file for one reading from its first byte to its last. A thread that is interrupted while it reads gets an
     * {@link java.io.InterruptedIOException}, and stays interrupted.
     *
     * @throws java.io.FileNotFoundException if there is none
     */
    InputStream open() throws IOException;

    /**
     * The same for one task on a machine, where what it needs of this side is called from there.
     *
     * @throws IOException if it cannot be read from here
     */
    default DumpSource exportedTo(Machine machine) throws IOException {
        return this;
    }
}
