package io.jenkins.plugins.pgbackup.engine.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Predicate;

/** The files of a {@link Store}, read back. */
public interface StoredDumps {

    /** Every file directly in the store, in no particular order. */
    List<StoredFile> list() throws IOException;

    /**
     * Where, below this place and not in it, there are files of some names.
     *
     * @return each as people write it; empty if the store does not look there
     */
    default SortedSet<String> placesBelow(Predicate<String> isWanted) throws IOException {
        return Collections.emptySortedSet();
    }

    /** A file of that name, whether there is one or not. */
    DumpSource source(String fileName);

    /**
     * Reads a small file on this side.
     *
     * @param most how many bytes are read of it
     * @return empty if there is no such file
     */
    default Optional<byte[]> read(String fileName, int most) throws IOException {
        try (InputStream bytes = source(fileName).open()) {
            return Optional.of(bytes.readNBytes(most));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    /**
     * One file.
     *
     * @param modified when it got its name
     */
    record StoredFile(String name, long sizeBytes, Instant modified) {}
}
