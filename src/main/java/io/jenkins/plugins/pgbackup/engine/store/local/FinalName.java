package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The name that a dump or its manifest gets. What has it may be another dump, and in a directory it is not replaced; a
 * destination that names one file means a regular file, and replaces nothing else.
 *
 * @param path of the file
 * @param replaces whether a regular file is replaced
 */
record FinalName(String path, boolean replaces) implements Serializable {

    private static final String MANIFEST_SUFFIX = ".json";

    /** The name of the manifest of a dump that gets this one. */
    FinalName ofManifest() {
        return new FinalName(path + MANIFEST_SUFFIX, replaces);
    }

    /** Refuses to go on where the name is taken by something that is not replaced. */
    void requireFree() throws BackupException {
        BasicFileAttributes found;
        try {
            found = Files.readAttributes(Path.of(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw new BackupException(
                    path + " cannot be looked for (" + FileFailure.reason(e) + "): choose a destination that "
                            + System.getProperty("user.name") + " may read and write to.",
                    e);
        }
        if (!replaces) {
            throw isTaken();
        }
        if (!found.isRegularFile()) {
            throw new BackupException(path + " is " + kind(found)
                    + ", and a dump replaces nothing but a regular file: write another file name"
                    + (found.isSymbolicLink() ? ", or the path that the link leads to." : "."));
        }
    }

    private BackupException isTaken() {
        return new BackupException(
                path + " exists already and was left as it is: choose another file name or directory,"
                        + " or remove it first.");
    }

    private static String kind(BasicFileAttributes found) {
        if (found.isSymbolicLink()) {
            return "a symbolic link";
        }
        return found.isDirectory() ? "a directory" : "a device, a FIFO or a socket";
    }

    /** Gives it to a durable file in the same directory, in one step, and makes the name durable. */
    void giveTo(Path part) throws IOException {
        Path file = Path.of(path);
        requireFree();
        if (NewFile.publish(part, file)) {
            return;
        }
        if (!replaces) {
            throw isTaken();
        }
        // What has the name may have come this moment.
        requireFree();
        NewFile.replace(part, file);
    }
}
