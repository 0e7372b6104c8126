package io.jenkins.plugins.pgbackup.engine.store.local;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import io.jenkins.plugins.pgbackup.engine.failure.UnforeseenFailure;
import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The files of a directory of this machine. */
public final class LocalDumps implements WritableDumps {

    /** Of a manifest while it is written anew: no dump that is being made has such a name. */
    private static final String UNFINISHED_BEGINS = ".pgbackup-manifest-";

    private static final Pattern UNFINISHED =
            Pattern.compile(Pattern.quote(UNFINISHED_BEGINS) + "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.part");

    /** After this time its writer is gone. */
    private static final Duration ABANDONED = Duration.ofHours(1);

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

    /** A link of that name is refused, as a backup makes none. */
    @Override
    public void replace(String fileName, byte[] content) throws IOException {
        Path file = child(fileName);
        Path part = directory.resolve(UNFINISHED_BEGINS + UUID.randomUUID() + ".part");
        try {
            new FinalName(file.toString(), true).requireFree();
            NewFile.write(part, content);
            NewFile.replace(part, file);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    @Override
    public Deletion delete(List<String> fileNames) throws IOException {
        Map<String, String> refused = new HashMap<>();
        for (String name : fileNames) {
            try {
                delete(child(name));
            } catch (BackupException e) {
                refused.put(name, e.getMessage());
            }
        }
        NewFile.force(directory);
        return new Deletion(refused, false);
    }

    private static void delete(Path file) throws BackupException {
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile()) {
                throw new BackupException("it is not a regular file, as a dump is");
            }
            Files.delete(file);
        } catch (NoSuchFileException e) {
            // Another one has removed it.
        } catch (BackupException e) {
            throw e;
        } catch (IOException e) {
            throw new BackupException(UnforeseenFailure.explain(e), e);
        }
    }

    @Override
    public void cleanUp() throws IOException {
        Instant limit = Instant.now().minus(ABANDONED);
        for (StoredFile file : list()) {
            if (UNFINISHED.matcher(file.name()).matches() && file.modified().isBefore(limit)) {
                Files.deleteIfExists(directory.resolve(file.name()));
            }
        }
    }

    /** A file directly in the directory. */
    private Path child(String fileName) throws BackupException {
        return directory.resolve(MachineDumps.requireName(fileName));
    }
}
