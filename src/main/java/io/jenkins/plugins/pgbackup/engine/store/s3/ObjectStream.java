package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Reads one object from its first byte to its last, going on after a connection that broke. */
final class ObjectStream extends InputStream {

    /** Connections that may break in a row without a byte in between. */
    private static final int MAX_BREAKS = 5;

    private final StoredObject object;
    private final String etag;
    private final long size;

    private ResponseInputStream<GetObjectResponse> connection;
    private long position;
    private int breaks;

    private ObjectStream(StoredObject object, ResponseInputStream<GetObjectResponse> connection) {
        this.object = object;
        this.connection = connection;
        this.etag = connection.response().eTag();
        this.size = connection.response().contentLength();
    }

    /** @throws FileNotFoundException where there is no such object */
    static ObjectStream open(StoredObject object) throws IOException, InterruptedException {
        return new ObjectStream(object, get(object, 0, null));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position < size) {
            try {
                if (connection == null) {
                    connection = get(object, position, etag);
                }
                int n = connection.read(bytes, offset, length);
                if (n < 0) {
                    // Not every HTTP client notices an answer that is shorter than announced.
                    throw new EOFException();
                }
                position += n;
                breaks = 0;
                return n;
            } catch (BackupException | FileNotFoundException e) {
                throw e;
            } catch (IOException | SdkException e) {
                goOn(e);
            } catch (InterruptedException e) {
                throw S3Dumps.interrupted(e);
            }
        }
        return -1;
    }

    @Override
    public void close() {
        if (connection != null) {
            // Reading the rest only to use the connection again could mean gigabytes.
            connection.abort();
            connection = null;
        }
    }

    private void goOn(Exception broken) throws BackupException {
        close();
        breaks++;
        if (breaks >= MAX_BREAKS) {
            throw new BackupException(
                    object.uri() + " could not be read past byte " + position + ", because the connection broke "
                            + breaks + " times: check the network and try again.",
                    broken);
        }
    }

    private static ResponseInputStream<GetObjectResponse> get(StoredObject object, long from, String etag)
            throws IOException, InterruptedException {
        try {
            return S3Connection.attempt(() -> object.connection()
                    .client()
                    .getObject(get -> get.bucket(object.location().bucket())
                            .key(object.location().key(object.fileName()))
                            .range(from == 0 ? null : "bytes=" + from + "-")
                            .ifMatch(etag)));
        } catch (NoSuchKeyException e) {
            throw new FileNotFoundException(object.uri());
        } catch (SdkException e) {
            if (SdkFailure.isStatus(412, e)) {
                throw new BackupException(object.uri() + " was replaced while it was read: read it again.", e);
            }
            throw object.connection().failure(S3Action.READ, object.location().bucket(), object.uri(), e);
        }
    }
}
