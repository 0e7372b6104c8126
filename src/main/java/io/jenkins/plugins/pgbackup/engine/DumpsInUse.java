package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Which dumps the stories of this process read, and which they remove, so that none does both at once. Of other processes nothing
 * is known.
 */
final class DumpsInUse {

    /** How many stories read or remove a dump, by its URI. */
    private static final Map<String, Integer> READ = new HashMap<>();

    private static final Map<String, Integer> REMOVED = new HashMap<>();

    private DumpsInUse() {}

    /**
     * Runs a story that reads a dump.
     *
     * @throws BackupException if the dump is being removed
     */
    static <T> T whileReading(String uri, Session.Story<T> story) throws IOException, InterruptedException {
        synchronized (READ) {
            if (REMOVED.containsKey(uri)) {
                throw new BackupException(uri + " is being removed, as no rule keeps it: choose another dump.");
            }
            READ.merge(uri, 1, Integer::sum);
        }
        try {
            return story.call();
        } finally {
            synchronized (READ) {
                decrease(READ, uri);
            }
        }
    }

    static boolean isRead(String uri) {
        synchronized (READ) {
            return READ.containsKey(uri);
        }
    }

    /** @return false if it is read */
    static boolean beginRemoval(String uri) {
        synchronized (READ) {
            if (READ.containsKey(uri)) {
                return false;
            }
            REMOVED.merge(uri, 1, Integer::sum);
            return true;
        }
    }

    static void endRemoval(String uri) {
        synchronized (READ) {
            decrease(REMOVED, uri);
        }
    }

    private static void decrease(Map<String, Integer> counts, String uri) {
        counts.computeIfPresent(uri, (u, count) -> count == 1 ? null : count - 1);
    }
}
