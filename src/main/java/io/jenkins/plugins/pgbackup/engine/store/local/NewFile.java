package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.FileFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** How a file comes into being here: private from its first moment, and under its final name only when it is durable. */
final class NewFile {

    private NewFile() {}

    /** Creates a file that did not exist, readable by its owner alone; a link in its place is not followed. */
    static FileChannel open(Path file) throws IOException {
        try {
            return FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS),
                    ownerOnly());
        } catch (IOException e) {
            throw new BackupException(
                    "No file can be created in " + file.getParent() + " (" + FileFailure.reason(e)
                            + "): choose a destination that " + System.getProperty("user.name") + " may write to.",
                    e);
        }
    }

    /** Gives a durable file its final name in the same directory, in place of an older one, and makes the name durable. */
    static void publish(Path part, Path file) throws IOException {
        try {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new BackupException(
                    file.getParent() + " is on a file system that cannot rename a file in one step: "
                            + "choose a destination on another one.",
                    e);
        }
        force(file.getParent());
    }

    private static void force(Path directory) throws IOException {
        if (isPosix()) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return isPosix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
