package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.machine.Fifo;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;

/**
 * Hands a copy of the raw dump to the program that proves it.
 *
 * <p>A program that stops reading ends the feed, not the dump: its exit code says whether it had seen enough.
 */
final class FifoWriter implements Closeable {

    private final FileChannel reader;
    private final Runnable whenReaderLeaves;
    private boolean readerLeft;

    private FifoWriter(FileChannel reader, Runnable whenReaderLeaves) {
        this.reader = reader;
        this.whenReaderLeaves = whenReaderLeaves;
    }

    /**
     * Waits for the reader of a FIFO, see {@link Fifo}.
     *
     * @param whenReaderLeaves is run once if it leaves before the last byte
     */
    public static FifoWriter open(String fifo, Runnable whenReaderLeaves) throws IOException {
        return new FifoWriter(Fifo.openForWriting(fifo), whenReaderLeaves);
    }

    /** Waits until the reader has taken the bytes, or has left. */
    public void feed(ByteBuffer bytes) throws IOException {
        while (!readerLeft && bytes.hasRemaining()) {
            try {
                reader.write(bytes);
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                // EPIPE, the only error a FIFO has; the JVM ignores the signal that goes with it.
                readerLeft = true;
                whenReaderLeaves.run();
            }
        }
    }

    /** The feed as a stream, which closes it. */
    OutputStream asStream() {
        return new OutputStream() {

            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                feed(ByteBuffer.wrap(bytes, offset, length));
            }

            @Override
            public void close() throws IOException {
                FifoWriter.this.close();
            }
        };
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
