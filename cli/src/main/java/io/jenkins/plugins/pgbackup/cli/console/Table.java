package io.jenkins.plugins.pgbackup.cli.console;

import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of equally many cells, the first of them the heading. */
record Table(List<List<String>> rows) {

    private static final String GAP = "  ";

    /** In code points: longer than a file's name has to be, and a name that is longer leaves room for its neighbours. */
    private static final int LONGEST_CELL = 200;

    Table {
        rows = rows.stream()
                .map(row -> row.stream()
                        .map(cell -> PrintableLine.of(cell, LONGEST_CELL))
                        .toList())
                .toList();
    }

    /** Each column as wide as its widest cell. */
    List<String> lines() {
        int[] widths = IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream()
                        .mapToInt(row -> width(row.get(column)))
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        return IntStream.range(0, row.size())
                .mapToObj(column -> row.get(column) + " ".repeat(widths[column] - width(row.get(column))))
                .collect(Collectors.joining(GAP))
                .stripTrailing();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
