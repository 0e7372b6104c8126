package io.jenkins.plugins.pgbackup.engine.store;

/**
 * A dump whose last byte was written, as its {@link PendingBackup#commit} is to find it.
 *
 * @param receipt what the {@link DumpSink} wrote
 * @param sha256 of the stored bytes, in lower-case hexadecimal, as computed while they went by
 * @param reread whether they are to be read back from where they are stored before the dump counts
 */
public record ExpectedContent(Receipt receipt, String sha256, boolean reread) {

    /** Whether that is what was written. */
    public boolean is(StoredContent found) {
        return found.sizeBytes() == receipt.sizeBytes() && found.sha256().equals(sha256);
    }

    /** What is wrong with something that {@link #is} not what was written: a clause that begins with a verb. */
    public String differenceTo(StoredContent found) {
        return found.sizeBytes() == receipt.sizeBytes()
                ? "has the SHA-256 " + found.sha256() + " where " + sha256 + " was written"
                : "has " + found.sizeBytes() + " bytes where " + receipt.sizeBytes() + " were written";
    }
}
