package io.jenkins.plugins.pgbackup.engine.failure;

import io.jenkins.plugins.pgbackup.engine.Restore;

/**
 * A restore was refused, or did not come to its end, which a person may want otherwise. Each door knows in which of its words
 * that is said.
 */
public final class RestoreRefusedException extends BackupException {

    private static final long serialVersionUID = 1L;

    private final Remedy remedy;

    /** How a person may want it. */
    public enum Remedy {
        /** {@link Restore.Options#clean} or {@link Restore.Options#force}. */
        CLEAN_OR_FORCE,
        /** {@link Restore.Options#trust}. */
        TRUST,
        /** Not {@link Restore.Options#singleTransaction}. */
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
