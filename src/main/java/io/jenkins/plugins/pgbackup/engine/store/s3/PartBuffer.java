package io.jenkins.plugins.pgbackup.engine.store.s3;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Holds one part while it is filled and sent.
 *
 * <p>Its memory comes in blocks, when they are needed, and stays for the next part: a small dump takes little, a part
 * can be larger than an array, and no block is an object that the garbage collector treats as huge (half of a G1
 * region).
 */
final class PartBuffer {

    static final int BLOCK_BYTES = 256 * 1024;

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
        return (int) ((size + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    /** One piece of the part, from 0, without a copy. */
    ByteBuffer slice(int index) {
        long before = (long) index * BLOCK_BYTES;
        return ByteBuffer.wrap(blocks.get(index), 0, (int) Math.min(BLOCK_BYTES, size - before));
    }

    String crc32() {
        CRC32 crc = new CRC32();
        for (int i = 0; i < slices(); i++) {
            crc.update(slice(i));
        }
        return Crc32.text(crc);
    }

    private byte[] blockForSize() {
        int index = (int) (size / BLOCK_BYTES);
        if (index == blocks.size()) {
            blocks.add(new byte[BLOCK_BYTES]);
        }
        return blocks.get(index);
    }
}
