package io.jenkins.plugins.pgbackup.engine.store;

import java.io.IOException;
import java.io.Serializable;

/** Where the bytes of one dump go, seen from the machine that has them. Carries no key and no password. */
public interface DumpTarget extends Serializable {

    /** Opens the target for its one and only writing. */
    DumpSink open() throws IOException;
}
