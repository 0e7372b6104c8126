package io.jenkins.plugins.pgbackup.engine.stream;

import java.io.IOException;
import java.io.OutputStream;

/** Counts what goes through it, and keeps the end of what stands before it from ending what stands behind it. */
final class CountingOutputStream extends OutputStream {

    private final OutputStream next;
    private long count;

    CountingOutputStream(OutputStream next) {
        this.next = next;
    }

    @Override
    public void write(int octet) throws IOException {
        next.write(octet);
        count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        next.write(bytes, offset, length);
        count += length;
    }

    /** How many bytes so far. */
    long count() {
        return count;
    }

    @Override
    public void close() {
        // A sink has two ends, finish() and close(); a compressor that is closed decides for neither.
    }
}
