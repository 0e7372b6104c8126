package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.io.Closeable;
import java.io.IOException;

/** Signs the requests with which parts are sent, on the side that has the key. */
public interface PartSigner extends Closeable {

    /** In the place of a checksum, for a store that refuses parts with one. */
    String NO_CHECKSUM = "-";

    /**
     * Signs one request to store one part.
     *
     * @param number the part's number, from 1
     * @param sizeBytes how long it is
     * @param crc32 base64 of its CRC-32 (big-endian), as S3 writes it, or {@link #NO_CHECKSUM}
     * @throws IOException if no such part belongs to the upload, or the key cannot be had
     */
    SignedPart sign(int number, long sizeBytes, String crc32) throws IOException, InterruptedException;

    /** Says that no further part will be sent. */
    @Override
    default void close() throws IOException {
        // Most need not know.
    }
}
