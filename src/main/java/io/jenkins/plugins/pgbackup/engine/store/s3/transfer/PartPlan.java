package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.io.Serializable;

/**
 * How a dump is cut into the parts of a multipart upload: chosen once, so that the memory it takes is known before the
 * start, and all of one size but the last, because some stores (Cloudflare R2) refuse others.
 *
 * <p>Only a dump that outgrows what was expected of it by a fifth, and thus comes to part 9,001, goes on with larger parts
 * where pgBackup chose their size: up to eight times as large, as far as two of them take no more than half of the Java heap.
 * Within the memory that the others took, the last thousand could hold little more than they do anyway. A store that
 * demands equal parts then refuses the commit; {@code partSize} keeps them equal. That growth is kept: without it such a dump
 * fails after hours at its last part, and larger parts from the start would cost the memory in every backup.
 *
 * <p>The limits are those of "Amazon S3 multipart upload limits" in the Amazon S3 User Guide.
 *
 * @param partSizeBytes the size of the first parts, in bytes
 * @param equalParts how many of these there can be
 * @param latePartBytes the size of the parts after them, in bytes; the last part of all may be smaller
 */
public record PartPlan(long partSizeBytes, int equalParts, long latePartBytes) implements Serializable {

    public static final long MIB = 1L << 20;
    static final long GIB = 1L << 30;

    /** Parts of one upload. */
    static final int MAX_PARTS = 10_000;

    /** Bytes of any part but the last. */
    public static final long MIN_PART_BYTES = 5 * MIB;

    /** Bytes of a part. */
    public static final long MAX_PART_BYTES = 5 * GIB;

    /** The largest object, in bytes: 48.8 TiB. Some stores still end at 5 TiB; they say so themselves. */
    static final long MAX_OBJECT_BYTES = MAX_PARTS * MAX_PART_BYTES;

    /**
     * The part of most dumps, in bytes: up to 117 GiB are expected to fit. Each part costs a request, and the wait for its
     * signature.
     */
    static final long SMALLEST = 16 * MIB;

    /** Bytes in buffers, for parts of up to 24 MiB; from there on it is two parts. */
    static final long BUFFER_BYTES = 48 * MIB;

    /**
     * The part where no size is known, in bytes. It takes dumps up to 625 GiB at twice 64 MiB of memory: to fail at the
     * last byte of a large dump costs more than that memory, which a small dump does not touch.
     */
    static final long WITHOUT_ESTIMATE = 64 * MIB;

    /** What is expected is to fill as many parts; the others are for a dump that is larger than expected. */
    static final int PARTS_TO_FILL = 9_000;

    // 1.2 times what is expected, in those parts.
    private static final long TENTHS_OF_EXPECTED = 12;

    private static final int GROWTH = 8;
    private static final int MIN_BUFFERS = 2;
    private static final int MAX_BUFFERS = 5;
    private static final int MAX_IN_FLIGHT = 4;

    /** @throws IllegalArgumentException if S3 takes no such parts, or these become smaller */
    public PartPlan {
        if (partSizeBytes < MIN_PART_BYTES
                || latePartBytes < partSizeBytes
                || latePartBytes > MAX_PART_BYTES
                || equalParts < 1
                || equalParts > MAX_PARTS) {
            throw new IllegalArgumentException("S3 takes no " + equalParts + " parts of " + partSizeBytes
                    + " bytes with others of " + latePartBytes + " bytes after them");
        }
    }

    /** All parts of one size, in bytes. */
    public static PartPlan ofEqualParts(long partSizeBytes) {
        return new PartPlan(partSizeBytes, MAX_PARTS, partSizeBytes);
    }

    /**
     * Chooses the parts for a dump, so that {@value #MAX_PARTS} suffice with room to spare.
     *
     * @param expectedBytes an upper estimate of its stored size in bytes; negative where nothing is known
     * @throws BackupException if S3 has no room for an object of that size
     */
    public static PartPlan forDump(long expectedBytes) throws BackupException {
        long size = expectedBytes < 0 ? WITHOUT_ESTIMATE : sizeFor(expectedBytes);
        return new PartPlan(size, PARTS_TO_FILL, Math.min(GROWTH * size, MAX_PART_BYTES));
    }

    /**
     * Takes parts of a given size, all of them equal.
     *
     * @param partSizeMib their size in MiB
     * @param expectedBytes an upper estimate of the dump's stored size in bytes; negative where nothing is known
     * @throws BackupException if {@value #MAX_PARTS} of them are expected to be too few
     */
    public static PartPlan forDump(long expectedBytes, int partSizeMib) throws BackupException {
        PartPlan plan = ofEqualParts(partSizeMib * MIB);
        if (expectedBytes > plan.maxBytes()) {
            throw new BackupException(
                    "The dump is expected to have up to " + ceilDiv(expectedBytes, GIB) + " GiB, and " + plan.sizes()
                            + " hold " + plan.maxBytes() / GIB + " GiB: set partSize to "
                            + sizeFor(expectedBytes) / MIB + ", or leave it out.");
        }
        return plan;
    }

