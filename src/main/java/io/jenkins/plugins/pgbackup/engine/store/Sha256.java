package io.jenkins.plugins.pgbackup.engine.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/** The digest that every dump is known by. */
public final class Sha256 {

    private static final Pattern TEXT = Pattern.compile("[0-9a-f]{64}");

    private Sha256() {}

    /**
     * Returns a digest as it is written down: 64 digits in lower-case hexadecimal.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static String requireText(String digest) {
        if (!TEXT.matcher(digest).matches()) {
            throw new IllegalArgumentException("not a SHA-256 in lower-case hexadecimal");
        }
        return digest;
    }

    /** Begins one. */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
