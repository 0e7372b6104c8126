package io.jenkins.plugins.pgbackup.engine.failure;

/**
 * What a person wrote is invalid. It is refused before anything starts.
 *
 * <p>The message is one complete sentence that says what to write instead, and never repeats a secret.
 */
public class InvalidInputException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** @param sentence what is wrong with the input and what to write instead */
    public InvalidInputException(String sentence) {
        super(sentence);
    }
}
