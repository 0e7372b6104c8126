package io.jenkins.plugins.pgbackup.engine.filter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Optional;

/**
 * What the bytes of {@code pg_dump} go through as a whole on their way to the store, and the other way round when they are read.
 * All that belongs to one is in its class: both directions, the suffix, and the command for the day when nothing else is there.
 */
public interface StreamFilter extends Serializable {

    /** The one that changes nothing. */
    StreamFilter NONE = new None();

    /** How the name of a filtered file ends, dot included; may be empty. */
    String suffix();

    /** The command of a shell that takes the stored bytes and gives those before the filter; empty if they are the same. */
    Optional<String> undoCommand();

    /** Filters what is written; closing it closes the other stream, too. */
    OutputStream wrap(OutputStream stored) throws IOException;

    /** Undoes it for what is read; closing it closes the other stream, too. */
    InputStream unwrap(InputStream stored) throws IOException;

    /** @see #NONE */
    record None() implements StreamFilter {

        @Override
        public String suffix() {
            return "";
        }

        @Override
        public Optional<String> undoCommand() {
            return Optional.empty();
        }

        @Override
        public OutputStream wrap(OutputStream stored) {
            return stored;
        }

        @Override
        public InputStream unwrap(InputStream stored) {
            return stored;
        }
    }
}
