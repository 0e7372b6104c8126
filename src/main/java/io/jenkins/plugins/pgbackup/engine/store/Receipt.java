package io.jenkins.plugins.pgbackup.engine.store;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a {@link DumpSink} wrote.
 *
 * @param sizeBytes how many bytes
 * @param parts the parts that hold them, in order; empty if the dump is in one piece
 */
public record Receipt(long sizeBytes, List<StoredPart> parts) implements Serializable {

    /** The most parts that an upload may have ("Amazon S3 multipart upload limits" of the Amazon S3 User Guide). */
    private static final int MOST_PARTS = 10_000;

    public Receipt {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("a negative size: " + sizeBytes);
        }
        if (parts.size() > MOST_PARTS) {
            throw new IllegalArgumentException("more parts than an upload may have: " + parts.size());
        }
        parts = List.copyOf(parts);
        for (StoredPart part : parts) {
            // A list that was deserialized may hold anything; here its elements are seen to be parts.
            Objects.requireNonNull(part);
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
    public record StoredPart(int number, String etag, String crc32, boolean checksumKnown) implements Serializable {

        /** Printable ASCII; S3's own are 32 hexadecimal digits in quotes, and other stores' not much longer. */
        private static final Pattern ETAG = Pattern.compile("[!-~]{1,256}");

        /** Four bytes in base64. */
        private static final Pattern CRC32 = Pattern.compile("[A-Za-z0-9+/]{6}==");

        public StoredPart {
            if (number < 1 || number > MOST_PARTS) {
                throw new IllegalArgumentException("not the number of a part: " + number);
            }
            if (!isEtag(etag)) {
                throw new IllegalArgumentException("not an ETag");
            }
            if (!CRC32.matcher(crc32).matches()) {
                throw new IllegalArgumentException("not a CRC-32 in base64");
            }
        }

        /** Whether a store may give a part this ETag. */
        public static boolean isEtag(String text) {
            return ETAG.matcher(text).matches();
        }
    }
}
