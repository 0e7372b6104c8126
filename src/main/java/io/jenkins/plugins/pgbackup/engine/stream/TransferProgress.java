package io.jenkins.plugins.pgbackup.engine.stream;

/** Is told how far a dump has come. */
public interface TransferProgress {

    /**
     * Some bytes have gone by.
     *
     * @param rawBytes read from {@code pg_dump} so far
     * @param storedBytes left after compression so far
     */
    void moved(long rawBytes, long storedBytes);

    /** The program that reads the raw bytes takes no more of them: it has seen enough, or has failed. */
    void readerLeft();

    /** Nothing of the pump is at work any more, however it ended. */
    void ended();
}
