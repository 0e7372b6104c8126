package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.DumpTarget;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that is being written under another name than its final one.
 *
 * @param directory where it is
 * @param part what it is while it is written
 */
record LocalTarget(DumpDirectory directory, UnfinishedFile part) implements DumpTarget {

    @Override
    public DumpSink open() throws IOException {
        directory.makeAgain();
        directory.requireInPlace();
        return new PartFile(directory, Path.of(part.path()));
    }

    private static final class PartFile extends DumpSink {

        private final DumpDirectory directory;
        private final Path path;
        private final DirectoryHandle held;
        private final FileChannel channel;
        private long size;
        private boolean finished;

        PartFile(DumpDirectory directory, Path path) throws IOException {
            this.directory = directory;
            this.path = path;
            this.held = DirectoryHandle.hold(Path.of(directory.path()));
            try {
                this.channel = NewFile.open(path);
            } catch (IOException e) {
                held.close();
                throw e;
            }
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
            try {
                while (rest.hasRemaining()) {
                    size += channel.write(rest);
                }
            } catch (IOException e) {
                throw notWritten(e);
            }
        }

        private BackupException notWritten(IOException e) {
            return new BackupException(
                    "The dump could not be written to " + path + " (" + e.getMessage()
                            + "): make room there or choose another destination.",
                    e);
        }

        @Override
        public Receipt finish() throws IOException {
            try {
                channel.force(true);
                channel.close();
            } catch (IOException e) {
                // Some file systems know only now that they have no room.
                throw notWritten(e);
            }
            // Now, while the file can still be removed wherever it has gone.
            directory.requireInPlace();
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new BackupException(
                        "The unfinished file " + path + " was removed while the dump was written, or its"
                                + " directory replaced: let nothing clean it up meanwhile, then run the backup again.");
            }
            finished = true;
            return new Receipt(size, List.of());
        }

        @Override
        public void close() throws IOException {
            try (held) {
                channel.close();
                if (!finished) {
                    held.deleteIfExists(path.getFileName());
                }
            }
            if (!finished) {
                directory.removeWhereMade();
            }
        }
    }
}
