package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.Removal;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Removes one dump, if it is the one that was recorded when it was made. */
public final class DumpDeletion {

    private final WritableDumps dumps;
    private final Clock clock;

    /** @param dumps the place */
    public DumpDeletion(WritableDumps dumps, Clock clock) {
        this.dumps = dumps;
        this.clock = clock;
    }

    /**
     * Removes it.
     *
     * @param sha256 of the stored bytes, as it was recorded
     * @return false if there is no such dump with its manifest; what is there is left alone
     * @throws BackupException if it may not be removed, or is being read
     */
    public boolean delete(String fileName, String sha256) throws IOException {
        String uri = dumps.source(fileName).uri();
        Optional<Manifest> manifest = new Catalog(dumps)
                .summaryOf(fileName)
                .filter(found -> sha256.equals(found.sha256())
                        && fileName.equals(found.fileName())
                        && uri.equals(found.uri())
                        && found.startedAt() != null);
        if (manifest.isEmpty()) {
            return false;
        }
        if (!DumpsInUse.beginRemoval(uri)) {
            throw new BackupException(uri + " is being read: it can be removed later.");
        }
        try {
            Removal.Doomed doomed = new Removal.Doomed(fileName, manifest.get().startedAt(), sha256);
            Removal.Result result = new Removal(dumps).remove(List.of(doomed), clock.instant());
            for (String refusal : result.refused().values()) {
                throw new BackupException(refusal);
            }
            return true;
        } finally {
            DumpsInUse.endRemoval(uri);
        }
    }
}
