package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

/** An action of S3, in the words of a sentence, and the permissions it takes. */
public enum S3Action {
    FIND("looked for", "s3:GetObject on the objects and s3:ListBucket on the bucket"),
    START(
            "opened for writing",
            "s3:PutObject (s3:PutObjectTagging for tags, kms:GenerateDataKey and kms:Decrypt for aws:kms)"),
    SIGN("written", "s3:PutObject"),
    COMMIT("committed", "s3:PutObject (kms:Decrypt for aws:kms)"),
    ABORT("withdrawn", "s3:AbortMultipartUpload"),
    DELETE("removed again", "s3:DeleteObject"),
    REMOVE("removed", "s3:DeleteObject"),
    MARK(
            "marked as one that is being removed",
            "s3:PutObject (s3:PutObjectTagging for tags, kms:GenerateDataKey for aws:kms)"),
    WRITE("written", "s3:PutObject (s3:PutObjectTagging for tags, kms:GenerateDataKey for aws:kms)"),
    LIST("listed", "s3:ListBucket on the bucket"),
    READ("read", S3Action.TO_READ),
    READ_BACK("read back", S3Action.TO_READ + " and, where the bucket keeps versions, s3:GetObjectVersion");

    private static final String TO_READ = "s3:GetObject (kms:Decrypt for aws:kms)";

    private final String done;
    private final String permissions;

    S3Action(String done, String permissions) {
        this.done = done;
        this.permissions = permissions;
    }

    /** For "could not be …". */
    public String done() {
        return done;
    }

    public String permissions() {
        return permissions;
    }

    /** Whether the request says how the object is to be kept. */
    public boolean makesObject() {
        return this == START || this == WRITE || this == MARK;
    }
}
