package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.nio.charset.StandardCharsets;

/**
 * What an object may be called: "Naming Amazon S3 objects" of the Amazon S3 User Guide, and nothing that a path, a URL
 * or the XML of a listing would change or lose.
 */
final class KeyRules {

    /** Bytes of UTF-8, from the same page. */
    static final int MAX_KEY_BYTES = 1024;

    private KeyRules() {}

    static void checkPrefix(String prefix) {
        checkCharacters(prefix, "The S3 prefix");
        for (String segment : prefix.split("/", -1)) {
            if (segment.isEmpty()) {
                throw new InvalidInputException("The S3 prefix has an empty segment:"
                        + " write it as a/b, without a slash first and without two in a row.");
            }
            if (isDots(segment)) {
                throw new InvalidInputException("The S3 prefix has a segment \"" + segment
                        + "\": S3 has no directories, write the prefix out.");
            }
        }
        checkLength(prefix + '/');
    }

    static void checkFileName(String fileName) {
        if (fileName.isEmpty()) {
            throw new InvalidInputException("The file name is empty: name the file that S3 is to keep.");
        }
        checkCharacters(fileName, "The file name");
        if (fileName.indexOf('/') >= 0) {
            throw new InvalidInputException("The file name has a slash: directories go into the destination's prefix.");
        }
        if (isDots(fileName)) {
            throw new InvalidInputException("The file name is \"" + fileName + "\": name a file.");
        }
    }

    static void checkLength(String key) {
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_KEY_BYTES) {
            throw new InvalidInputException("Prefix and file name have " + bytes + " bytes together, and S3 takes "
                    + MAX_KEY_BYTES + ": shorten one of them.");
        }
    }

    private static boolean isDots(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    private static void checkCharacters(String text, String what) {
        if (text.codePoints().anyMatch(KeyRules::isUnwritable)) {
            throw new InvalidInputException(
                    what + " has a control character or another that cannot be written in XML: remove it.");
        }
    }

    private static boolean isUnwritable(int codePoint) {
        return Character.isISOControl(codePoint)
                || Character.getType(codePoint) == Character.SURROGATE
                || (codePoint & 0xFFFE) == 0xFFFE;
    }
}
