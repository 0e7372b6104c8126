package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * What S3 has and not every store that speaks its language. A store that refuses it, instead of ignoring the header as most
 * do, is requested again without.
 */
public enum StoreFeature {

    /** The headers {@code x-amz-checksum-*}: whether an object, or a part of one, has arrived as it was sent. */
    CHECKSUMS(Set.of("NotImplemented", "InvalidArgument", "InvalidRequest"), "checksum"),

    /**
     * {@code If-None-Match} with {@code CompleteMultipartUpload}. Its loss opens a gap, so what a store says of other arguments
     * is no refusal of this one.
     */
    CONDITIONAL_WRITES(Set.of("NotImplemented"), "if-none-match|conditional|precondition header");

    private static final int BAD_REQUEST = 400;
    private static final int NOT_IMPLEMENTED = 501;

    private final Set<String> codes;
    private final Pattern words;

    /**
     * @param codes with which a store refuses it without naming it
     * @param words with which a store names it, whatever the code
     */
    StoreFeature(Set<String> codes, String words) {
        this.codes = codes;
        this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE);
    }

    /**
     * Whether a request that used the feature may have been refused because of it. S3's own answer to a header that it does not
     * know is 501 NotImplemented ("List of error codes" of the Amazon S3 API Reference); other stores answer 400.
     */
    public boolean isRefused(S3Error error) {
        // Bytes that arrived as others are answered with words about checksums, too.
        return error.status() == NOT_IMPLEMENTED
                || error.status() == BAD_REQUEST
                        && !error.isPassing()
                        && (codes.contains(error.code())
                                || words.matcher(error.message()).find());
    }

    /** The same for an answer to HEAD, which has no words. */
    public boolean isRefusedWithoutWords(S3Error error) {
        return isRefused(error) || error.status() == BAD_REQUEST && error.code().isEmpty();
    }
}
