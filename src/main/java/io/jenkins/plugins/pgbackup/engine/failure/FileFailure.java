package io.jenkins.plugins.pgbackup.engine.failure;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** Why something could not be done to a file. */
public final class FileFailure {

    private FileFailure() {}

    /** In the system's own words where it has any, for the brackets of a sentence: {@code No space left on device}. */
    public static String reason(IOException e) {
        if (e instanceof FileSystemException refused) {
            return refused.getReason() != null
                    ? refused.getReason()
                    : e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage();
        }
        return e.getMessage();
    }
}
