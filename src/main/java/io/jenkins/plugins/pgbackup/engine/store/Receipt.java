package io.jenkins.plugins.pgbackup.engine.store;

import java.io.Serializable;
import java.util.List;

/**
 * What a {@link DumpSink} wrote.
 *
 * @param sizeBytes how many bytes
 * @param parts the parts that hold them, in order; empty where the dump is in one piece
 */
public record Receipt(long sizeBytes, List<StoredPart> parts) implements Serializable {

    public Receipt {
        parts = List.copyOf(parts);
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("a negative size: " + sizeBytes);
        }
    }

    /**
     * One part of a multipart upload.
     *
     * @param number from 1
     * @param etag as the store answered it, quotes included
     * @param crc32 base64 of the part's CRC-32 as S3 writes it, computed here before it was sent
     * @param checksumKnown whether the store answered with that same checksum
     */
    public record StoredPart(int number, String etag, String crc32, boolean checksumKnown) implements Serializable {}
}
