package io.jenkins.plugins.pgbackup.engine.filter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Compression with gzip.
 *
 * @param level 1 to 9; reading needs none
 */
public record GzipFilter(int level) implements StreamFilter {

    private static final int BUFFER_BYTES = 128 * 1024;

    @Override
    public String suffix() {
        return ".gz";
    }

    @Override
    public Optional<String> undoCommand() {
        return Optional.of("gzip -dc");
    }

    @Override
    public OutputStream wrap(OutputStream stored) throws IOException {
        return new Gzip(stored, level);
    }

    @Override
    public InputStream unwrap(InputStream stored) throws IOException {
        return new GZIPInputStream(stored, BUFFER_BYTES);
    }

    private static final class Gzip extends GZIPOutputStream {

        Gzip(OutputStream out, int level) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(level);
        }
    }
}
