package io.jenkins.plugins.pgbackup.engine.stream;

import com.github.luben.zstd.ZstdIOException;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.machine.TemporaryFile;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.store.Sha256;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipException;

/**
 * Reads a stored dump once, from its first byte to its last, and hands what {@code pg_dump} wrote to its reader.
 *
 * @param dumps where the dump is
 * @param name its name there
 * @param format what {@code pg_dump} wrote
 * @param compression what it was compressed with on its way
 * @param reader the FIFO of a program, the path of a new file, or {@code null} where nothing else reads
 * @param fifo whether the reader is a FIFO
 * @param headOnly whether it is read only as far as its reader wants it; its digest tells nothing then
 * @param script what of a plain dump reaches the reader, or {@code null} for all of it
 * @param watch is told how far it has come
 * @param silence how long it is told nothing in between
 */
public record Replay(
        StoredDumps dumps,
        String name,
        DumpFormat format,
        Compression.Method compression,
        String reader,
        boolean fifo,
        boolean headOnly,
        PsqlScript script,
        TransferProgress watch,
        Duration silence)
        implements Task<ReplayResult> {

    private static final int CHUNK_BYTES = 64 * 1024;

    @Override
    public Class<ReplayResult> resultType() {
        return ReplayResult.class;
    }

    @Override
    public ReplayResult run() throws IOException {
        try {
            return replay();
        } finally {
            watch.ended();
        }
    }

    private ReplayResult replay() throws IOException {
        MessageDigest sha256 = Sha256.start();
        CompletionMark end = new CompletionMark(format);
        long rawBytes = 0;
        AtomicBoolean readerLeft = new AtomicBoolean();
        try (OutputStream out = openReader(() -> {
                    readerLeft.set(true);
                    watch.readerLeft();
                });
                CountingInputStream stored = new CountingInputStream(new DigestInputStream(dumps.open(name), sha256));
                InputStream raw = StreamCompression.open(compression, stored)) {
            PsqlScript.Filter filter = script == null ? null : script.to(out);
            OutputStream to = filter == null ? out : filter;
            byte[] chunk = new byte[CHUNK_BYTES];
            ProgressThrottle pace = new ProgressThrottle(watch, silence);
            for (int length = raw.read(chunk); length >= 0; length = raw.read(chunk)) {
                rawBytes += length;
                end.watch(chunk, length);
                to.write(chunk, 0, length);
                pace.moved(rawBytes, stored.count());
                if (filter != null && filter.isRefused() || headOnly && readerLeft.get()) {
                    break;
                }
            }
            if (filter != null) {
                filter.close();
            }
            boolean refused = filter != null && filter.isRefused();
            if (!refused && !headOnly) {
                // What stands behind the last frame belongs to the stored bytes too.
                stored.transferTo(OutputStream.nullOutputStream());
            }
            return new ReplayResult(
                    stored.count(), HexFormat.of().formatHex(sha256.digest()), rawBytes, end.isMarked(), refused);
        } catch (ZipException | ZstdIOException | EOFException e) {
            throw new BackupException(
                    dumps.uri(name) + " cannot be decompressed (" + e.getMessage()
                            + "): it is damaged or cut off, do not rely on it.",
                    e);
        }
    }

    private OutputStream openReader(Runnable whenReaderLeaves) throws IOException {
        if (reader == null) {
            return OutputStream.nullOutputStream();
        }
        return fifo ? FifoWriter.open(reader, whenReaderLeaves).asStream() : TemporaryFile.open(reader);
    }
}
