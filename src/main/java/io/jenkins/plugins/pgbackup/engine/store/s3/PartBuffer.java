package io.jenkins.plugins.pgbackup.engine.store.s3;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Holds one part while it is filled and sent.
 *
 * <p>Its memory comes in blocks, when they are needed, and stays for the next part: a small dump takes little, and a part can
 * be larger than an array.
 */
final class PartBuffer {

    /**
     * As much as fills G1's regions of 1, 2 or 4 MiB, with the head of the array. It is an object that G1 puts in regions of its
     * own and leaves there; smaller ones it moves twice before it leaves them, and touches as much memory for each move.
     */
    static final int BLOCK_BYTES = (4 << 20) - 64;

    /** What is sent at a time: Java copies as much to memory outside the heap, which each of its threads keeps. */
    static final int SLICE_BYTES = 256 * 1024;

    private static final int SLICES_OF_BLOCK = slicesOf(BLOCK_BYTES);

    private final long capacity;
    private final List<byte[]> blocks = new ArrayList<>();
    private long size;

    PartBuffer(long capacity) {
        this.capacity = capacity;
    }

    /** Takes as many of the bytes as there is room for, and says how many. */
    int append(byte[] bytes, int offset, int length) {
        int taken = (int) Math.min(length, capacity - size);
        int left = taken;
        while (left > 0) {
            int at = (int) (size % BLOCK_BYTES);
            int n = Math.min(left, BLOCK_BYTES - at);
            System.arraycopy(bytes, offset + taken - left, blockForSize(), at, n);
            size += n;
            left -= n;
        }
        return taken;
    }

    long size() {
        return size;
    }

    boolean isFull() {
        return size == capacity;
    }

    void clear() {
        size = 0;
    }

    /** Gives the memory back, whoever still holds the buffer. */
    void discard() {
        size = 0;
        blocks.clear();
    }

    /** How many pieces {@link #slice} has. */
    int slices() {
        return (int) (size / BLOCK_BYTES) * SLICES_OF_BLOCK + slicesOf((int) (size % BLOCK_BYTES));
    }

    /** One piece of the part, from 0, without a copy. */
    ByteBuffer slice(int index) {
        int block = index / SLICES_OF_BLOCK;
        int offset = index % SLICES_OF_BLOCK * SLICE_BYTES;
        long inBlock = Math.min(BLOCK_BYTES, size - (long) block * BLOCK_BYTES);
        return ByteBuffer.wrap(blocks.get(block), offset, (int) Math.min(SLICE_BYTES, inBlock - offset));
    }

    String crc32() {
        CRC32 crc = new CRC32();
        for (int i = 0; i < slices(); i++) {
            crc.update(slice(i));
        }
        return Crc32.text(crc);
    }

    private static int slicesOf(int bytes) {
        return (bytes + SLICE_BYTES - 1) / SLICE_BYTES;
    }

    private byte[] blockForSize() {
        int index = (int) (size / BLOCK_BYTES);
        if (index == blocks.size()) {
            blocks.add(new byte[BLOCK_BYTES]);
        }
        return blocks.get(index);
    }
}
