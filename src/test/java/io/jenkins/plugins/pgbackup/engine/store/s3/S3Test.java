package io.jenkins.plugins.pgbackup.engine.store.s3;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test with a bucket of its own for each of its methods. */
public abstract class S3Test {

    public S3TestBed s3;

    @BeforeEach
    void connect() throws Exception {
        s3 = new S3TestBed();
    }

    @AfterEach
    void disconnect() throws Exception {
        s3.close();
    }
}
