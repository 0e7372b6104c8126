package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;

/** Adds up the data of one table. */
final class TableTally {

    private final String schema;
    private final String name;
    private long rows;
    private long bytes;
    private boolean hasInserts;

    TableTally(String schema, String name) {
        this.schema = schema;
        this.name = name;
    }

    void addRows(long moreRows, long moreBytes) {
        rows += moreRows;
        bytes += moreBytes;
    }

    void addInserts(long moreBytes) {
        hasInserts = true;
        bytes += moreBytes;
    }

    boolean hasInserts() {
        return hasInserts;
    }

    DumpedTable table() {
        return new DumpedTable(schema, name, hasInserts ? null : rows, bytes);
    }
}
