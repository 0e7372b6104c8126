package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.BackupException;
import java.io.Serializable;

/**
 * How a dump is cut into the parts of a multipart upload: all of one size but the last, because some stores (Cloudflare
 * R2) refuse others, and chosen once, so that the memory it takes is known before the start.
 *
 * <p>The limits are those of "Amazon S3 multipart upload limits" in the Amazon S3 User Guide.
 *
 * @param partSizeBytes the size of every part but the last, in bytes
 */
public record PartPlan(long partSizeBytes) implements Serializable {

    static final long MIB = 1L << 20;
    static final long GIB = 1L << 30;

    /** Parts of one upload. */
    public static final int MAX_PARTS = 10_000;

    /** Bytes of any part but the last. */
    public static final long MIN_PART_BYTES = 5 * MIB;

    /** Bytes of a part. */
    public static final long MAX_PART_BYTES = 5 * GIB;

    /** The largest object, in bytes: 48.8 TiB. Some stores still end at 5 TiB; they say so themselves. */
    public static final long MAX_OBJECT_BYTES = MAX_PARTS * MAX_PART_BYTES;

    /** The part of most dumps, in bytes: up to 58 GiB are expected to fit. */
    private static final long SMALLEST = 8 * MIB;

    /**
     * The part where no size is known, in bytes. It takes dumps up to 625 GiB at twice 64 MiB of memory: to fail at the
     * last byte of a large dump costs more than that memory, which a small dump does not touch.
     */
    private static final long WITHOUT_ESTIMATE = 64 * MIB;

    // A dump may be a third larger than expected: 1.2 times, in 9,000 of the 10,000 parts.
    private static final long TENTHS_OF_EXPECTED = 12;
    private static final long PARTS_TO_FILL = 9_000;

    /** Bytes in buffers, for parts of up to 32 MiB; from there on it is two parts. */
    private static final long BUFFER_BYTES = 64 * MIB;

    private static final int MAX_BUFFERS = 5;
    private static final int MAX_IN_FLIGHT = 4;

    /** @throws IllegalArgumentException where S3 takes no parts of that size */
    public PartPlan {
        if (partSizeBytes < MIN_PART_BYTES || partSizeBytes > MAX_PART_BYTES) {
            throw new IllegalArgumentException("S3 takes no parts of " + partSizeBytes + " bytes");
        }
    }

    /**
     * Chooses the parts for a dump, so that {@value #MAX_PARTS} suffice with room to spare.
     *
     * @param expectedBytes an upper estimate of its stored size in bytes; negative where nothing is known
     * @throws BackupException where S3 has no room for an object of that size
     */
    public static PartPlan forDump(long expectedBytes) throws BackupException {
        if (expectedBytes < 0) {
            return new PartPlan(WITHOUT_ESTIMATE);
        }
        if (expectedBytes > MAX_OBJECT_BYTES) {
            throw new BackupException("The dump is expected to be larger than the 48.8 TiB that S3 keeps in one object:"
                    + " leave out schemas or tables, and back those up separately.");
        }
        long enough = ceilDiv(expectedBytes * TENTHS_OF_EXPECTED, 10 * PARTS_TO_FILL);
        long wholeMib = ceilDiv(enough, MIB) * MIB;
        return new PartPlan(Math.min(Math.max(wholeMib, SMALLEST), MAX_PART_BYTES));
    }

    /** How many parts a dump of that many bytes has; an empty one has one. */
    public int parts(long sizeBytes) {
        if (sizeBytes < 0 || sizeBytes > maxBytes()) {
            throw new IllegalArgumentException(sizeBytes + " bytes are not stored in such parts");
        }
        return (int) Math.max(1, ceilDiv(sizeBytes, partSizeBytes));
    }

    /** The largest dump, in bytes. */
    public long maxBytes() {
        return MAX_PARTS * partSizeBytes;
    }

    /** How many parts are in memory at most: 2 to 5, and no more than 64 MiB where two parts are that small. */
    public int buffers() {
        return (int) Math.max(2, Math.min(MAX_BUFFERS, BUFFER_BYTES / partSizeBytes));
    }

    /** How many parts are sent at once: 2 to 4. */
    public int inFlight() {
        return Math.min(MAX_IN_FLIGHT, buffers());
    }

    /** How much memory the parts take at most, in bytes. */
    public long bufferBytes() {
        return buffers() * partSizeBytes;
    }

    /** Whether a part of that number and size, in bytes, can belong to the upload: only a lone part can be empty. */
    boolean allows(int number, long sizeBytes) {
        return number >= 1 && number <= MAX_PARTS && sizeBytes <= partSizeBytes && sizeBytes >= (number == 1 ? 0 : 1);
    }

    /** @throws BackupException where the upload has all the parts that it can have */
    void requireRoomAfter(int parts) throws BackupException {
        if (parts >= MAX_PARTS) {
            throw new BackupException(
                    "The dump is larger than the " + maxBytes() / GIB + " GiB that fit into " + MAX_PARTS
                            + " parts of " + partSizeBytes / MIB + " MiB, which its expected size led to:"
                            + " state a larger expected size, or make the dump smaller by compression.");
        }
    }

    /**
     * Refuses parts that would end in an {@link OutOfMemoryError} hours later. Smaller ones pass in any case: most
     * dumps do not fill all the buffers.
     *
     * @param heapBytes as far as the Java heap can grow
     * @throws BackupException where it cannot hold the parts
     */
    void requireMemory(long heapBytes) throws BackupException {
        if (partSizeBytes > WITHOUT_ESTIMATE && bufferBytes() > heapBytes / 4 * 3) {
            throw new BackupException("A dump of the expected size is stored in parts of " + partSizeBytes / MIB
                    + " MiB, of which two are kept in memory, and Java has " + heapBytes / MIB
                    + " MiB here: start it with -Xmx" + (bufferBytes() / MIB * 3 / 2 + 128) + "m.");
        }
    }

    private static long ceilDiv(long bytes, long by) {
        return (bytes + by - 1) / by;
    }
}
