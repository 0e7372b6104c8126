package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
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

    @Override
    public DumpSource source(String fileName) {
        String parent = directory.toString();
        return new LocalSource(parent + (parent.endsWith(File.separator) ? "" : File.separator) + fileName, false);
    }
}
