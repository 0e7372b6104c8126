package io.jenkins.plugins.pgbackup.engine.store;

import java.io.IOException;
import java.util.Optional;

/** Where dumps are kept: a directory or file of a machine, or a bucket. */
public interface Store {

    /** What kind of store it is, as the {@code driver} argument says it. */
    String driver();

    /** The name that the destination itself gives to the dump, where it names a file. */
    default Optional<String> givenFileName() {
        return Optional.empty();
    }

    /** Says where a dump of that name goes, for the middle of a sentence: {@code to backups in S3 as shop.dump}. */
    String announce(String fileName);

    /** Says where a dump of that name will be, as people write it: a path or an {@code s3://} URI. */
    String uri(String fileName);

    /** A shell command that prints the file of that name to its standard output. */
    String readCommand(String fileName);

    /**
     * Refuses where dumps are stored so that they cannot be read back at once.
     *
     * @throws io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException with a sentence that says what to write
     */
    default void requireReadable() {
        // Most can.
    }

    /**
     * Opens a place for one dump that is not visible until it is committed.
     *
     * @param fileName the dump's final name
     * @param expectedBytes an upper estimate of the stored dump's size in bytes, or a negative number where nothing is known
     * @throws IOException with a sentence for people if the place cannot be opened; nothing is left behind then
     */
    PendingBackup open(String fileName, long expectedBytes) throws IOException, InterruptedException;

    /**
     * Stores a small text beside a committed dump, whole or not at all, replacing an older one of that name.
     *
     * @param fileName the text's own name
     */
    void writeBeside(String fileName, byte[] text) throws IOException, InterruptedException;
}
