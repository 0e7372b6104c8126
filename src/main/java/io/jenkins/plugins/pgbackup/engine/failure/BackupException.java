package io.jenkins.plugins.pgbackup.engine.failure;

import java.io.IOException;

/**
 * A backup, a restore or a check of one stopped for a reason that a person can act on.
 *
 * <p>The message is one complete sentence for that person, without secrets: the code that catches this prints the message and
 * nothing else.
 */
public class BackupException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param sentence what happened and what to do next */
    public BackupException(String sentence) {
        super(sentence);
    }

    /**
     * @param sentence what happened and what to do next
     * @param cause for a debugger; it is never printed
     */
    public BackupException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
