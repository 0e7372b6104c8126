package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/**
 * The directory of a dump, as the machine has it.
 *
 * @param path as it was given
 * @param real without links on the way to it, as the machine said; goes back to that machine and means nothing elsewhere
 * @param identity what tells it from another one at the same path, likewise
 * @param made how many directories were made for it, itself first and then those above it
 */
record DumpDirectory(String path, String real, String identity, int made) implements Serializable {

    /** Longer than any path: Windows takes 32,767 characters, Linux 4,095 bytes. */
    private static final int LONGEST_PATH = 1 << 15;

    /** What the machine says of it need not be true, but it is small. */
    DumpDirectory {
        if (Stream.of(path, real, identity).anyMatch(text -> text.length() > LONGEST_PATH)
                || made < 0
                || made > LONGEST_PATH) {
            throw new IllegalArgumentException("no directory");
        }
    }

    /**
     * What there is at a path now.
     *
     * @param made how many directories were made for it
     */
    static DumpDirectory found(Path path, int made) throws IOException {
        return new DumpDirectory(path.toString(), path.toRealPath().toString(), identity(path), made);
    }

    private static String identity(Path path) throws IOException {
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
        // Windows has no key.
        return String.valueOf(found.fileKey() == null ? found.creationTime() : found.fileKey());
    }

    /**
     * Refuses to go on where the directory is no longer the one that was found: behind a link in its place may be anything, also
     * what no dump may be written to.
     */
    void requireInPlace() throws BackupException {
        String now;
        try {
            now = Path.of(path).toRealPath().toString();
        } catch (IOException e) {
            throw new BackupException(
                    "The directory " + path + " was removed while the backup ran, and the dump with it: "
                            + "let nothing clean it up meanwhile, then run the backup again.",
                    e);
        }
        if (!now.equals(real)) {
            throw new BackupException("The directory " + path + " was replaced by a link to " + now
                    + " while the backup ran, and nothing was published there: "
                    + "leave it as it is meanwhile, then run the backup again.");
        }
    }

    /** Makes it once more: another backup may have made it for itself, failed, and removed it as it was empty. */
    void makeAgain() throws IOException {
        if (!Files.exists(Path.of(path))) {
            Files.createDirectories(Path.of(path));
        }
    }

    /** Removes what was made for a dump that does not come, as far as it is empty. */
    void removeWhereMade() {
        Path directory = Path.of(path);
        try {
            if (made > 0 && identity(directory).equals(identity)) {
                removeWhereEmpty(directory, made);
            }
        } catch (IOException e) {
            // It is gone already.
        }
    }

    /**
     * Removes a directory and those above it, up to the first that has something in it.
     *
     * @param most how many
     */
    static void removeWhereEmpty(Path lowest, int most) {
        Path directory = lowest;
        for (int i = 0; i < most && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS); i++) {
            try {
                Files.delete(directory);
            } catch (IOException e) {
                // Something else is in it by now.
                return;
            }
            directory = directory.getParent();
        }
    }
}
