package io.jenkins.plugins.pgbackup.cli.command;

import java.io.File;

/**
 * Where temporary files go: to the directory that the environment variable {@code TMPDIR} names (POSIX, 8.3 Other Environment
 * Variables), which Java does not look at on Linux.
 */
final class TemporaryDirectory {

    private TemporaryDirectory() {}

    /**
     * Lets everything in this JVM make them there. To be called before anything has made one.
     *
     * @param directory or {@code null} or nothing where none is named
     */
    static void into(String directory) {
        if (directory != null && !directory.isEmpty()) {
            System.setProperty("java.io.tmpdir", new File(directory).getAbsolutePath());
        }
    }
}
