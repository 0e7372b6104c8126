package io.jenkins.plugins.pgbackup.engine.store.s3;

import software.amazon.awssdk.core.exception.SdkClientException;

/** There are no AWS credentials; {@link #because} says why, in the words of whatever should have given them. */
final class CredentialsException extends SdkClientException {

    private static final long serialVersionUID = 1L;

    private final String because;

    /** @param because the second half of a sentence, after "because", without the full stop */
    CredentialsException(String because, Throwable cause) {
        super(SdkClientException.builder().message(because).cause(cause));
        this.because = because;
    }

    String because() {
        return because;
    }
}
