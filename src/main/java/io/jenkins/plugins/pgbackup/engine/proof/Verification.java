package io.jenkins.plugins.pgbackup.engine.proof;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.util.Locale;

/** How much proof a dump needs before it may be seen. */
public enum Verification {

    /** The whole dump is read by {@code pg_restore}, or a plain one is seen to its completion mark, while it is made. */
    FULL,

    /** As {@link #FULL}, and the stored bytes are read back and digested before the backup counts. */
    REREAD,

    /** Only {@code pg_dump}'s exit code counts. */
    NONE;

    /** Reads {@code full}, {@code reread} or {@code none}. */
    public static Verification parse(String text) {
        for (Verification verification : values()) {
            if (verification.id().equals(text.trim().toLowerCase(Locale.ROOT))) {
                return verification;
            }
        }
        throw new InvalidInputException(
                "The verification " + Quoted.of(text) + " is unknown: write full, reread or none.");
    }

    /** As people write it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
