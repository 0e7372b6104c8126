package io.jenkins.plugins.pgbackup.engine.store.local;

import com.sun.nio.file.ExtendedOpenOption;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * A file of the machine that reads it.
 *
 * @param uri its path
 * @param uncached whether it was just written and is read past the page cache, if its file system allows that: what is there in
 *     memory says nothing of the disk
 */
record LocalSource(String uri, boolean uncached) implements DumpSource {

    /** Opens a regular file, which a link may lead to: a reader of anything else may wait for ever. */
    @Override
    public InputStream open() throws IOException {
        Path file = path();
        if (uncached) {
            return UncachedInput.open(file);
        }
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                throw new BackupException(
                        file + " is not a regular file, and nothing else is read: write the name of one.");
            }
            return Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw (IOException) new FileNotFoundException(uri).initCause(e);
        } catch (BackupException e) {
            throw e;
        } catch (IOException e) {
            throw new BackupException(
                    file + " cannot be read (" + FileFailure.reason(e) + "): see that "
                            + System.getProperty("user.name") + " may read it.",
                    e);
        }
    }

    /** A directory may list a name that the locale cannot write. */
    private Path path() throws BackupException {
        try {
            return Path.of(uri);
        } catch (InvalidPathException e) {
            throw new BackupException(
                    uri + " is not a path on this machine (" + e.getReason()
                            + "): start it in a UTF-8 locale, or give the file another name.",
                    e);
        }
    }

    private static final class UncachedInput extends InputStream {

        private static final int CHUNK_BYTES = 1 << 20;

        private final Path file;
        private final FileChannel channel;

        /** In bytes: what is read past the page cache is a multiple of it, in the file as in memory. */
        private final int block;

        private final ByteBuffer buffer;
        private long position;

        private UncachedInput(Path file, FileChannel channel, int block) {
            this.file = file;
            this.channel = channel;
            this.block = block;
            this.buffer = ByteBuffer.allocateDirect(CHUNK_BYTES + block - 1)
                    .alignedSlice(block)
                    .limit(0);
        }

        static InputStream open(Path file) throws IOException {
            try {
                FileChannel channel = channel(file);
                return new UncachedInput(
                        file, channel, Math.toIntExact(Files.getFileStore(file).getBlockSize()));
            } catch (IOException e) {
                throw notReadBack(file, e);
            }
        }

        private static FileChannel channel(Path file) throws IOException {
            try {
                return FileChannel.open(
                        file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS, ExtendedOpenOption.DIRECT));
            } catch (IOException | UnsupportedOperationException e) {
                // Some file systems are nothing but memory, and some agents' Java cannot; what else is wrong shows
                // again.
                return FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (!buffer.hasRemaining() && !fill()) {
                return -1;
            }
            int read = Math.min(length, buffer.remaining());
            buffer.get(bytes, offset, read);
            return read;
        }

        /** @return false at the end of the file */
        private boolean fill() throws IOException {
            try {
                // The end of a file is seldom at the end of a block, and a file that grows is read on from there.
                int known = (int) (position % block);
                int read = position < channel.size() ? channel.read(buffer.clear(), position - known) : known;
                if (read <= known) {
                    buffer.limit(0);
                    return false;
                }
                buffer.flip().position(known);
                position += read - known;
                return true;
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                throw notReadBack(file, e);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        private static BackupException notReadBack(Path file, IOException e) {
            return new BackupException(
                    "The dump could not be read back from " + file + " (" + e.getMessage()
                            + "): nothing was published; check that disk and its file system, then run the backup again.",
                    e);
        }
    }
}
