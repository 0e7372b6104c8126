package io.jenkins.plugins.pgbackup.engine.stream;

import com.github.luben.zstd.ZstdIOException;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.filter.StreamFilter;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.machine.TemporaryFile;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import io.jenkins.plugins.pgbackup.engine.store.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipException;

/**
 * Reads a stored dump once, from its first byte to its last, and hands what {@code pg_dump} wrote to its reader.
 *
 * @param source where the dump is
 * @param format what {@code pg_dump} wrote
 * @param filter what it went through on its way
 * @param reader the FIFO of a program, the path of a new file, or {@code null} if nothing else reads
 * @param fifo whether the reader is a FIFO
 * @param headOnly whether it is read only as far as its reader wants it; its digest tells nothing then
 * @param script what of a plain dump reaches the reader, or {@code null} for all of it
 * @param watch is told how far it has come
 * @param reportInterval how long it is told nothing in between
 */
public record Replay(
        DumpSource source,
        DumpFormat format,
        StreamFilter filter,
        String reader,
        boolean fifo,
        boolean headOnly,
        PsqlScript script,
        TransferProgress watch,
        Duration reportInterval)
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

    /** Ends the program that reads: what it was given so far must not look like the whole dump to it. */
    @Override
    public Optional<Task<?>> whenAbandoned() {
        return Optional.ofNullable(reader)
                .map(path -> PrivateDirectory.abandon(
                        Path.of(path).resolveSibling("").toString()));
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
                CountingInputStream stored = new CountingInputStream(new DigestInputStream(source.open(), sha256));
                InputStream raw = filter.unwrap(stored)) {
            PsqlScript.Filter filtered = script == null ? null : script.to(out);
            OutputStream to = filtered == null ? out : filtered;
            byte[] chunk = new byte[CHUNK_BYTES];
            ProgressThrottle pace = new ProgressThrottle(watch, reportInterval);
            for (int length = raw.read(chunk); length >= 0; length = raw.read(chunk)) {
                rawBytes += length;
                end.watch(chunk, length);
                to.write(chunk, 0, length);
                pace.moved(rawBytes, stored.count());
                if (filtered != null && filtered.isRefused() || headOnly && readerLeft.get()) {
                    break;
                }
            }
            if (filtered != null) {
                filtered.close();
            }
            boolean refused = filtered != null && filtered.isRefused();
            if (!refused && !headOnly) {
                // What stands behind the last frame belongs to the stored bytes too.
                stored.transferTo(OutputStream.nullOutputStream());
            }
            return new ReplayResult(
                    stored.count(), HexFormat.of().formatHex(sha256.digest()), rawBytes, end.isMarked(), refused);
        } catch (ZipException | ZstdIOException | EOFException e) {
            throw new BackupException(
                    source.uri() + " cannot be decompressed (" + e.getMessage()
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
