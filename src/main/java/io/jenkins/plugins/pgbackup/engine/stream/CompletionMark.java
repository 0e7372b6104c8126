package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Watches a raw dump go by for the mark that {@code pg_dump} writes when it has written everything else.
 *
 * <p>A plain dump ends with a comment, but not in its last line: releases since August 2025 write psql's meta-command
 * {@code unrestrict} behind it. A tar archive ends with two blocks of zeros (POSIX, pax), and on one that does not,
 * {@code pg_restore} waits for ever. The custom format has no mark; {@code pg_restore} sees where it is cut off. It is never
 * empty, though, and on a full disk {@code pg_dump} may leave it so and exit with 0.
 */
final class CompletionMark {

    /** Longer than any of the marks with everything that follows it. */
    private static final int TAIL_BYTES = 1024;

    private static final Pattern PLAIN = Pattern.compile(
            "(^|\\n)--\\r?\\n-- PostgreSQL database dump complete\\r?\\n--\\s*(\\\\unrestrict \\w+\\s*)?$");

    private static final Pattern TAR = Pattern.compile("\\x00{" + TAIL_BYTES + "}");

    private final Predicate<String> mark;
    private final byte[] tail = new byte[TAIL_BYTES];
    private int filled;

    /** Watches for the mark of a format. */
    public CompletionMark(DumpFormat format) {
        mark = switch (format) {
            case PLAIN -> PLAIN.asPredicate();
            case TAR -> TAR.asPredicate();
            case CUSTOM -> bytes -> !bytes.isEmpty();
        };
    }

    /** Takes the next bytes of the dump. */
    public void watch(byte[] bytes, int length) {
        int taken = Math.min(length, TAIL_BYTES);
        int kept = Math.min(filled, TAIL_BYTES - taken);
        System.arraycopy(tail, filled - kept, tail, 0, kept);
        System.arraycopy(bytes, length - taken, tail, kept, taken);
        filled = kept + taken;
    }

    /** Whether the bytes so far end with the mark. */
    boolean isMarked() {
        return mark.test(new String(tail, 0, filled, StandardCharsets.ISO_8859_1));
    }
}
