package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** One request that failed: why, and how often the same is worth trying again. */
final class FailedAttempt extends IOException {

    private static final long serialVersionUID = 1L;

    /** How often the same is worth trying again. */
    private enum Retry {
        NEVER,
        ONCE,
        ALWAYS
    }

    private final Retry retry;

    /** What S3 answered, or {@code null}. */
    private final transient S3Error error;

    /** @param because the second half of a sentence, without the full stop */
    private FailedAttempt(Retry retry, String because, S3Error error, Throwable cause) {
        super(because, cause);
        this.retry = retry;
        this.error = error;
    }

    /** The network failed. */
    static FailedAttempt of(IOException broken, URI url, HttpRoute route) {
        return new FailedAttempt(
                S3Failure.isLasting(broken) ? Retry.NEVER : Retry.ALWAYS,
                S3Failure.because(broken, url.getHost(), route.proxyFor(url)),
                null,
                broken);
    }

    /**
     * S3 refused a signed request.
     *
     * @param permissions what the credentials need for it
     * @param proxy of the request
     */
    static FailedAttempt of(S3Error error, String permissions, Optional<HttpProxy> proxy) {
        // Once more where it is denied: it may be only the signature, or the token in it, that is too old.
        return new FailedAttempt(
                error.isPassing() ? Retry.ALWAYS : error.isDenied() ? Retry.ONCE : Retry.NEVER,
                S3Failure.because(error, permissions, List.of(), proxy),
                error,
                null);
    }

    /** The answer is not what S3 answers. */
    static FailedAttempt of(String because) {
        return new FailedAttempt(Retry.ALWAYS, because, null, null);
    }

    /** The same with what else helps if the server does not go by the name of its host. */
    FailedAttempt orElse(String advice) {
        return S3Failure.mayBeTheHostName(error, getCause())
                ? new FailedAttempt(retry, getMessage() + advice, error, getCause())
                : this;
    }

    boolean isLasting() {
        return retry == Retry.NEVER;
    }

    boolean isDenial() {
        return retry == Retry.ONCE;
    }

    /** Whether S3 refused what the request used of a feature. */
    boolean isRefusal(StoreFeature feature) {
        return error != null && feature.isRefused(error);
    }
}
