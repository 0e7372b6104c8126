package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
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

    /** Creates a file that did not exist, with a content that is durable in the end. */
    static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = open(file)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /**
     * Gives a durable file a name in the same directory that nothing has, and makes the name durable. It never takes a name away,
     * not even from what appears at the same moment.
     *
     * @return false if something has that name
     */
    static boolean publish(Path part, Path file) throws IOException {
        try {
            Files.createLink(file, part);
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException | IOException e) {
            // FAT and some network file systems have no hard links. What else is wrong shows again.
            return publishWithoutLink(part, file);
        }
        try {
            Files.delete(part);
            force(file.getParent());
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw notNamed(file, e);
        }
        return true;
    }

    /** The name is taken by an empty file first, which alone can be replaced then. */
    static boolean publishWithoutLink(Path part, Path file) throws IOException {
        try {
            Files.createFile(file, ownerOnly());
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw notNamed(file, e);
        }
        try {
            replace(part, file);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        return true;
    }

    /** Gives a durable file its final name in the same directory, in place of an older one, and makes the name durable. */
    static void replace(Path part, Path file) throws IOException {
        try {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(file.getParent());
        } catch (AtomicMoveNotSupportedException e) {
            throw new BackupException(
                    file.getParent() + " is on a file system that cannot rename a file in one step: "
                            + "choose a destination on another one.",
                    e);
        } catch (IOException e) {
            throw notNamed(file, e);
        }
    }

    private static BackupException notNamed(Path file, IOException e) {
        return new BackupException(
                "The name " + file + " could not be given to what was written (" + FileFailure.reason(e)
                        + "): check that directory and its file system, then run the backup again.",
                e);
    }

    /** Makes durable which names are in a directory. */
    static void force(Path directory) throws IOException {
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
