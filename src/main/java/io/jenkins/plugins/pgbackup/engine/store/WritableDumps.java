package io.jenkins.plugins.pgbackup.engine.store;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The files of a {@link Store} where they may be removed. */
public interface WritableDumps extends StoredDumps {

    /**
     * Gives a small file another content: at every moment it has the old one or the new one, which is durable in the end.
     *
     * @throws IOException with a sentence for people if that is refused; the old content is there then
     */
    void replace(String fileName, byte[] content) throws IOException;

    /**
     * Removes files, durably. That one is gone already is no failure.
     *
     * @throws IOException if it is not known which of them are gone
     */
    Deletion delete(List<String> fileNames) throws IOException;

    /** Removes what a {@link #replace} that was killed some time ago has left. */
    default void cleanUp() throws IOException {
        // Most leave nothing.
    }

    /**
     * What became of files that were to be removed.
     *
     * @param refused those that are still there: why not, after "because", without the full stop
     * @param versionsStay whether the store keeps an older version of what was removed
     */
    record Deletion(Map<String, String> refused, boolean versionsStay) {

        public Deletion {
            refused = Map.copyOf(refused);
        }
    }
}
