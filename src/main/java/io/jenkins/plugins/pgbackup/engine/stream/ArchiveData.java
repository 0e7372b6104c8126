package io.jenkins.plugins.pgbackup.engine.stream;

import com.github.luben.zstd.ZstdDecompressCtx;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents.Gap;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads the data of one table after the other as a custom archive holds it: each is compressed by itself. */
sealed interface ArchiveData extends Closeable {

    int BUFFER_BYTES = 64 * 1024;

    static ArchiveData of(ArchiveHead.Compression compression) throws UncountableException {
        return switch (compression) {
            case NONE -> new Uncompressed();
            case ZLIB -> new Zlib();
            case ZSTD -> new Zstd();
            case LZ4 -> throw new UncountableException(Gap.COMPRESSION);
        };
    }

    /** Takes the next bytes of a table's data. */
    void read(byte[] bytes, int from, int to, CopyData data) throws UncountableException;

    /** The data of a table is complete. */
    void end() throws UncountableException;

    @Override
    default void close() {}

    final class Uncompressed implements ArchiveData {

        private Uncompressed() {}

        @Override
        public void read(byte[] bytes, int from, int to, CopyData data) {
            data.add(bytes, from, to);
        }

        @Override
        public void end() {}
    }

    final class Zlib implements ArchiveData {

        private final Inflater inflater = new Inflater();
        private final byte[] inflated = new byte[BUFFER_BYTES];

        private Zlib() {}

        @Override
        public void read(byte[] bytes, int from, int to, CopyData data) throws UncountableException {
            inflater.setInput(bytes, from, to - from);
            try {
                for (int length = inflater.inflate(inflated); length > 0; length = inflater.inflate(inflated)) {
                    data.add(inflated, 0, length);
                }
            } catch (DataFormatException e) {
                throw UncountableException.unexpected();
            }
            if (inflater.getRemaining() > 0) {
                throw UncountableException.unexpected();
            }
        }

        @Override
        public void end() throws UncountableException {
            if (!inflater.finished()) {
                throw UncountableException.unexpected();
            }
            inflater.reset();
        }

        @Override
        public void close() {
            inflater.end();
        }
    }

    /** The frame of each table may need as much memory as {@code pg_restore} needs for it: its window, 8 MiB up to level 19. */
    final class Zstd implements ArchiveData {

        private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
        private final ByteBuffer compressed = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private final ByteBuffer decompressed = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private final byte[] copy = new byte[BUFFER_BYTES];
        private boolean complete;

        private Zstd() {}

        @Override
        public void read(byte[] bytes, int from, int to, CopyData data) {
            for (int at = from; at < to; at += BUFFER_BYTES) {
                compressed
                        .clear()
                        .put(bytes, at, Math.min(BUFFER_BYTES, to - at))
                        .flip();
                do {
                    complete = zstd.decompressDirectByteBufferStream(decompressed.clear(), compressed);
                    int length = decompressed.position();
                    decompressed.get(0, copy, 0, length);
                    data.add(copy, 0, length);
                } while (compressed.hasRemaining() || !complete && !decompressed.hasRemaining());
            }
        }

        @Override
        public void end() throws UncountableException {
            if (!complete) {
                throw UncountableException.unexpected();
            }
            complete = false;
        }

        @Override
        public void close() {
            zstd.close();
        }
    }
}
