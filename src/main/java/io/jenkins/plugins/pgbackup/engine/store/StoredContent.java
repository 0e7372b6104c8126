package io.jenkins.plugins.pgbackup.engine.store;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What was found where a dump is stored.
 *
 * @param sizeBytes how many bytes
 * @param sha256 of these, in lower-case hexadecimal; empty where their number was enough to know
 */
public record StoredContent(long sizeBytes, String sha256) implements Serializable {

    private static final long serialVersionUID = 1L;

    public StoredContent {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("a negative size: " + sizeBytes);
        }
        if (!sha256.isEmpty()) {
            Sha256.requireText(sha256);
        }
    }

    /** Content of another size than expected; it was not read then. */
    public static StoredContent ofSize(long sizeBytes) {
        return new StoredContent(sizeBytes, "");
    }

    /** Counts and digests bytes while they are read. For one thread at a time. */
    public static final class Tally {

        private final MessageDigest sha256 = Sha256.start();
        private long sizeBytes;

        /** Takes the next bytes, all that the buffer has. */
        public void add(ByteBuffer bytes) {
            sizeBytes += bytes.remaining();
            sha256.update(bytes);
        }

        /** How many bytes there were so far. */
        public long sizeBytes() {
            return sizeBytes;
        }

        /** Ends it: there were no more. */
        public StoredContent end() {
            return new StoredContent(sizeBytes, HexFormat.of().formatHex(sha256.digest()));
        }
    }
}
