package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The dumps of a place, but for what a test changes. */
abstract class ChangedDumps implements WritableDumps {

    private final WritableDumps dumps;

    ChangedDumps(WritableDumps dumps) {
        this.dumps = dumps;
    }

    @Override
    public List<StoredFile> list() throws IOException {
        return dumps.list();
    }

    @Override
    public DumpSource source(String fileName) {
        return dumps.source(fileName);
    }

    @Override
    public Optional<byte[]> read(String fileName, int most) throws IOException {
        return dumps.read(fileName, most);
    }

    @Override
    public void replace(String fileName, byte[] content) throws IOException {
        dumps.replace(fileName, content);
    }

    @Override
    public Deletion delete(List<String> fileNames) throws IOException {
        return dumps.delete(fileNames);
    }
}
