package io.jenkins.plugins.pgbackup.engine.postgres;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is in a dump, as far as its own bytes tell.
 *
 * @param tables those whose data is in it, in the dump's order; empty if they could not be counted
 * @param extensions those that it creates, in the dump's order; empty if the tables could not be counted
 * @param gap why tables or rows are missing, or {@code null} if nothing is
 */
public record DumpContents(List<DumpedTable> tables, List<String> extensions, Gap gap) implements Serializable {

    /** More are not counted, to limit what a machine returns and what a manifest holds. */
    public static final int MOST_TABLES = 50_000;

    /** A limit for what a machine returns: PostgreSQL itself has about fifty. */
    public static final int MOST_EXTENSIONS = 5_000;

    /** Why tables or rows are missing. */
    public enum Gap {
        INSERTS("the dump has INSERT statements, whose rows are not counted"),
        MANY_TABLES(
                String.format(Locale.ROOT, "the dump has more than %,d tables, of which none is counted", MOST_TABLES)),
        NAMES("the name of a table is in an encoding that cannot be read here"),
        VERSION("the dump's version of the archive format is not known here"),
        COMPRESSION("the dump is compressed inside in a way that cannot be read here"),
        UNEXPECTED("the dump is not as its format is known here");

        private final String reason;

        Gap(String reason) {
            this.reason = reason;
        }

        /** A clause for people. */
        public String reason() {
            return reason;
        }

        /** Whether only rows are missing. */
        private boolean hasTables() {
            return this == INSERTS;
        }
    }

    public DumpContents {
        if (tables.size() > MOST_TABLES) {
            throw new IllegalArgumentException("too many tables: " + tables.size());
        }
        tables = List.copyOf(tables);
        if (extensions.size() > MOST_EXTENSIONS) {
            throw new IllegalArgumentException("too many extensions: " + extensions.size());
        }
        extensions = List.copyOf(extensions);
        for (Object extension : (List<?>) extensions) {
            if (!(extension instanceof String name) || !DumpedTable.isName(name)) {
                throw new IllegalArgumentException("not the name of an extension");
            }
        }
        if (gap != null && !gap.hasTables() && !(tables.isEmpty() && extensions.isEmpty())) {
            throw new IllegalArgumentException("contents that could not be read");
        }
        long rows = 0;
        for (DumpedTable table : tables) {
            // A list that was deserialized may hold anything; here its elements are seen to be tables.
            if (table.rows() == null && gap == null) {
                throw new IllegalArgumentException("no number of rows");
            }
            rows = Math.addExact(rows, table.rows() == null ? 0 : table.rows());
        }
    }

    /** They could not be read, for this reason. */
    public static DumpContents unknown(Gap gap) {
        return new DumpContents(List.of(), List.of(), gap);
    }

    /** The same; empty if it is not known what is in the dump. */
    public Optional<DumpContents> known() {
        return gap == null || gap.hasTables() ? Optional.of(this) : Optional.empty();
    }
}
