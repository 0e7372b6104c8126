package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.CommitReport;
import io.jenkins.plugins.pgbackup.engine.store.DumpSink;
import io.jenkins.plugins.pgbackup.engine.store.DumpTarget;
import io.jenkins.plugins.pgbackup.engine.store.ExpectedContent;
import io.jenkins.plugins.pgbackup.engine.store.PendingBackup;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** A store whose bytes go to a file that takes none, and which has nothing to withdraw then. */
record FailingStore(Store store, String file) implements Store {

    @Override
    public String driver() {
        return store.driver();
    }

    @Override
    public String announce(String fileName) {
        return store.announce(fileName);
    }

    @Override
    public String uri(String fileName) {
        return store.uri(fileName);
    }

    @Override
    public String readCommand(String fileName) {
        return store.readCommand(fileName);
    }

    @Override
    public PendingBackup open(String fileName, long expectedBytes) {
        return new PendingBackup() {

            @Override
            public DumpTarget target() {
                return () -> new FailingSink(new FileOutputStream(file));
            }

            @Override
            public Map<String, String> leftover() {
                return Map.of();
            }

            @Override
            public long partSize() {
                return 0;
            }

            @Override
            public CommitReport commit(ExpectedContent written) {
                throw new AssertionError("committed");
            }

            @Override
            public void withdraw() {
                // Nothing was made.
            }
        };
    }

    @Override
    public void writeBeside(String fileName, byte[] text) {
        throw new AssertionError("described");
    }

    private static final class FailingSink extends DumpSink {

        private final OutputStream file;

        FailingSink(OutputStream file) {
            this.file = file;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                file.write(bytes, offset, length);
            } catch (IOException e) {
                throw new BackupException("The dump could not be written.", e);
            }
        }

        @Override
        public Receipt finish() {
            throw new AssertionError("finished");
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
