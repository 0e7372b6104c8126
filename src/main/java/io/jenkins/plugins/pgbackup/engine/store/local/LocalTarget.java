package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.DumpTarget;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that is being written under another name than its final one.
 *
 * @param part its path while it is written
 */
record LocalTarget(String part) implements DumpTarget {

    @Override
    public DumpSink open() throws IOException {
        return new PartFile(Path.of(part));
    }

    private static final class PartFile extends DumpSink {

        private final Path path;
        private final FileChannel channel;
        private long size;
        private boolean finished;

        PartFile(Path path) throws IOException {
            this.path = path;
            this.channel = NewFile.open(path);
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
                throw new BackupException(
                        "The dump could not be written to " + path + " (" + e.getMessage()
                                + "): make room there or choose another destination.",
                        e);
            }
        }

        @Override
        public Receipt finish() throws IOException {
            channel.force(true);
            channel.close();
            finished = true;
            return new Receipt(size, List.of());
        }

        @Override
        public void close() throws IOException {
            if (!finished) {
                channel.close();
                Files.deleteIfExists(path);
            }
        }
    }
}
