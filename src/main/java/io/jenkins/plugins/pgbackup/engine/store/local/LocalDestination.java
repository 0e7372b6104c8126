package io.jenkins.plugins.pgbackup.engine.store.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFileName;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a dump is to go, computed from the argument alone: nothing that the machine answers becomes a name or a path here.
 *
 * @param requested the destination as it was written
 * @param base the directory that relative destinations start from
 * @param path what the destination means
 * @param confined whether it must stay inside {@code base}, also where links are followed
 */
record LocalDestination(String requested, MachinePath base, MachinePath path, boolean confined) {

    /** In bytes of UTF-8, of one name in a path: ext4, XFS, APFS and NTFS take no more. */
    private static final int LONGEST_NAME = 255;

    private static final String MANIFEST_SUFFIX = ".json";
    private static final String STANDARD_OUTPUT = "-";
    private static final Pattern SEPARATOR = Pattern.compile("[/\\\\]");

    /** Windows takes such a name for the one without them. */
    private static final Pattern ENDS_IN_DOT_OR_SPACE = Pattern.compile(".*[. ]", Pattern.DOTALL);

    /**
     * Refuses what can be no destination on any machine.
     *
     * @throws InvalidInputException with a sentence that says what to write
     */
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
        if (destination.substring(destination.lastIndexOf('/') + 1).equals(STANDARD_OUTPUT)) {
            throw new InvalidInputException(
                    "The destination - is no file: a dump goes to a file that gets its name when"
                            + " it is whole, and never to standard output; write a file or a directory, for example backups/.");
        }
    }

    /**
     * Computes what a destination means.
     *
     * @param base the directory that relative destinations start from, absolute
     * @param destination a file or a directory
     * @param confined whether a relative destination must stay inside {@code base}
     * @throws InvalidInputException if it can be a destination on no machine
     * @throws BackupException if it can be none there, with a sentence that says what to write
     */
    static LocalDestination of(String base, String destination, boolean confined) throws BackupException {
        check(destination);
        MachinePath root = MachinePath.parse(base)
                .orElseThrow(() -> new BackupException(
                        "The directory " + base + " is not an absolute path: the backup needs one to start from."));
        MachinePath path = root.resolve(destination)
                .orElseThrow(
                        () -> new BackupException(
                                "The destination " + destination
                                        + " does not say where on its drive it starts: write a separator behind the drive, as in C:\\backups\\."));
        boolean stays = confined && !root.isAbsolute(destination);
        if (stays && !path.isIn(root)) {
            throw outside(destination, base);
        }
        for (String name : path.names()) {
            checkName(name, path.isOnWindows());
        }
        return new LocalDestination(destination, root, path, stays);
    }

    private static void checkName(String name, boolean onWindows) throws BackupException {
        if (onWindows && ENDS_IN_DOT_OR_SPACE.matcher(name).matches()) {
            throw new BackupException("The destination has the name \"" + name
                    + "\", of which Windows drops the end: let it end in another character than a dot or a space.");
        }
    }

    static BackupException outside(String destination, String base) {
        return new BackupException("The destination " + destination + " leads out of " + base
                + ": write one inside it, or an absolute path.");
    }

    /** Whether it can only be a directory, whatever there is on the machine. */
    boolean saysDirectory() {
        return path.equals(base) || path.names().isEmpty() || base.saysDirectory(requested);
    }

    /** Whether it lies inside the directory that relative destinations start from. */
    boolean isInsideBase() {
        return path.isIn(base);
    }

    /**
     * The name that it gives to the dump where it is a file. A manifest must fit beside it, and it must not be another dump's
     * manifest.
     *
     * @throws BackupException if no dump can have that name, with a sentence that says what to write
     */
    String fileName() throws BackupException {
        String name = path.name().orElseThrow();
        try {
            checkLength(name, DumpFileName.LONGEST);
        } catch (InvalidInputException e) {
            throw new BackupException(e.getMessage(), e);
        }
        if (name.toLowerCase(Locale.ROOT).endsWith(MANIFEST_SUFFIX)) {
            throw new BackupException("The destination ends in " + MANIFEST_SUFFIX
                    + ", as the manifests of dumps do: write another suffix, or a slash behind it for a directory.");
        }
        if (name.indexOf('\\') >= 0) {
            throw new BackupException("The destination has the file name \"" + name
                    + "\" with a backslash, which not every system takes: write / between directories.");
        }
        if (path.isOnWindows() && DumpFileName.isReservedOnWindows(name)) {
            throw new BackupException("The destination has the file name \"" + name
                    + "\", which is that of a device on Windows: write another one.");
        }
        return name;
    }

    private static void checkLength(String name, int longest) {
        int bytes = name.getBytes(UTF_8).length;
        if (bytes > longest) {
            throw new InvalidInputException("The destination has a name of " + bytes + " bytes where " + longest
                    + " are possible: write a shorter one.");
        }
    }
}
