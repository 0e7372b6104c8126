package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.io.IOException;

/** Signs the requests with which one object is read back, on the side that has the key. */
public interface ReadSigner {

    /**
     * Signs one request to read the object, from whichever byte.
     *
     * @throws IOException where it is not to be read any more, or the key cannot be had
     */
    SignedRead sign() throws IOException, InterruptedException;
}
