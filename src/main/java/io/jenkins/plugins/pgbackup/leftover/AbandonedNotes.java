package io.jenkins.plugins.pgbackup.leftover;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.pgbackup.engine.failure.FileFailure;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The notes of a {@link BackupJournal} whose backups are over and which no other step cleans up after, of one job.
 *
 * @param readable in the order of their builds
 * @param unreadable what could not be read, and hides none of the others
 */
record AbandonedNotes(List<Note> readable, List<Unreadable> unreadable) {

    /** Not what is called {@code lastStableBuild}, which is one of the others, or {@code .7}, which is being deleted. */
    private static final Pattern BUILD_NUMBER = Pattern.compile("\\d{1,18}");

    AbandonedNotes {
        readable = List.copyOf(readable);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * Reads them. No build is loaded for it: there may be thousands.
     *
     * @param builds the directory that has one for each build, absolute
     * @throws IOException if it is not even known which builds there are
     */
    static AbandonedNotes in(Path builds) throws IOException {
        List<Note> readable = new ArrayList<>();
        List<Unreadable> unreadable = new ArrayList<>();
        for (Path directory : list(builds, "*")) {
            String name = directory.toFile().getName();
            if (BUILD_NUMBER.matcher(name).matches()) {
                collect(Long.parseLong(name), directory, readable, unreadable);
            }
        }
        readable.sort(Comparator.comparingLong(Note::number));
        unreadable.sort(Comparator.comparingLong(Unreadable::number));
        return new AbandonedNotes(readable, unreadable);
    }

    private static void collect(long number, Path directory, List<Note> readable, List<Unreadable> unreadable) {
        List<Path> files;
        try {
            files = list(directory, BackupJournal.NOTES);
        } catch (NoSuchFileException | NotDirectoryException e) {
            // The build has just been deleted, or is none.
            return;
        } catch (IOException e) {
            unreadable.add(new Unreadable(number, directory, FileFailure.reason(e)));
            return;
        }
        for (Path file : files) {
            if (BackupJournal.isInHand(file)) {
                continue;
            }
            try {
                readable.add(new Note(number, file, BackupJournal.read(file)));
            } catch (NoSuchFileException e) {
                // Its backup has just ended, or another step of the build has just cleaned up after it.
            } catch (JsonProcessingException e) {
                unreadable.add(new Unreadable(number, file, "no whole note"));
            } catch (IOException e) {
                unreadable.add(new Unreadable(number, file, FileFailure.reason(e)));
            }
        }
    }

    private static List<Path> list(Path directory, String names) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, names)) {
            files.forEach(found::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    /**
     * Of a backup that is over and has left something behind.
     *
     * @param number of the build whose it was
     */
    record Note(long number, Path file, BackupJournal.Entry entry) {

        /** As people write it. */
        String build() {
            return "#" + number;
        }

        /** Nothing of it is left. */
        void isClearedUp() throws IOException {
            Files.deleteIfExists(file);
        }
    }

    /**
     * What would have to be read to know.
     *
     * @param number of the build whose it is
     * @param path of a note, or of the build's directory
     * @param reason for the brackets of a sentence
     */
    record Unreadable(long number, Path path, String reason) {

        /** As people write it. */
        String build() {
            return "#" + number;
        }
    }
}
