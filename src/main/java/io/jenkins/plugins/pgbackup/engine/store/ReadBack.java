package io.jenkins.plugins.pgbackup.engine.store;

import io.jenkins.plugins.pgbackup.engine.machine.Task;
import java.io.IOException;
import java.io.InputStream;

/** Reads a stored dump to its last byte, for its size and its digest alone. */
public record ReadBack(DumpSource source) implements Task<StoredContent> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<StoredContent> resultType() {
        return StoredContent.class;
    }

    @Override
    public StoredContent run() throws IOException {
        try (InputStream in = source.open()) {
            return StoredContent.read(in);
        }
    }
}
