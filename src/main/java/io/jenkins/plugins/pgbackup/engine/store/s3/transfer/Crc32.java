package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;

/** CRC-32 as S3 writes it: "Checking object integrity" of the Amazon S3 User Guide. */
public final class Crc32 {

    private Crc32() {}

    /** The base64 of its four bytes, the highest first. */
    public static String text(CRC32 crc) {
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    /** Whether a text is one that {@link #text} can have written. */
    public static boolean isText(String text) {
        try {
            return text.length() == 8 && Base64.getDecoder().decode(text).length == 4;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * What S3 gives as the checksum of an object made of these parts: the checksum of their checksums, and how many.
     */
    public static String ofParts(List<String> texts) {
        CRC32 crc = new CRC32();
        texts.forEach(text -> crc.update(Base64.getDecoder().decode(text)));
        return text(crc) + '-' + texts.size();
    }
}
