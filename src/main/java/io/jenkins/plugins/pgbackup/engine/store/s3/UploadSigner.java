package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.Crc32;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartPlan;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartSigner;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.SignedPart;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Signs the parts of one upload while it is open, and nothing else: the request may come from an agent that is not to be
 * trusted.
 */
final class UploadSigner implements PartSigner {

    /** A signature is used at once; this leaves room for clocks that differ. S3 looks only when the request arrives. */
    private static final Duration VALIDITY = Duration.ofMinutes(15);

    /** What an HTTP client sends by itself, and java.net.http lets no caller set. */
    private static final Set<String> SENT_ANYWAY = Set.of("host", "content-length");

    private final S3Connection connection;
    private final StartedUpload upload;
    private final PartPlan plan;
    private final boolean checksums;
    private volatile boolean closed;

    /** @param checksums whether the store takes a part with a checksum */
    UploadSigner(S3Connection connection, StartedUpload upload, PartPlan plan, boolean checksums) {
        this.connection = connection;
        this.upload = upload;
        this.plan = plan;
        this.checksums = checksums;
    }

    StartedUpload upload() {
        return upload;
    }

    PartPlan plan() {
        return plan;
    }

    @Override
    public SignedPart sign(int number, long sizeBytes, String crc32) throws BackupException, InterruptedException {
        if (closed) {
            throw new BackupException("The upload of " + upload.uri() + " has ended: no further part is signed.");
        }
        boolean checked = !crc32.equals(NO_CHECKSUM);
        if (!plan.allows(number, sizeBytes) || checked && !Crc32.isText(crc32)) {
            throw new BackupException("Part " + number + " with " + sizeBytes
                    + " bytes does not belong to the upload of " + upload.uri() + ": start the backup again.");
        }
        UploadPartRequest part = UploadPartRequest.builder()
                .bucket(upload.bucket())
                .key(upload.key())
                .uploadId(upload.id())
                .partNumber(number)
                .contentLength(sizeBytes)
                .checksumCRC32(checksums && checked ? crc32 : null)
                .build();
        return connection.call(
                S3Action.SIGN,
                upload.bucket(),
                upload.uri(),
                () -> signed(connection
                        .presigner()
                        .presignUploadPart(
                                presign -> presign.signatureDuration(VALIDITY).uploadPartRequest(part))));
    }

    /** Signs nothing any more. */
    @Override
    public void close() {
        closed = true;
    }

    private static SignedPart signed(PresignedRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, List<String>> header : request.signedHeaders().entrySet()) {
            if (!SENT_ANYWAY.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                headers.put(header.getKey(), String.join(",", header.getValue()));
            }
        }
        return new SignedPart(URI.create(request.url().toString()), headers);
    }
}
