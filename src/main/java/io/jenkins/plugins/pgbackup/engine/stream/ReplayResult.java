package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.store.Sha256;
import java.io.Serializable;

/**
 * What went through a {@link Replay}.
 *
 * @param storedBytes how many bytes were read from the store
 * @param sha256 of them, in lower-case hexadecimal
 * @param rawBytes how many bytes they were after decompression
 * @param endSeen whether those ended as a complete dump of its format does
 * @param refused whether it was not passed on to its end, see {@link PsqlScript}; the rest of this is worthless then
 */
public record ReplayResult(long storedBytes, String sha256, long rawBytes, boolean endSeen, boolean refused)
        implements Serializable {

    public ReplayResult {
        if (storedBytes < 0 || rawBytes < 0) {
            throw new IllegalArgumentException("a negative size: " + Math.min(storedBytes, rawBytes));
        }
        Sha256.requireText(sha256);
    }
}
