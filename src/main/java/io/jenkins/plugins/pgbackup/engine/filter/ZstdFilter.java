package io.jenkins.plugins.pgbackup.engine.filter;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Compression with Zstandard, by a library that is there for the usual kinds of machines.
 *
 * @param level 1 to 19; reading needs none
 */
public record ZstdFilter(int level) implements StreamFilter {

    /** Compression is what a dump waits for; more threads than this only wait for the others. */
    private static final int MOST_WORKERS = 4;

    /**
     * What a worker compresses at a time, in bytes, at levels whose window is no larger. zstd's own choice is four windows, and it
     * holds several of them for each worker: that takes 37 MB more, for a dump that is smaller by 0.4 %.
     */
    private static final int JOB_BYTES = 2 << 20;

    /** Up to here zstd looks back at 2 MiB at most ("zstd.h", default parameters of levels). */
    private static final int HIGHEST_LEVEL_OF_SMALL_WINDOW = 3;

    /** How much a worker looks back at: a quarter of the window, where zstd's own choice is an eighth. */
    private static final int OVERLAP_LOG = 7;

    @Override
    public String suffix() {
        return ".zst";
    }

    @Override
    public Optional<String> undoCommand() {
        return Optional.of("zstd -dc");
    }

    @Override
    public OutputStream wrap(OutputStream stored) throws IOException {
        ZstdOutputStream zstd = new ZstdOutputStream(stored, RecyclingBufferPool.INSTANCE)
                .setLevel(level)
                .setChecksum(true)
                .setWorkers(Math.min(Runtime.getRuntime().availableProcessors(), MOST_WORKERS));
        if (level <= HIGHEST_LEVEL_OF_SMALL_WINDOW) {
            zstd.setJobSize(JOB_BYTES).setOverlapLog(OVERLAP_LOG);
        }
        return zstd;
    }

    @Override
    public InputStream unwrap(InputStream stored) throws IOException {
        return new ZstdInputStream(stored, RecyclingBufferPool.INSTANCE);
    }
}
