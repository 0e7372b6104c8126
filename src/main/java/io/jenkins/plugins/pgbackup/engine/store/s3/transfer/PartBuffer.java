package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

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

    /** What is sent at a time: Java copies as much to memory outside the heap, which each of its threads keeps. */
    static final int SLICE_BYTES = 256 * 1024;

    /**
     * The slices of a block, but for the first one, which is a slice. So many nearly fill G1's regions of 1, 2 or 4 MiB, with the
     * head of the array: an object that G1 leaves where it is. Smaller ones it moves twice before it leaves them, and touches as
     * much memory for each move.
     */
    static final int SLICES_OF_BLOCK = 15;

    private final long capacity;
    private final List<ByteBuffer> slices = new ArrayList<>();
    private long size;

    PartBuffer(long capacity) {
        this.capacity = capacity;
    }

    /** Takes as many of the bytes as there is room for, and says how many. */
    int append(byte[] bytes, int offset, int length) {
        int taken = (int) Math.min(length, capacity - size);
        int left = taken;
        while (left > 0) {
            int at = (int) (size % SLICE_BYTES);
            int n = Math.min(left, SLICE_BYTES - at);
            sliceForSize().put(at, bytes, offset + taken - left, n);
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

    /** Gives the memory back, even if the buffer is still held. */
    void discard() {
        size = 0;
        slices.clear();
    }

    /** How many pieces {@link #slice} has. */
    int slices() {
        return (int) ((size + SLICE_BYTES - 1) / SLICE_BYTES);
    }

    /** One piece of the part, from 0, without a copy. */
    ByteBuffer slice(int index) {
        long before = (long) index * SLICE_BYTES;
        return slices.get(index).slice(0, (int) Math.min(SLICE_BYTES, size - before));
    }

    String crc32() {
        CRC32 crc = new CRC32();
        for (int i = 0; i < slices(); i++) {
            crc.update(slice(i));
        }
        return Crc32.text(crc);
    }

    private ByteBuffer sliceForSize() {
        int index = (int) (size / SLICE_BYTES);
        if (index == slices.size()) {
            long wanted = (capacity - size + SLICE_BYTES - 1) / SLICE_BYTES;
            int count = (int) Math.min(slices.isEmpty() ? 1 : SLICES_OF_BLOCK, wanted);
            ByteBuffer block = ByteBuffer.allocate(count * SLICE_BYTES);
            for (int at = 0; at < block.capacity(); at += SLICE_BYTES) {
                slices.add(block.slice(at, SLICE_BYTES));
            }
        }
        return slices.get(index);
    }
}
