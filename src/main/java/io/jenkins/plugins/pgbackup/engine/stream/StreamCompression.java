package io.jenkins.plugins.pgbackup.engine.stream;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import com.github.luben.zstd.util.Native;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Compression of a dump as a whole, outside {@code pg_dump}. */
public final class StreamCompression {

    private static final int BUFFER_BYTES = 128 * 1024;

    /** Compression is what a dump waits for; more threads than this only wait for the others. */
    private static final int MOST_ZSTD_WORKERS = 4;

    /**
     * What a worker of zstd compresses at a time, in bytes, at levels whose window is no larger. zstd's own choice is four
     * windows, and it holds several of them for each worker: that takes 37 MB more, for a dump that is smaller by 0.4 %.
     */
    private static final int ZSTD_JOB_BYTES = 2 << 20;

    /** Up to here zstd looks back at 2 MiB at most ("zstd.h", default parameters of levels). */
    private static final int HIGHEST_LEVEL_OF_SMALL_WINDOW = 3;

    /** How much a worker looks back at: a quarter of the window, where zstd's own choice is an eighth. */
    private static final int ZSTD_OVERLAP_LOG = 7;

    private StreamCompression() {}

    /** A task that tells whether the machine can load the library of zstd, which is there for the usual kinds of machines. */
    public static Task<Boolean> loadZstd() {
        return new LoadZstd();
    }

    /** Compresses what is written; closing it closes the other stream too. */
    static OutputStream open(Compression compression, OutputStream out) throws IOException {
        return switch (compression.method()) {
            case GZIP -> new Gzip(out, compression.level());
            case ZSTD -> zstd(compression.level(), out);
            default -> out;
        };
    }

    private static OutputStream zstd(int level, OutputStream out) throws IOException {
        ZstdOutputStream zstd = new ZstdOutputStream(out, RecyclingBufferPool.INSTANCE)
                .setLevel(level)
                .setChecksum(true)
                .setWorkers(Math.min(Runtime.getRuntime().availableProcessors(), MOST_ZSTD_WORKERS));
        if (level <= HIGHEST_LEVEL_OF_SMALL_WINDOW) {
            zstd.setJobSize(ZSTD_JOB_BYTES).setOverlapLog(ZSTD_OVERLAP_LOG);
        }
        return zstd;
    }

    /** Decompresses what is read. */
    static InputStream open(Compression.Method method, InputStream in) throws IOException {
        return switch (method) {
            case GZIP -> new GZIPInputStream(in, BUFFER_BYTES);
            case ZSTD -> new ZstdInputStream(in, RecyclingBufferPool.INSTANCE);
            default -> in;
        };
    }

    private record LoadZstd() implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() {
            try {
                Native.load();
                return true;
            } catch (LinkageError e) {
                return false;
            }
        }
    }

    private static final class Gzip extends GZIPOutputStream {

        Gzip(OutputStream out, int level) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(level);
        }
    }
}
