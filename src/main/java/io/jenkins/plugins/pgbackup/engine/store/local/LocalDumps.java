package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of a directory of this machine. */
public final class LocalDumps implements StoredDumps {

    private final Path directory;

    public LocalDumps(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<StoredFile> list() throws IOException {
        List<StoredFile> files = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                if (Files.isRegularFile(entry)) {
                    files.add(new StoredFile(
                            directory.relativize(entry).toString(),
                            Files.size(entry),
                            Files.getLastModifiedTime(entry).toInstant()));
                }
            }
        }
        return files;
    }

    @Override
    public InputStream open(String fileName) throws IOException {
        try {
            return Files.newInputStream(directory.resolve(fileName));
        } catch (NoSuchFileException e) {
            throw (IOException) new FileNotFoundException(uri(fileName)).initCause(e);
        }
    }

    @Override
    public String uri(String fileName) {
        return directory.resolve(fileName).toString();
    }
}
