package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Sha256;
import java.io.Serializable;
import java.util.Objects;

/**
 * What went through a {@link Pump}.
 *
 * @param rawBytes how many bytes {@code pg_dump} wrote
 * @param sha256 of the stored bytes, in lower-case hexadecimal
 * @param endSeen whether the raw bytes ended as a complete dump of its format does
 * @param receipt what the store's sink wrote
 * @param contents what is in the dump
 */
public record PumpResult(long rawBytes, String sha256, boolean endSeen, Receipt receipt, DumpContents contents)
        implements Serializable {

    public PumpResult {
        if (rawBytes < 0) {
            throw new IllegalArgumentException("a negative size: " + rawBytes);
        }
        Sha256.requireText(sha256);
        Objects.requireNonNull(receipt);
        Objects.requireNonNull(contents);
    }
}
