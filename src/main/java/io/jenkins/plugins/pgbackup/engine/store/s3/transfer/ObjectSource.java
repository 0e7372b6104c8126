package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.machine.LineService;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import java.io.IOException;
import java.io.InputStream;

/**
 * An object, read over presigned URLs by a machine that has no key.
 *
 * @param sizeBytes how many bytes are expected, or -1
 * @param action what it is read for: decides the sentence and the permissions that are named in it
 * @param hostAdvice what else helps if the server does not go by the name of its host: the end of a sentence, or nothing
 * @param signer answers each request with a presigned URL of the object, which is valid for a few minutes. The URL is enough to
 *     read the dump, so it is shown nowhere
 * @param retryPolicy of the machine with the store
 * @param route of the machine to the store, but for what its own JVM says of it
 */
public record ObjectSource(
        String uri,
        long sizeBytes,
        S3Action action,
        String hostAdvice,
        LineService signer,
        PartRetryPolicy retryPolicy,
        HttpRoute route)
        implements DumpSource {

    private static final long serialVersionUID = 1L;

    @Override
    public InputStream open() throws IOException {
        return new ResumableInput(this);
    }

    @Override
    public ObjectSource exportedTo(Machine machine) {
        return new ObjectSource(
                uri, sizeBytes, action, hostAdvice, machine.exportLineService(signer), retryPolicy, route);
    }

    /** Without the signer, which may be far away. */
    @Override
    public String toString() {
        return "ObjectSource[uri=" + uri + "]";
    }
}
