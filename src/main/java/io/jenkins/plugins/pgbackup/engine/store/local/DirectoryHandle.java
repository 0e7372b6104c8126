package io.jenkins.plugins.pgbackup.engine.store.local;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;

/**
 * A directory that is found again when it was renamed meanwhile, or another one put in its place; but on Windows, and where it may
 * not be read, only by its path.
 */
final class DirectoryHandle implements Closeable {

    private final Path path;
    private final DirectoryStream<Path> open;

    private DirectoryHandle(Path path, DirectoryStream<Path> open) {
        this.path = path;
        this.open = open;
    }

    static DirectoryHandle hold(Path path) {
        try {
            return new DirectoryHandle(path, Files.newDirectoryStream(path));
        } catch (IOException e) {
            return new DirectoryHandle(path, null);
        }
    }

    /** Removes a file in it. */
    void deleteIfExists(Path fileName) throws IOException {
        if (open instanceof SecureDirectoryStream<Path> secure) {
            try {
                secure.deleteFile(fileName);
            } catch (NoSuchFileException e) {
                // It has been removed meanwhile.
            }
        } else {
            Files.deleteIfExists(path.resolve(fileName));
        }
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            open.close();
        }
    }
}
