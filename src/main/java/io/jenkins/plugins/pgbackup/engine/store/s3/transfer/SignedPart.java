package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * A request to store one part, signed for a few minutes and for nothing else.
 *
 * @param url where to PUT it; it is enough to store that part, so it is shown nowhere
 * @param headers which are signed too and have to be sent; without those that an HTTP client sends by itself
 */
public record SignedPart(URI url, Map<String, String> headers) {

    /** Stands in no URL, and in no header that is signed: whitespace is one blank there (AWS Signature Version 4). */
    private static final String SEPARATOR = "\t";

    public SignedPart {
        headers = Map.copyOf(headers);
        if (url.getHost() == null) {
            throw new IllegalArgumentException("a signed URL without a host");
        }
    }

    /** All of it in a line of text. */
    String toLine() {
        StringBuilder line = new StringBuilder(url.toString());
        headers.forEach((name, value) ->
                line.append(SEPARATOR).append(name).append(SEPARATOR).append(value));
        return line.toString();
    }

    /** Reads {@link #toLine}. */
    static SignedPart ofLine(String line) {
        String[] fields = line.split(SEPARATOR, -1);
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < fields.length; i += 2) {
            headers.put(fields[i], fields[i + 1]);
        }
        return new SignedPart(URI.create(fields[0]), headers);
    }

    @Override
    public String toString() {
        return "SignedPart[url=(secret)]";
    }
}
