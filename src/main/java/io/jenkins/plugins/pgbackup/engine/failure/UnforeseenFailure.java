package io.jenkins.plugins.pgbackup.engine.failure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Words for a failure that no step has a sentence of its own for: a file system, a locale or Java itself refused something
 * that is nearly always given.
 */
public final class UnforeseenFailure {

    /** What to do where a system says so, in the order in which they are looked for. */
    private static final List<Map.Entry<String, String>> ADVICE = List.of(
            Map.entry("No space left on device", "make room there"),
            Map.entry("Disk quota exceeded", "make room there"),
            Map.entry("Read-only file system", "choose another place, or have it mounted for writing"),
            Map.entry("Permission denied", "give the user that runs this the right to it"),
            Map.entry("Operation not permitted", "give the user that runs this the right to it"),
            Map.entry("Too many open files", "raise the limit of open files (ulimit -n)"),
            Map.entry("Input/output error", "check that disk and its file system"),
            Map.entry("Stale file handle", "have that file system mounted again"),
            Map.entry("File name too long", "choose a shorter name"),
            Map.entry("Is a directory", "name a file"),
            Map.entry("Cannot allocate memory", "give the machine more memory"));

    private UnforeseenFailure() {}

    /**
     * Says what failed and what to do.
     *
     * @return a clause for the middle of a sentence; it is the failure's own sentence without the full stop where it has one
     */
    public static String explain(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof BackupException || cause instanceof InvalidInputException) {
            return cause.getMessage().replaceFirst("\\.$", "");
        }
        if (cause instanceof FileSystemException file) {
            return ofFile(file);
        }
        if (cause instanceof FileNotFoundException) {
            // Its message begins with the path, and ends with the reason in brackets where the system has one.
            return cause.getMessage() + " cannot be opened: " + advice(cause.getMessage(), "look whether it is there");
        }
        if (cause instanceof IOException) {
            return said(cause) + ": " + advice(said(cause), "look for its cause on that machine");
        }
        if (cause instanceof InvalidPathException path) {
            return "the name \"" + path.getInput() + "\" cannot be used here (" + path.getReason()
                    + "): choose another name, or use a UTF-8 locale, such as LC_ALL=C.UTF-8";
        }
        if (cause instanceof SecurityException) {
            return "Java does not permit it (" + said(cause)
                    + "): extend the policy of its security manager, or use none";
        }
        if (cause instanceof OutOfMemoryError) {
            return "Java has too little memory (" + said(cause) + "): give it more (-Xmx)";
        }
        if (cause instanceof LinkageError) {
            return "Java cannot load a part of this program (" + said(cause)
                    + "): look whether the directory for temporary files is full or mounted noexec,"
                    + " and whether the installation is complete";
        }
        return "there is an error in this program (" + cause.getClass().getSimpleName() + ", " + said(cause)
                + "): report it with what was run";
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && isWrapper(cause)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static boolean isWrapper(Throwable failure) {
        return failure instanceof UncheckedIOException
                || failure instanceof DirectoryIteratorException
                || failure instanceof ExecutionException
                || failure instanceof CompletionException
                || failure instanceof ExceptionInInitializerError
                || failure.getClass() == IOException.class && !(failure.getCause() instanceof IOException);
    }

    private static String ofFile(FileSystemException failure) {
        String file = failure.getFile() == null ? "a file" : failure.getFile();
        if (failure instanceof NoSuchFileException) {
            return file + " is not there: look for what removed or renamed it";
        }
        if (failure instanceof AccessDeniedException) {
            return "the user " + System.getProperty("user.name") + " has no right to " + file
                    + ": give it that right, or choose another place";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return file + " is there already: remove it if nothing uses it";
        }
        if (failure instanceof NotDirectoryException) {
            return file + " is not a directory: correct the path";
        }
        String reason = failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
        return file + " cannot be used (" + reason + "): " + advice(reason, "look for its cause on that machine");
    }

    private static String advice(String reason, String otherwise) {
        return ADVICE.stream()
                .filter(advice -> reason.contains(advice.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(otherwise);
    }

    private static String said(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
