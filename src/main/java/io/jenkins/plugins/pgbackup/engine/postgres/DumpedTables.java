package io.jenkins.plugins.pgbackup.engine.postgres;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The tables whose data is in a dump, counted from the dump's own bytes.
 *
 * @param tables in the dump's order; empty if they could not be counted
 * @param gap why tables or rows are missing, or {@code null} if nothing is
 */
public record DumpedTables(List<DumpedTable> tables, Gap gap) implements Serializable {

    /** More are not counted, to limit what a machine returns and what a manifest holds. */
    public static final int MOST_TABLES = 50_000;

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

    public DumpedTables {
        if (tables.size() > MOST_TABLES) {
            throw new IllegalArgumentException("too many tables: " + tables.size());
        }
        tables = List.copyOf(tables);
        if (gap != null && !gap.hasTables() && !tables.isEmpty()) {
            throw new IllegalArgumentException("tables that could not be counted");
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

    /** None were counted, for this reason. */
    public static DumpedTables none(Gap gap) {
        return new DumpedTables(List.of(), gap);
    }

    /** The tables; empty if it is not known which there are. */
    public Optional<List<DumpedTable>> known() {
        return gap == null || gap.hasTables() ? Optional.of(tables) : Optional.empty();
    }
}