    private static long sizeFor(long expectedBytes) throws BackupException {
        if (expectedBytes > MAX_OBJECT_BYTES) {
            throw new BackupException("The dump is expected to be larger than the 48.8 TiB that S3 keeps in one object:"
                    + " leave out schemas or tables, and back those up separately.");
        }
        long enough = ceilDiv(expectedBytes * TENTHS_OF_EXPECTED, 10 * PARTS_TO_FILL);
        return Math.min(Math.max(wholeMib(enough), SMALLEST), MAX_PART_BYTES);
    }

    /**
     * The plan as the memory of a machine allows it. Parts of up to 64 MiB do in any case: most dumps do not fill all the
     * buffers. Larger ones would end in an {@link OutOfMemoryError} hours later.
     *
     * @param heapBytes as far as its Java heap can grow
     * @throws BackupException if it cannot hold even the first parts
     */
    PartPlan within(long heapBytes) throws BackupException {
        if (partSizeBytes > WITHOUT_ESTIMATE && bufferBytes() > heapBytes / 4 * 3) {
            throw new BackupException("The dump is to be stored in parts of " + partSizeBytes / MIB
                    + " MiB, of which two are kept in memory, and Java has " + heapBytes / MIB
                    + " MiB here: start it with -Xmx" + (bufferBytes() / MIB * 3 / 2 + 128)
                    + "m, or set a smaller partSize.");
        }
        long possible = heapBytes / 2 / MIN_BUFFERS / MIB * MIB;
        return possible > partSizeBytes
                ? new PartPlan(partSizeBytes, equalParts, Math.min(latePartBytes, possible))
                : ofEqualParts(partSizeBytes);
    }

    /** Whether later parts are larger than the first ones. */
    boolean grows() {
        return equalParts < MAX_PARTS && latePartBytes > partSizeBytes;
    }

    /** How many bytes the part of that number, from 1, has unless it is the last one. */
    long sizeOf(int number) {
        return number <= equalParts ? partSizeBytes : latePartBytes;
    }

    /** How many parts a dump of that many bytes has; an empty one has one. */
    public int parts(long sizeBytes) {
        if (sizeBytes < 0 || sizeBytes > maxBytes()) {
            throw new IllegalArgumentException(sizeBytes + " bytes are not stored in such parts");
        }
        long inLateParts = sizeBytes - equalParts * partSizeBytes;
        return (int)
                (inLateParts > 0
                        ? equalParts + ceilDiv(inLateParts, latePartBytes)
                        : Math.max(1, ceilDiv(sizeBytes, partSizeBytes)));
    }

    /** The largest dump, in bytes. */
    long maxBytes() {
        return equalParts * partSizeBytes + (MAX_PARTS - equalParts) * latePartBytes;
    }

    /** How many parts are in memory at most: 2 to 5, and no more than 48 MiB where two parts are that small. */
    int buffers() {
        return (int) Math.max(MIN_BUFFERS, Math.min(MAX_BUFFERS, BUFFER_BYTES / partSizeBytes));
    }

    /** How many of the later, larger parts are in memory at most. */
    int lateBuffers() {
        return MIN_BUFFERS;
    }

    /** How many parts are sent at once: 2 to 4. */
    int inFlight() {
        return Math.min(MAX_IN_FLIGHT, buffers());
    }

    /** How much memory the parts take at most, in bytes, while they are equal. */
    long bufferBytes() {
        return buffers() * partSizeBytes;
    }

    /** Whether a part of that number and size, in bytes, can belong to the upload: only a lone part can be empty. */
    public boolean allows(int number, long sizeBytes) {
        return number >= 1 && number <= MAX_PARTS && sizeBytes <= sizeOf(number) && sizeBytes >= (number == 1 ? 0 : 1);
    }

    /** Whether a dump can have come in so many parts: more than {@link #parts} where its machine had not the memory. */
    public boolean allowsParts(int parts, long sizeBytes) {
        return sizeBytes >= 0
                && sizeBytes <= maxBytes()
                && parts <= MAX_PARTS
                && parts >= parts(sizeBytes)
                && parts <= Math.max(1, ceilDiv(sizeBytes, partSizeBytes));
    }

    /** @throws BackupException if the upload has all the parts that it can have */
    void requireRoomAfter(int parts) throws BackupException {
        if (parts < MAX_PARTS) {
            return;
        }
        String full = "The dump is larger than the " + maxBytes() / GIB + " GiB that fit into " + sizes() + ": ";
        long enough = Math.min(wholeMib(ceilDiv(2 * maxBytes(), MAX_PARTS)), MAX_PART_BYTES);
        throw new BackupException(
                partSizeBytes < enough
                        ? full + "set partSize to " + enough / MIB + ", or make it smaller by compression."
                        : full + "make it smaller by compression, or back schemas or tables up separately.");
    }

    /** For the middle of a sentence. */
    private String sizes() {
        return grows()
                ? equalParts + " parts of " + partSizeBytes / MIB + " MiB and " + (MAX_PARTS - equalParts) + " of "
                        + latePartBytes / MIB + " MiB"
                : MAX_PARTS + " parts of " + partSizeBytes / MIB + " MiB";
    }

    private static long wholeMib(long bytes) {
        return ceilDiv(bytes, MIB) * MIB;
    }

    private static long ceilDiv(long bytes, long by) {
        return (bytes + by - 1) / by;
    }
}
