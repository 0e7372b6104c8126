package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.io.Serializable;
import java.net.URI;

/**
 * A request to read one object, signed for a few minutes and for nothing else.
 *
 * @param url where to GET it; it is enough to read the dump, so it is shown nowhere
 */
public record SignedRead(URI url) implements Serializable {

    private static final long serialVersionUID = 1L;

    public SignedRead {
        if (url.getHost() == null) {
            throw new IllegalArgumentException("a signed URL without a host");
        }
    }

    @Override
    public String toString() {
        return "SignedRead[url=(secret)]";
    }
}
