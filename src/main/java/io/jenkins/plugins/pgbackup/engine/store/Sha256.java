package io.jenkins.plugins.pgbackup.engine.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest that every dump is known by. */
public final class Sha256 {

    private Sha256() {}

    /** Begins one. */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
