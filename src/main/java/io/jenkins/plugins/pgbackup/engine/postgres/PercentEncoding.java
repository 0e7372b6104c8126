package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.function.IntPredicate;

/** Percent-encoding as libpq reads it: any byte but NUL, {@code +} is a plus sign, what needs no encoding may go without. */
final class PercentEncoding {

    private static final IntPredicate UNRESERVED = // RFC 3986, 2.3
            c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~".indexOf(c) >= 0;

    private PercentEncoding() {}

    /**
     * Decodes one part of a URL.
     *
     * @throws InvalidInputException if libpq would refuse the part, or where its bytes are not UTF-8
     */
    static String decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); ) {
            int percent = encoded.indexOf('%', i);
            int plainEnd = percent < 0 ? encoded.length() : percent;
            decoded.writeBytes(encoded.substring(i, plainEnd).getBytes(UTF_8));
            i = plainEnd;
            if (percent >= 0) {
                decoded.write(byteAt(encoded, percent + 1));
                i += 3;
            }
        }
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException("The URL has percent-encoded bytes that are not UTF-8:"
                    + " encode the UTF-8 form of each character, é as %C3%A9.");
        }
    }

    private static int byteAt(String encoded, int index) {
        int high = index + 1 < encoded.length() ? hexDigit(encoded.charAt(index)) : -1;
        int low = high < 0 ? -1 : hexDigit(encoded.charAt(index + 1));
        if (low < 0) {
            throw new InvalidInputException(
                    "The URL has a % that is not followed by two hexadecimal digits: write a % itself as %25.");
        }
        if (high == 0 && low == 0) {
            throw new InvalidInputException("The URL contains %00, which PostgreSQL takes nowhere: leave it out.");
        }
        return high << 4 | low;
    }

    private static int hexDigit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1; // Character.digit takes the digits of every script
    }

    /** Encodes to pure ASCII: nothing in the result means anything to a URL or depends on a locale. */
    static String encode(String text) {
        return encode(text, UNRESERVED);
    }

    /** Encodes what a URL needs encoded, but leaves the letters and digits of every script readable. */
    static String encodeReadably(String text) {
        return encode(text, UNRESERVED.or(Character::isLetterOrDigit));
    }

    private static String encode(String text, IntPredicate stays) {
        StringBuilder encoded = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (stays.test(c)) {
                encoded.appendCodePoint(c);
            } else {
                for (byte b : Character.toString(c).getBytes(UTF_8)) {
                    encoded.append('%').append(String.format("%02X", b));
                }
            }
        });
        return encoded.toString();
    }
}
