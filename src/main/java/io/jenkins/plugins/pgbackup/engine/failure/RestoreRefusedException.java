package io.jenkins.plugins.pgbackup.engine.failure;

/**
 * A restore was refused, or did not come to its end, which a person may want otherwise. Each door knows in which of its words
 * that is said.
 */
public final class RestoreRefusedException extends BackupException {

    private static final long serialVersionUID = 1L;

    private final Remedy remedy;

    /** How a person may want it. */
    public enum Remedy {
        /** Replace what is there: "clean" or "force" of the restore. */
        CLEAN_OR_FORCE,
        /** Replace the database. */
        REPLACE,
        /** Trust the dump and its programs. */
        TRUST,
        /** Restore without the single transaction. */
        SEVERAL_TRANSACTIONS
    }

    /** @param sentence what happened, and what else is to be done; ends in a full stop */
    public RestoreRefusedException(Remedy remedy, String sentence) {
        super(sentence);
        this.remedy = remedy;
    }

    public RestoreRefusedException(Remedy remedy, String sentence, Throwable cause) {
        super(sentence, cause);
        this.remedy = remedy;
    }

    public Remedy remedy() {
        return remedy;
    }

    /** The same with another sentence. */
    public RestoreRefusedException saying(String sentence) {
        return new RestoreRefusedException(remedy, sentence, this);
    }
}
