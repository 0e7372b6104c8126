package io.jenkins.plugins.pgbackup.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The stored bytes of a dump, as they were found.
 *
 * @param sizeBytes how many bytes
 * @param sha256 of these, in lower-case hexadecimal
 */
public record StoredContent(long sizeBytes, String sha256) implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int CHUNK_BYTES = 64 * 1024;

    public StoredContent {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("a negative size: " + sizeBytes);
        }
        Sha256.requireText(sha256);
    }

    /** Reads all there is. */
    static StoredContent read(InputStream in) throws IOException {
        MessageDigest sha256 = Sha256.start();
        long sizeBytes = 0;
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            sha256.update(chunk, 0, length);
            sizeBytes += length;
        }
        return new StoredContent(sizeBytes, HexFormat.of().formatHex(sha256.digest()));
    }
}
