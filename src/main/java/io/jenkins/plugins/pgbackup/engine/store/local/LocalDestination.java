package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.BackupException;
import io.jenkins.plugins.pgbackup.engine.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A place in a machine's file system, as it was found there.
 *
 * @param directory the directory that holds the dump, absolute
 * @param fileName the name that the destination gives to the dump, or {@code null} where it names a directory
 * @param inside whether it lies inside the directory that relative destinations start from
 */
record LocalDestination(String directory, String fileName, boolean inside) implements Serializable {

    /** Refuses what can be no destination on any machine. */
    static void check(String destination) {
        if (destination.isBlank()) {
            throw new InvalidInputException(
                    "The destination is empty: write a file or a directory, for example backups/ or dump.sql.");
        }
        if (destination.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidInputException(
                    "The destination holds a control character: write a file or a directory, for example backups/.");
        }
    }

    /**
     * Finds the destination on the machine and makes its missing directories.
     *
     * @param base the directory that relative destinations start from
     * @param destination a file; or a directory, which ends in a separator or exists as one
     * @param confined whether a relative destination must stay inside {@code base}
     */
    record Find(String base, String destination, boolean confined) implements Task<LocalDestination> {

        @Override
        public LocalDestination run() throws IOException {
            Path root;
            Path path;
            try {
                root = Path.of(base).toAbsolutePath().normalize();
                path = root.resolve(destination).normalize();
            } catch (InvalidPathException e) {
                throw new BackupException(
                        "The destination " + destination + " is no path on this machine (" + e.getReason()
                                + "): use other characters, or start it in a UTF-8 locale.",
                        e);
            }
            boolean relative = !Path.of(destination).isAbsolute();
            if (relative && confined && !path.startsWith(root)) {
                throw outside(root);
            }
            boolean isDirectory = destination.endsWith("/")
                    || destination.endsWith(path.getFileSystem().getSeparator())
                    || path.equals(root)
                    || Files.isDirectory(path);
            Path directory = isDirectory ? path : path.resolve("..").normalize();
            Path realRoot = Files.createDirectories(root).toRealPath();
            if (relative && confined && !existing(directory).toRealPath().startsWith(realRoot)) {
                throw outside(root);
            }
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                throw new BackupException(
                        "The directory " + directory + " cannot be made: choose another destination.", e);
            }
            return new LocalDestination(
                    directory.toString(),
                    isDirectory ? null : directory.relativize(path).toString(),
                    directory.toRealPath().startsWith(realRoot));
        }

        /** What there is of a path; a link in it may lead anywhere, and nothing is made there. */
        private static Path existing(Path path) {
            Path found = path;
            while (!Files.exists(found)) {
                found = found.resolve("..").normalize();
            }
            return found;
        }

        private BackupException outside(Path root) {
            return new BackupException("The destination " + destination + " leads out of " + root
                    + ": write one inside it, or an absolute path.");
        }
    }
}
