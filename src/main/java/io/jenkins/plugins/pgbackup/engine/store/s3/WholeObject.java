package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.Crc32;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * What a store says of an object that it made of our parts.
 *
 * @param crc32 the checksum of the parts' checksums, as computed from ours
 * @param etag the digest of the parts' digests, where the store's answers to the parts are such digests; it need not be
 *     the object's ETag (with aws:kms it is not)
 */
record WholeObject(long sizeBytes, String crc32, Optional<String> etag) {

    private static final Pattern MD5 = Pattern.compile("\"?([0-9a-f]{32})\"?");

    static WholeObject of(Receipt receipt) {
        List<StoredPart> parts = receipt.parts();
        return new WholeObject(
                receipt.sizeBytes(),
                Crc32.ofParts(parts.stream().map(StoredPart::crc32).toList()),
                etagOf(parts));
    }

    boolean sizeIs(HeadObjectResponse head) {
        return head.contentLength() == sizeBytes;
    }

    /**
     * Whether the store gives the kind of checksum that can be compared: not where it gives none or one of all the
     * bytes.
     */
    boolean isComparable(HeadObjectResponse head) {
        return head.checksumCRC32() != null && head.checksumCRC32().indexOf('-') > 0;
    }

    boolean checksumIs(HeadObjectResponse head) {
        return crc32.equals(head.checksumCRC32());
    }

    /** Whether that object cannot well be another: for the answer to {@code CompleteMultipartUpload} that got lost. */
    boolean is(HeadObjectResponse head) {
        if (!sizeIs(head)) {
            return false;
        }
        return isComparable(head)
                ? checksumIs(head)
                : etag.filter(head.eTag()::equals).isPresent();
    }

    private static Optional<String> etagOf(List<StoredPart> parts) {
        MessageDigest digest = md5();
        for (StoredPart part : parts) {
            var md5 = MD5.matcher(part.etag());
            if (!md5.matches()) {
                return Optional.empty();
            }
            digest.update(HexFormat.of().parseHex(md5.group(1)));
        }
        return Optional.of('"' + HexFormat.of().formatHex(digest.digest()) + '-' + parts.size() + '"');
    }

    /** Recognizes an ETag, and protects nothing. */
    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
