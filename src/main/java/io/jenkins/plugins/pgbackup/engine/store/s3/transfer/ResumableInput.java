package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one object from its first byte to its last. A connection that broke is followed by another one that goes on from there,
 * signed anew; the object's ETag tells that it is still the same one.
 */
final class ResumableInput extends InputStream {

    private static final int WHOLE = 200;
    private static final int PART = 206;
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;

    /** RFC 9110, 14.4. */
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d+/(\\d{1,18}|\\*)");

    /** S3's errors are shorter; what is longer is a web page. */
    private static final int LONGEST_ERROR_BYTES = 64 * 1024;

    private final ObjectSource source;
    private final HttpClient http;
    private final Attempts attempts;

    /** The connection, or {@code null} if it broke. */
    private ArrivingBody body;

    private long position;

    /** The object's size as it was announced, or else expected; -1 if it is not known. */
    private long size;

    /** The object's ETag, or {@code null} as long as the store has told none. */
    private String etag;

    private boolean ended;

    ResumableInput(ObjectSource source) throws IOException {
        this.source = source;
        this.http = SharedClients.of(source.route(), source.retryPolicy());
        this.attempts = new Attempts(source.retryPolicy());
        this.size = source.sizeBytes();
        // Whether there is such an object is known from here on.
        this.ended = read(new byte[0], 0, 0) < 0;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** Waits for the connection also if no byte is requested. */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            while (!ended) {
                try {
                    return readOnce(bytes, offset, length);
                } catch (FailedAttempt e) {
                    close();
                    // It may have broken behind the last byte.
                    ended = position > 0 && position == size;
                    if (!ended) {
                        attempts.failed(failure(), e.orElse(source.hostAdvice()));
                    }
                }
            }
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException().initCause(e);
        }
    }

    /** Drops the connection: reading the rest only to use it again could mean gigabytes. */
    @Override
    public void close() {
        if (body != null) {
            body.close();
            body = null;
        }
    }

    private int readOnce(byte[] bytes, int offset, int length) throws IOException, InterruptedException {
        URI url = body == null ? signed() : body.uri();
        try {
            if (body == null) {
                connect(url);
            }
            int read = body.read(bytes, offset, length);
            if (read > 0) {
                position += read;
                attempts.reset();
            } else if (read < 0) {
                if (position < body.end()) {
                    throw new EOFException();
                }
                close();
                ended = true;
            }
            return read;
        } catch (FailedAttempt | InterruptedIOException e) {
            throw e;
        } catch (BackupException | FileNotFoundException e) {
            close();
            throw e;
        } catch (IOException e) {
            throw FailedAttempt.of(e, url, source.route());
        }
    }

    private void connect(URI url) throws IOException, InterruptedException {
        HttpRequest.Builder request = source.route().request(url);
        if (position > 0) {
            request.header("Range", "bytes=" + position + "-");
        }
        if (etag != null) {
            request.header("If-Match", etag);
        }
        body = ArrivingBody.of(http, request.build(), source.retryPolicy().stallLimit());
        Optional<String> found = body.header("ETag").filter(StoredPart::isEtag);
        switch (body.status()) {
            case WHOLE -> {
                body.endAt(body.header("Content-Length").map(Long::parseLong).orElse(-1L));
                requireSame(found);
                body.skipNBytes(position);
            }
            case PART -> {
                Matcher range =
                        CONTENT_RANGE.matcher(body.header("Content-Range").orElse(""));
                if (!range.matches() || Long.parseLong(range.group(1)) != position) {
                    throw FailedAttempt.of(url.getHost() + " does not answer as S3 does: check the endpoint");
                }
                body.endAt(range.group(2).equals("*") ? -1 : Long.parseLong(range.group(2)));
                requireSame(found);
            }
            case PRECONDITION_FAILED -> throw replaced();
            default -> throw refused(url);
        }
        etag = etag == null ? found.orElse(null) : etag;
        size = body.end() < 0 ? size : body.end();
    }

    /** Also for a store that does not know If-Match. */
    private void requireSame(Optional<String> found) throws BackupException {
        if (etag != null && found.isPresent() && !found.get().equals(etag)) {
            throw replaced();
        }
    }

    private BackupException replaced() {
        return new BackupException(source.uri() + " was replaced while it was read: read it again.");
    }

    private IOException refused(URI url) throws IOException {
        String text = new String(body.readNBytes(LONGEST_ERROR_BYTES), StandardCharsets.UTF_8);
        S3Error error = S3Error.read(
                body.status(), text, body.header("x-amz-bucket-region").orElse(""));
        if (source.action() == S3Action.READ
                && error.status() == NOT_FOUND
                && error.code().equals("NoSuchKey")) {
            return new FileNotFoundException(source.uri());
        }
        return FailedAttempt.of(
                error, source.action().permissions(), source.route().proxyFor(url));
    }

    private String failure() {
        return source.uri() + " could not be " + source.action().done()
                + (position > 0 ? " past byte " + position : "");
    }

    private URI signed() throws BackupException, InterruptedException {
        try {
            return URI.create(source.signer().call(""));
        } catch (BackupException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new BackupException(
                    "The reading of " + source.uri() + " could not be signed, because the side that holds the AWS"
                            + " credentials does not answer: check the connection to it.",
                    e);
        }
    }
}
