package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.util.Locale;

/**
 * The formats of {@code pg_dump} that are one stream of bytes. The directory format is none: {@code pg_dump} writes it
 * to files of its own and to nothing else.
 */
public enum DumpFormat {
    /** Restored by {@code pg_restore}, in parallel and in parts. */
    CUSTOM(".dump"),
    /** SQL, restored by {@code psql}. */
    PLAIN(".sql"),
    /** Restored by {@code pg_restore}; never compressed by {@code pg_dump}. */
    TAR(".tar");

    private final String suffix;

    DumpFormat(String suffix) {
        this.suffix = suffix;
    }

    /** @throws InvalidInputException for anything but the three names */
    public static DumpFormat parse(String name) {
        for (DumpFormat format : values()) {
            if (format.id().equals(name)) {
                return format;
            }
        }
        throw new InvalidInputException("There is no dump format " + Quoted.of(name) + ": write custom, plain or tar"
                + (name.equals("directory") ? " (the directory format cannot be streamed)." : "."));
    }

    /** What people write: {@code custom}, {@code plain}, {@code tar}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How the name of an uncompressed file of this format ends, dot included. */
    public String suffix() {
        return suffix;
    }

    /** The option of {@code pg_dump}. */
    public String argument() {
        return "--format=" + id();
    }

    /** The same as {@link #id()}. */
    @Override
    public String toString() {
        return id();
    }
}
