package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a tar archive of {@code pg_dump}: the file {@code toc.dat} and then one for the data of each table
 * ({@code pg_backup_tar.c}). A file is its header and its content, each filled up to blocks of 512 bytes; a block of zeros ends
 * the archive (POSIX, pax, ustar Interchange Format).
 */
final class TarArchiveReader implements TableCounter.DumpReader {

    private static final String CONTENTS = "toc.dat";

    private static final int BLOCK_BYTES = 512;
    private static final int NAME_BYTES = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_BYTES = 12;
    private static final int MAGIC_AT = 257;
    private static final byte[] MAGIC = "ustar".getBytes(StandardCharsets.US_ASCII);

    /** The first byte of a size that is a number in base 256, as files over 8 GB have it. */
    private static final int BASE_256 = 0x80;

    private final TableTallies tallies = new TableTallies();
    private final ArchiveHead head = new ArchiveHead(ArchiveHead.Kind.TAR, tallies);
    private final CopyData data = new CopyData();
    private final byte[] header = new byte[BLOCK_BYTES];
    private int filled;
    private long contentLeft;
    private int fillingLeft;
    private ArchiveHead.Entry entry;
    private boolean ended;

    @Override
    public void read(byte[] bytes, int length) throws UncountableException {
        int at = 0;
        while (at < length && !ended) {
            if (contentLeft > 0) {
                int end = at + (int) Math.min(contentLeft, length - at);
                readContent(bytes, at, end);
                contentLeft -= end - at;
                at = end;
                if (contentLeft == 0) {
                    endContent();
                }
            } else if (fillingLeft > 0) {
                int skipped = Math.min(fillingLeft, length - at);
                fillingLeft -= skipped;
                at += skipped;
            } else {
                int copied = Math.min(BLOCK_BYTES - filled, length - at);
                System.arraycopy(bytes, at, header, filled, copied);
                filled += copied;
                at += copied;
                if (filled == BLOCK_BYTES) {
                    filled = 0;
                    startFile();
                }
            }
        }
    }

    @Override
    public DumpContents end() throws UncountableException {
        if (!ended || !head.isComplete() || head.hasMore()) {
            throw UncountableException.unexpected();
        }
        return tallies.counted();
    }

    private void startFile() throws UncountableException {
        if (header[0] == 0) {
            ended = true;
            return;
        }
        if (!Arrays.equals(header, MAGIC_AT, MAGIC_AT + MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw UncountableException.unexpected();
        }
        contentLeft = size();
        fillingLeft = (int) (-contentLeft & BLOCK_BYTES - 1);
        String name = new String(header, 0, NAME_BYTES, StandardCharsets.ISO_8859_1);
        name = name.substring(0, Math.max(0, name.indexOf(0)));
        if (name.equals(CONTENTS) == head.isComplete()) {
            throw UncountableException.unexpected();
        }
        entry = head.isComplete() ? head.take(name) : null;
        data.start();
        if (contentLeft == 0) {
            endContent();
        }
    }

    private long size() throws UncountableException {
        long size = 0;
        if ((header[SIZE_AT] & BASE_256) != 0) {
            for (int at = SIZE_AT + SIZE_BYTES - Long.BYTES; at < SIZE_AT + SIZE_BYTES; at++) {
                size = size << Byte.SIZE | header[at] & 0xff;
            }
        } else {
            for (int at = SIZE_AT; at < SIZE_AT + SIZE_BYTES && header[at] >= '0' && header[at] <= '7'; at++) {
                size = size << 3 | header[at] - '0';
            }
        }
        if (size < 0) {
            throw UncountableException.unexpected();
        }
        return size;
    }

    private void readContent(byte[] bytes, int from, int to) throws UncountableException {
        if (!head.isComplete()) {
            head.read(bytes, from, to);
        } else if (entry != null) {
            data.add(bytes, from, to);
        }
    }

    private void endContent() throws UncountableException {
        if (!head.isComplete()) {
            throw UncountableException.unexpected();
        }
        if (entry != null) {
            data.addTo(entry.table(), entry.copied());
            entry = null;
        }
    }
}
