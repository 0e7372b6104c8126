package io.jenkins.plugins.pgbackup.engine.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a plain dump is on its way to {@code psql}: the bytes that {@code pg_dump} wrote, but for a few lines at its head and its
 * end.
 *
 * <p>{@code psql} runs the commands that begin with a backslash, and {@code \!} runs a program. It takes none of them after
 * {@code \restrict} with a key, until the counterpart {@code unrestrict} names that key (psql, Meta-Commands). {@code pg_dump}
 * writes both into its dumps with a key of its own, which the forger of a dump knows. So those two lines are left out, and the
 * dump is read under a key that is not in it. {@code psql} 15.18 still runs what stands in backticks behind
 * {@code unrestrict}, before it compares the key. So a dump is not passed on from where it holds that command elsewhere than
 * at its end.
 *
 * @param leftOut beginnings of statements that are left out where they stand at the head, before all data and code
 * @param restrictionLeftOut whether the dump's own {@code \restrict} at its head, and its counterpart at its end, are left out
 * @param unrestrictRefused whether the dump is not passed on from where it could end a restriction
 */
public record PsqlScript(Set<String> leftOut, boolean restrictionLeftOut, boolean unrestrictRefused)
        implements Serializable {

    static final String CREATE_PUBLIC_SCHEMA = "CREATE SCHEMA public;";

    /** What every new database has. Another comment stays. */
    static final String COMMENT_ON_PUBLIC_SCHEMA = "COMMENT ON SCHEMA public IS 'standard public schema';";

    private static final String OWNER_OF_PUBLIC_SCHEMA = "ALTER SCHEMA public OWNER TO ";

    /**
     * What creates the schema {@code public}. {@code pg_dump --schema=public} writes it, though every new database has that
     * schema; in a dump of the whole database it counts on that. The owner is left out behind the creation only.
     */
    public static final Set<String> PUBLIC_SCHEMA =
            Set.of(CREATE_PUBLIC_SCHEMA, OWNER_OF_PUBLIC_SCHEMA, COMMENT_ON_PUBLIC_SCHEMA);

    /** What {@code pg_dump} writes from 17 on, and older servers do not know; 0 is what it is there. */
    public static final String TRANSACTION_TIMEOUT = "SET transaction_timeout = 0;";

    public PsqlScript {
        leftOut = Set.copyOf(leftOut);
    }

    /** Lets the bytes of one dump through; closing that at their end leaves the other open. */
    Filter to(OutputStream psql) {
        return new Filter(psql);
    }

    final class Filter extends OutputStream {

        /** Longer than what a dump ends with. */
        private static final int TAIL_BYTES = 1024;

        private static final int LONGEST_LINE_OF_HEAD = 4096;

        private static final String NAME = "(?:[a-z_][a-z0-9_$]*|\"(?:[^\"\\\\]|\"\")+\")";

        /** Each is complete in its line, so nothing behind it is a part of it. */
        private static final Pattern HEAD =
                Pattern.compile("|--[^\\r]*|\\\\restrict \\w+|SET \\w+ = (?:[\\w.-]+|'[\\w .,-]*');"
                        + "|SELECT pg_catalog\\.set_config\\('search_path', '', false\\);"
                        + "|CREATE SCHEMA " + NAME + ";|ALTER SCHEMA " + NAME + " OWNER TO " + NAME + ";"
                        + "|COMMENT ON SCHEMA " + NAME + " IS '(?:[^'\\\\]|'')*';");

        private static final Pattern RESTRICT = Pattern.compile("\\\\restrict (\\w+)");

        private final OutputStream psql;
        private final UnrestrictSearch search = new UnrestrictSearch();
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final byte[] tail = new byte[2 * TAIL_BYTES];
        private int filled;
        private boolean inHead = true;
        private boolean createsPublicSchema;
        private String key;

        private Filter(OutputStream psql) {
            this.psql = psql;
        }

        /** Whether the rest of the dump is not passed on. */
        boolean isRefused() {
            return unrestrictRefused && search.hasFound();
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int from = offset;
            int end = offset + length;
            while (inHead && from < end) {
                byte octet = bytes[from++];
                line.write(octet);
                if (octet == '\n' || line.size() > LONGEST_LINE_OF_HEAD) {
                    endLineOfHead();
                }
            }
            hold(bytes, from, end - from);
        }

        @Override
        public void flush() throws IOException {
            psql.flush();
        }

        @Override
        public void close() throws IOException {
            if (inHead) {
                endLineOfHead();
            }
            String end = new String(tail, 0, filled, StandardCharsets.ISO_8859_1);
            Matcher unrestrict =
                    Pattern.compile("(^|\\n)\\\\unrestrict " + key + "\\s*$").matcher(end);
            pass(tail, 0, key != null && unrestrict.find() ? unrestrict.end(1) : filled);
            filled = 0;
        }

        private void endLineOfHead() throws IOException {
            byte[] bytes = line.toByteArray();
            line.reset();
            String text = new String(bytes, StandardCharsets.ISO_8859_1).stripTrailing();
            Matcher restrict = RESTRICT.matcher(text);
            if (restrictionLeftOut && key == null && restrict.matches()) {
                key = restrict.group(1);
                return;
            }
            inHead = HEAD.matcher(text).matches();
            if (!inHead || !isLeftOut(text)) {
                hold(bytes, 0, bytes.length);
            }
        }

        private boolean isLeftOut(String statement) {
            createsPublicSchema |= statement.equals(CREATE_PUBLIC_SCHEMA);
            return leftOut.stream().anyMatch(statement::startsWith)
                    && (createsPublicSchema || !statement.startsWith(OWNER_OF_PUBLIC_SCHEMA));
        }

        /** Keeps the last bytes, which may be the end. */
        private void hold(byte[] bytes, int offset, int length) throws IOException {
            if (filled + length <= tail.length) {
                System.arraycopy(bytes, offset, tail, filled, length);
                filled += length;
                return;
            }
            int kept = Math.min(length, TAIL_BYTES);
            int keptOfTail = TAIL_BYTES - kept;
            pass(tail, 0, filled - keptOfTail);
            System.arraycopy(tail, filled - keptOfTail, tail, 0, keptOfTail);
            pass(bytes, offset, length - kept);
            System.arraycopy(bytes, offset + length - kept, tail, keptOfTail, kept);
            filled = TAIL_BYTES;
        }

        private void pass(byte[] bytes, int offset, int length) throws IOException {
            if (unrestrictRefused) {
                search.watch(bytes, offset, length);
            }
            if (!isRefused()) {
                psql.write(bytes, offset, length);
            }
        }
    }

    /**
     * Looks for {@code unrestrict} behind a backslash. The data of {@code COPY} has two backslashes for one, and as a command
     * {@code psql} would stop at the first of two. But that may also be the second byte of a character (Shift JIS, Big5,
     * GBK), so two that follow a byte beyond ASCII are found, too.
     */
    private static final class UnrestrictSearch {

        private static final byte[] COMMAND = "unrestrict".getBytes(StandardCharsets.US_ASCII);

        private byte last;
        private boolean beyondAscii;
        private boolean suspect;
        private int matched = COMMAND.length;
        private boolean found;

        boolean hasFound() {
            return found;
        }

        void watch(byte[] bytes, int offset, int length) {
            for (int i = offset; i < offset + length && !found; i++) {
                byte octet = bytes[i];
                if (octet == '\\') {
                    beyondAscii = last == '\\' ? beyondAscii : last < 0;
                    suspect = last != '\\' || beyondAscii;
                    matched = 0;
                } else if (matched < COMMAND.length) {
                    matched = octet == COMMAND[matched] ? matched + 1 : COMMAND.length + 1;
                    found = suspect && matched == COMMAND.length;
                }
                last = octet;
            }
        }
    }
}
