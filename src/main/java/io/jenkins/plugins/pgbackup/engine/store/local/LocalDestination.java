package io.jenkins.plugins.pgbackup.engine.store.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.pgbackup.engine.BackupException;
import io.jenkins.plugins.pgbackup.engine.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFileName;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A place in a machine's file system, as it was found there.
 *
 * @param directory the directory that holds the dump, absolute
 * @param fileName the name that the destination gives to the dump, or {@code null} where it names a directory
 * @param inside whether it lies inside the directory that relative destinations start from
 * @param real the directory without links on the way to it
 */
record LocalDestination(String directory, String fileName, boolean inside, String real) implements Serializable {

    /** In bytes of UTF-8, of one name in a path: ext4, XFS, APFS and NTFS take no more. */
    private static final int LONGEST_NAME = 255;

    private static final String MANIFEST_SUFFIX = ".json";
    private static final Pattern SEPARATOR = Pattern.compile("[/\\\\]");

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
        SEPARATOR.splitAsStream(destination).forEach(name -> checkLength(name, LONGEST_NAME));
    }

    /**
     * Refuses to go on where the directory is no longer the one that was found: behind a link in its place may be anything, also
     * what no dump may be written to.
     */
    void requireInPlace() throws BackupException {
        String now;
        try {
            now = Path.of(directory).toRealPath().toString();
        } catch (IOException e) {
            throw new BackupException(
                    "The directory " + directory + " was removed while the backup ran, and the dump with it: "
                            + "let nothing clear it up meanwhile, then run the backup again.",
                    e);
        }
        if (!now.equals(real)) {
            throw new BackupException("The directory " + directory + " was replaced by a link to " + now
                    + " while the backup ran, and nothing was published there: "
                    + "leave it as it is meanwhile, then run the backup again.");
        }
    }

    private static void checkLength(String name, int longest) {
        int bytes = name.getBytes(UTF_8).length;
        if (bytes > longest) {
            throw new InvalidInputException("The destination has a name of " + bytes + " bytes where " + longest
                    + " are possible: write a shorter one.");
        }
    }

    /** The file's own name, beside which a manifest must fit, and which must not be that of another dump's manifest. */
    private static String checkedFileName(String name) throws BackupException {
        try {
            checkLength(name, DumpFileName.LONGEST);
        } catch (InvalidInputException e) {
            throw new BackupException(e.getMessage(), e);
        }
        if (name.toLowerCase(Locale.ROOT).endsWith(MANIFEST_SUFFIX)) {
            throw new BackupException("The destination ends in " + MANIFEST_SUFFIX
                    + ", as the manifests of dumps do: write another suffix, or a slash behind it for a directory.");
        }
        return name;
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
        public Class<LocalDestination> resultType() {
            return LocalDestination.class;
        }

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
            String fileName = isDirectory
                    ? null
                    : checkedFileName(directory.relativize(path).toString());
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
            Path real = directory.toRealPath();
            return new LocalDestination(directory.toString(), fileName, real.startsWith(realRoot), real.toString());
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
