package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.filter.StreamFilter;
import io.jenkins.plugins.pgbackup.engine.machine.Fifo;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.DumpTarget;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Moves the bytes of a dump once, on the machine that has them, past everything that needs them: the program that proves
 * them, the counting of the rows, compression, the digest, the store.
 *
 * <p>It ends well at the end of what it reads. Whether that was the end of the dump, only {@code pg_dump}'s exit code tells:
 * a killed writer looks the same from here.
 *
 * @param source the FIFO or file that {@code pg_dump} writes
 * @param proof the FIFO that the proving program reads, or {@code null} if there is none
 * @param format what {@code pg_dump} writes
 * @param filter what they go through on their way
 * @param target where they go
 * @param watch is told how far they have come
 * @param reportInterval how long it is told nothing in between
 */
public record Pump(
        String source,
        String proof,
        DumpFormat format,
        StreamFilter filter,
        DumpTarget target,
        TransferProgress watch,
        Duration reportInterval)
        implements Task<PumpResult> {

    /** As much as a pipe of Linux holds. */
    private static final int CHUNK_BYTES = 64 * 1024;

    @Override
    public Class<PumpResult> resultType() {
        return PumpResult.class;
    }

    @Override
    public PumpResult run() throws IOException, InterruptedException {
        try {
            return pump();
        } finally {
            watch.ended();
        }
    }

    /** Then nothing else ends the programs, of which one may wait for a lock and never notice. */
    @Override
    public Optional<Task<?>> whenAbandoned() {
        return Optional.of(
                PrivateDirectory.abandon(Path.of(source).resolveSibling("").toString()));
    }

    private PumpResult pump() throws IOException, InterruptedException {
        MessageDigest sha256 = Sha256.start();
        CompletionMark end = new CompletionMark(format);
        long rawBytes = 0;
        Receipt receipt;
        DumpContents contents;
        // The sink first: where there is no room for the dump, pg_dump need not begin.
        try (DumpSink sink = target.open();
                FileChannel raw = Fifo.openForReading(source);
                FifoWriter feed = proof == null ? null : FifoWriter.open(proof, watch::readerLeft);
                TableCounter tables = new TableCounter(format)) {
            CountingOutputStream stored = new CountingOutputStream(new DigestOutputStream(sink, sha256));
            try (OutputStream filtered = filter.wrap(stored)) {
                byte[] chunk = new byte[CHUNK_BYTES];
                // Outside the heap, where the FIFOs' bytes are copied to in any case.
                ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
                ProgressThrottle pace = new ProgressThrottle(watch, reportInterval);
                for (int length = raw.read(buffer); length >= 0; length = raw.read(buffer.clear())) {
                    rawBytes += length;
                    if (feed != null) {
                        feed.feed(buffer.flip());
                    }
                    buffer.get(0, chunk, 0, length);
                    end.watch(chunk, length);
                    tables.watch(chunk, length);
                    filtered.write(chunk, 0, length);
                    pace.moved(rawBytes, stored.count());
                }
            }
            receipt = sink.finish();
            contents = tables.counted();
        }
        return new PumpResult(rawBytes, HexFormat.of().formatHex(sha256.digest()), end.isMarked(), receipt, contents);
    }
}
