package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A {@link LocalDestination} where it is looked at and made: on the machine that has the file system.
 *
 * @param requested the destination as it was written
 * @param base the directory that relative destinations start from
 * @param confined whether the destination must stay inside {@code base}, also where links are followed
 */
record OpenDestination(String requested, String base, boolean confined) implements Serializable {

    static OpenDestination of(LocalDestination destination) {
        return new OpenDestination(destination.requested(), destination.base().toString(), destination.confined());
    }

    private Path path(String text) throws BackupException {
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new BackupException(
                    text + " is not a path on this machine (" + e.getReason()
                            + "): use other characters in destination and file name, or start it in a UTF-8 locale.",
                    e);
        }
    }

    private void requireInside(Path directory) throws IOException {
        Path root = path(base);
        if (confined
                && !(directory.startsWith(root)
                        && existing(directory)
                                .toRealPath()
                                .startsWith(existing(root).toRealPath()))) {
            throw LocalDestination.outside(requested, base);
        }
    }

    /** Sees that the directory is there, or may be made as far as can be told. */
    private static void requirePossible(Path directory) throws BackupException {
        Path there = existing(directory);
        if (!Files.isDirectory(there)) {
            throw notMade(directory, there + " is not a directory", null);
        }
    }

    private static BackupException notMade(Path directory, String reason, IOException cause) {
        return new BackupException(
                "The directory " + directory + " cannot be made (" + reason + "): choose another destination.", cause);
    }

    /** What there is of a path; a link in it may lead anywhere, and nothing is made there. */
    private static Path existing(Path path) {
        Path found = path;
        while (!Files.exists(found)) {
            found = found.resolve("..").normalize();
        }
        return found;
    }

    /**
     * Looks what a destination is, and makes nothing.
     *
     * @param path what it means
     * @param directory whether it can only be a directory
     */
    record Look(OpenDestination destination, String path, boolean directory) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        /** @return whether it is a directory; else it is a file, which may not exist yet */
        @Override
        public Boolean run() throws IOException {
            Path found = destination.path(path);
            boolean isDirectory = directory || Files.isDirectory(found);
            Path holder = isDirectory ? found : found.resolve("..").normalize();
            destination.requireInside(holder);
            requirePossible(holder);
            if (!isDirectory) {
                FinalName name = new FinalName(path, true);
                name.requireFree();
                name.ofManifest().requireFree();
            }
            return isDirectory;
        }
    }

    /**
     * Makes what is missing of the directory of a dump, for which a name must be free there.
     *
     * @param path of the directory
     * @param dump the name that the dump will get
     */
    record Make(OpenDestination destination, String path, FinalName dump) implements Task<DumpDirectory> {

        @Override
        public Class<DumpDirectory> resultType() {
            return DumpDirectory.class;
        }

        @Override
        public DumpDirectory run() throws IOException {
            Path directory = destination.path(path);
            destination.path(dump.path());
            destination.requireInside(directory);
            Files.createDirectories(destination.path(destination.base()));
            int made = make(directory);
            try {
                destination.requireInside(directory);
                dump.requireFree();
                dump.ofManifest().requireFree();
                return DumpDirectory.found(directory, made);
            } catch (IOException e) {
                DumpDirectory.removeWhereEmpty(directory, made);
                throw e;
            }
        }

        /** @return how many were made, the lowest of them last */
        private static int make(Path directory) throws IOException {
            Deque<Path> missing = new ArrayDeque<>();
            for (Path path = directory; path != null && !Files.isDirectory(path); path = path.getParent()) {
                missing.push(path);
            }
            int made = 0;
            for (Path path : missing) {
                try {
                    Files.createDirectory(path);
                    made++;
                } catch (IOException e) {
                    if (!(e instanceof FileAlreadyExistsException) || !Files.isDirectory(path)) {
                        DumpDirectory.removeWhereEmpty(path.getParent(), made);
                        throw notMade(directory, reason(path, e), e);
                    }
                    // Another backup has just made it, whose it is then.
                    made = 0;
                }
            }
            return made;
        }

        private static String reason(Path path, IOException e) {
            // A link that leads nowhere is there for the system, and no directory.
            return e instanceof FileAlreadyExistsException ? path + " is not a directory" : FileFailure.reason(e);
        }
    }
}
