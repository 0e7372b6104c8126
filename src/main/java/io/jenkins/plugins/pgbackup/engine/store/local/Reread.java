package io.jenkins.plugins.pgbackup.engine.store.local;

import com.sun.nio.file.ExtendedOpenOption;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.store.StoredContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Reads a file that was just written, on the machine that has it; past the page cache where its file system allows that, for what
 * is there in memory says nothing of the disk.
 *
 * @param file its path
 */
record Reread(String file) implements Task<StoredContent> {

    private static final int CHUNK_BYTES = 1 << 20;

    @Override
    public Class<StoredContent> resultType() {
        return StoredContent.class;
    }

    @Override
    public StoredContent run() throws IOException {
        Path path = Path.of(file);
        try (FileChannel channel = open(path)) {
            return read(channel, Math.toIntExact(Files.getFileStore(path).getBlockSize()));
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new BackupException(
                    "The dump could not be read back from " + path + " (" + e.getMessage()
                            + "): nothing was published; check that disk and its file system, then run the backup again.",
                    e);
        }
    }

    /** @param block the size in bytes that reads past the page cache are multiples of, in the file as in memory */
    private static StoredContent read(FileChannel channel, int block) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES + block - 1).alignedSlice(block);
        StoredContent.Tally tally = new StoredContent.Tally();
        while (tally.sizeBytes() < channel.size()) {
            int known = (int) (tally.sizeBytes() % block);
            int length = channel.read(buffer.clear(), tally.sizeBytes() - known);
            if (length <= known) {
                return tally.end();
            }
            tally.add(buffer.flip().position(known));
        }
        return tally.end();
    }

    private static FileChannel open(Path path) throws IOException {
        try {
            return FileChannel.open(
                    path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS, ExtendedOpenOption.DIRECT));
        } catch (IOException | UnsupportedOperationException e) {
            // Some file systems are nothing but memory, and some agents' Java cannot; what else is wrong shows again.
            return FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        }
    }
}
