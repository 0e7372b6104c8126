package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

/** How often the same is worth trying again. */
enum Retry {
    NEVER,
    ONCE,
    ALWAYS;

    /** What may help after S3 refused a signed request. */
    static Retry after(S3Error error) {
        // Once more where it is denied: it may be only the signature, or the token in it, that is too old.
        return error.isPassing() ? ALWAYS : error.isDenied() ? ONCE : NEVER;
    }
}
