package io.jenkins.plugins.pgbackup.engine.store.s3;

import java.io.Serializable;
import java.net.URI;
import java.util.Map;

/**
 * A request to store one part, signed for a few minutes and for nothing else.
 *
 * @param url where to PUT it; whoever has it can store that part, so it is shown nowhere
 * @param headers which are signed too and have to be sent; without those that an HTTP client sends by itself
 */
public record SignedPart(URI url, Map<String, String> headers) implements Serializable {

    public SignedPart {
        headers = Map.copyOf(headers);
        if (url.getHost() == null) {
            throw new IllegalArgumentException("a signed URL without a host");
        }
    }

    @Override
    public String toString() {
        return "SignedPart[url=(secret)]";
    }
}
