package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The file that holds a dump while it is written. Its name is random, so that two backups to one name never write the same file
 * and no file of another origin has it: only because of that it may be removed by its path.
 *
 * @param path absolute, without {@code ..}, of a file with such a name
 */
record UnfinishedFile(String path) implements Serializable {

    private static final Pattern NAME = Pattern.compile("\\.pgbackup-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.part");

    /** Of every system, whichever the machine's is. */
    private static final Pattern SEPARATOR = Pattern.compile("[/\\\\]");

    UnfinishedFile {
        List<String> names = path == null ? List.of() : Arrays.asList(SEPARATOR.split(path, -1));
        if (names.isEmpty()
                || names.contains("..")
                || !NAME.matcher(names.get(names.size() - 1)).matches()
                || path.chars().anyMatch(Character::isISOControl)
                || MachinePath.parse(path).isEmpty()) {
            throw new InvalidInputException(Quoted.of(String.valueOf(path))
                    + " is not the unfinished file of a backup, and was left as it is: only files named"
                    + " .pgbackup-….part are removed; look where that path comes from.");
        }
    }

    /** A new one. */
    static UnfinishedFile in(MachinePath directory) {
        return new UnfinishedFile(directory.file(".pgbackup-" + UUID.randomUUID() + ".part"));
    }

    /**
     * Removes it on the machine that has it.
     *
     * @return false if there was none
     */
    boolean deleteIfExists() throws IOException {
        Path file = Path.of(path);
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile()) {
                throw new BackupException(
                        path + " is not a regular file, so no backup has written it, and it was left as it"
                                + " is: look what it is, and remove it if nothing needs it.");
            }
            return Files.deleteIfExists(file);
        } catch (NoSuchFileException e) {
            return false;
        } catch (BackupException e) {
            throw e;
        } catch (IOException e) {
            throw new BackupException(
                    "The unfinished file " + path + " could not be removed (" + FileFailure.reason(e)
                            + "): remove it by hand.",
                    e);
        }
    }
}
