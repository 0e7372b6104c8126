package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The files of a directory of this machine. */
public final class LocalDumps implements StoredDumps {

    private final Path directory;

    public LocalDumps(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<StoredFile> list() throws IOException {
        List<StoredFile> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                add(entry, files);
            }
        } catch (DirectoryIteratorException e) {
            throw notListed(e.getCause());
        } catch (IOException e) {
            throw notListed(e);
        }
        return files;
    }

    private void add(Path entry, List<StoredFile> files) throws IOException {
        try {
            BasicFileAttributes found = Files.readAttributes(entry, BasicFileAttributes.class);
            if (found.isRegularFile()) {
                files.add(new StoredFile(
                        directory.relativize(entry).toString(),
                        found.size(),
                        found.lastModifiedTime().toInstant()));
            }
        } catch (NoSuchFileException e) {
            // It was removed meanwhile, or is a link to nothing.
        }
    }

    private BackupException notListed(IOException e) {
        return new BackupException(
                directory + " cannot be listed (" + FileFailure.reason(e) + "): see that "
                        + System.getProperty("user.name") + " may read it.",
                e);
    }

    /** Those directly below. */
    @Override
    public SortedSet<String> placesBelow(Predicate<String> isWanted) throws IOException {
        SortedSet<String> places = new TreeSet<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (Path below : directories) {
                if (hasFile(below, isWanted)) {
                    places.add(below.toString());
                }
            }
        }
        return places;
    }

    private static boolean hasFile(Path directory, Predicate<String> isWanted) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
            for (Path file : files) {
                if (isWanted.test(directory.relativize(file).toString())) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            // It is not the place that was named.
            return false;
        }
    }

    /** Opens a regular file, which a link may lead to: a reader of anything else may wait for ever. */
    @Override
    public InputStream open(String fileName) throws IOException {
        Path file = file(fileName);
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                throw new BackupException(
                        file + " is not a regular file, and nothing else is read: write the name of one.");
            }
            return Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw (IOException) new FileNotFoundException(uri(fileName)).initCause(e);
        } catch (BackupException e) {
            throw e;
        } catch (IOException e) {
            throw new BackupException(
                    file + " cannot be read (" + FileFailure.reason(e) + "): see that "
                            + System.getProperty("user.name") + " may read it.",
                    e);
        }
    }

    /** A directory may list a name that the locale cannot write. */
    private Path file(String fileName) throws BackupException {
        try {
            return directory.resolve(fileName);
        } catch (InvalidPathException e) {
            throw new BackupException(
                    uri(fileName) + " is not a path on this machine (" + e.getReason()
                            + "): start it in a UTF-8 locale, or give the file another name.",
                    e);
        }
    }

    @Override
    public String uri(String fileName) {
        String parent = directory.toString();
        return parent + (parent.endsWith(File.separator) ? "" : File.separator) + fileName;
    }
}
