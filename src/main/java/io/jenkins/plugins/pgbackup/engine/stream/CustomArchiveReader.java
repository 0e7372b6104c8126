package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;

/**
 * Reads an archive in the custom format: its table of contents and then a block for each entry that has data
 * ({@code pg_backup_custom.c}). A block is its type, the entry's dump ID and chunks, each behind its length; 0 ends them. The
 * block of the large objects has chunks for each of them, behind its OID; 0 ends that block.
 */
final class CustomArchiveReader implements TableCounter.DumpReader {

    private static final int TABLE_BLOCK = 1;
    private static final int LARGE_OBJECTS_BLOCK = 3;

    private enum Next {
        HEAD,
        BLOCK,
        DUMP_ID,
        OBJECT_ID,
        CHUNK_LENGTH,
        CHUNK
    }

    private final TableTallies tallies = new TableTallies();
    private final ArchiveHead head = new ArchiveHead(ArchiveHead.Kind.CUSTOM, tallies);
    private final CopyData data = new CopyData();
    private final byte[] number = new byte[ArchiveHead.NUMBER_BYTES];
    private int filled;
    private Next next = Next.HEAD;
    private boolean largeObjects;
    private ArchiveData content;
    private ArchiveHead.Entry entry;
    private int chunkLeft;

    @Override
    public void read(byte[] bytes, int length) throws UncountableException {
        int at = 0;
        while (at < length) {
            switch (next) {
                case HEAD -> at = readHead(bytes, at, length);
                case BLOCK -> startBlock(bytes[at++]);
                case CHUNK -> at = readChunk(bytes, at, length);
                case CHUNK_LENGTH, DUMP_ID, OBJECT_ID -> at = readNumber(bytes, at, length);
            }
        }
    }

    @Override
    public DumpContents end() throws UncountableException {
        if (next != Next.BLOCK || head.hasMore()) {
            throw UncountableException.unexpected();
        }
        return tallies.counted();
    }

    @Override
    public void close() {
        if (content != null) {
            content.close();
        }
    }

    private int readHead(byte[] bytes, int from, int to) throws UncountableException {
        int end = head.read(bytes, from, to);
        if (head.isComplete()) {
            next = Next.BLOCK;
        }
        return end;
    }

    private void startBlock(byte type) throws UncountableException {
        if (type != TABLE_BLOCK && type != LARGE_OBJECTS_BLOCK) {
            throw UncountableException.unexpected();
        }
        largeObjects = type == LARGE_OBJECTS_BLOCK;
        next = Next.DUMP_ID;
    }

    /** Mostly all of it is there: pg_dump writes a chunk for each row where it does not compress. */
    private int readNumber(byte[] bytes, int from, int to) throws UncountableException {
        if (filled == 0 && to - from >= number.length) {
            endNumber(ArchiveHead.number(bytes, from));
            return from + number.length;
        }
        number[filled++] = bytes[from];
        if (filled == number.length) {
            filled = 0;
            endNumber(ArchiveHead.number(number, 0));
        }
        return from + 1;
    }

    private void endNumber(int value) throws UncountableException {
        if (value < 0 && next != Next.OBJECT_ID) {
            throw UncountableException.unexpected();
        }
        switch (next) {
            case DUMP_ID -> startData(value);
            case OBJECT_ID -> next = value == 0 ? Next.BLOCK : Next.CHUNK_LENGTH;
            default -> startChunk(value);
        }
    }

    private void startData(int dumpId) throws UncountableException {
        if (largeObjects) {
            next = Next.OBJECT_ID;
            return;
        }
        entry = head.take(dumpId);
        if (entry == null) {
            throw UncountableException.unexpected();
        }
        if (content == null) {
            content = ArchiveData.of(head.compression());
        }
        data.start();
        next = Next.CHUNK_LENGTH;
    }

    private void startChunk(int length) throws UncountableException {
        chunkLeft = length;
        if (length > 0) {
            next = Next.CHUNK;
        } else if (largeObjects) {
            next = Next.OBJECT_ID;
        } else {
            content.end();
            data.addTo(entry.table(), entry.copied());
            next = Next.BLOCK;
        }
    }

    private int readChunk(byte[] bytes, int from, int to) throws UncountableException {
        int end = from + Math.min(chunkLeft, to - from);
        if (!largeObjects) {
            content.read(bytes, from, end, data);
        }
        chunkLeft -= end - from;
        if (chunkLeft == 0) {
            next = Next.CHUNK_LENGTH;
        }
        return end;
    }
}
