package io.jenkins.plugins.pgbackup.engine.store;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Takes the stored bytes of one dump, in order.
 *
 * <p>{@link #finish} is the only good end. {@link #close()} without it drops what was written as far as that can be done
 * from here, and returns only when nothing of the sink is at work any more.
 */
public abstract class DumpSink extends OutputStream {

    /** Waits until every byte is where it belongs and durable. */
    public abstract Receipt finish() throws IOException, InterruptedException;

    @Override
    public abstract void close() throws IOException;
}
