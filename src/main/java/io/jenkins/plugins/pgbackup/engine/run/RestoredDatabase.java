package io.jenkins.plugins.pgbackup.engine.run;

import static java.util.stream.Collectors.joining;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport.Result;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.Query;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A database that was restored, and what is checked in it. All that is queried is queried by the user of the URL.
 *
 * @param client has the password of the URL at hand
 * @param directory for what {@code psql} reads
 */
public record RestoredDatabase(PostgresClient client, PrivateDirectory directory, PostgresUrl url) {

    /** How many of the things that differ are named in a sentence. */
    private static final int MOST_NAMED = 20;

    /** An index of a partitioned table is not valid as long as a partition lacks it, which {@code pg_dump} keeps. */
    private static final String INDEXES_AND_CONSTRAINTS = "select case when i.indisvalid then 'valid'"
            + " when c.relkind = 'I' then 'incomplete' else 'invalid' end, "
            + HexNames.sql("n.nspname || '.' || c.relname")
            + " from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace"
            + " where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
            + " union all select case when convalidated then 'validated' else 'unvalidated' end, "
            + HexNames.sql("conname || ' of ' || case when conrelid <> 0 then conrelid::regclass::text"
                    + " else contypid::regtype::text end")
            + " from pg_constraint join pg_namespace n on n.oid = connamespace"
            + " where contype <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

    private static final Pattern INDEX_OR_CONSTRAINT =
            Pattern.compile("^(valid|incomplete|invalid|validated|unvalidated)\\|([0-9a-f]+)\\s*$", Pattern.MULTILINE);

    private static final String SEQUENCE_FUNCTION = "create function pg_temp.behind(sequence oid, relation oid,"
            + " attribute name, step bigint) returns text language plpgsql as $body$ declare following numeric; last numeric;"
            + " begin execute format('select case when is_called then last_value::numeric + %s else last_value end from %s',"
            + " step, sequence::regclass) into following;"
            + " execute format('select %s(%I)::numeric from %s', case when step > 0 then 'max' else 'min' end, attribute,"
            + " relation::regclass) into last;"
            + " return case when (step > 0 and following <= last) or (step < 0 and following >= last)"
            + " then 'behind|' || following || '|' || last else 'ahead||' end; end $body$";

    /** Those that belong to a column of a number. */
    private static final String SEQUENCES = "select "
            + HexNames.sql("s.seqrelid::regclass::text") + ", "
            + HexNames.sql("d.refobjid::regclass::text || '.' || quote_ident(a.attname)")
            + ", pg_temp.behind(s.seqrelid, d.refobjid, a.attname, s.seqincrement)"
            + " from pg_sequence s join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.seqrelid"
            + " and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')"
            + " join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid"
            + " where not s.seqcycle and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype,"
            + " 'numeric'::regtype)";

    private static final Pattern SEQUENCE = Pattern.compile(
            "^([0-9a-f]+)\\|([0-9a-f]+)\\|(behind|ahead)\\|(-?\\d*)\\|(-?\\d*)\\s*$", Pattern.MULTILINE);

    private static final String ROWS_FUNCTION = "create function pg_temp.rows_of(relation oid, kind \"char\")"
            + " returns bigint language plpgsql as $body$ declare number bigint; begin"
            + " execute format('select count(*) from %s %s', case when kind = 'p' then '' else 'only' end,"
            + " relation::regclass) into number; return number; end $body$";

    /** Of a table of an extension a dump holds some rows only, which are added to those that the extension brings. */
    private static final String ROWS = "select c.oid, " + HexNames.sql("n.nspname") + ", " + HexNames.sql("c.relname")
            + ", case when d.objid is null then pg_temp.rows_of(c.oid, c.relkind) end"
            + " from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_depend d"
            + " on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'"
            + " where c.relkind = '%s' and c.oid > '%s'::oid and n.nspname !~ '^pg_'"
            + " and n.nspname <> 'information_schema' order by c.oid limit %d";

    private static final Pattern ROW_COUNT =
            Pattern.compile("^(\\d+)\\|([0-9a-f]+)\\|([0-9a-f]+)\\|(\\d*)\\s*$", Pattern.MULTILINE);

    /** So many at once, as there is a limit to what is read of a program's output. */
    private static final int TABLES_AT_ONCE = 10_000;

    private static final String EXTENSIONS =
            "select " + HexNames.sql("extname") + " from pg_extension order by extname";

    private static final String AVAILABLE_EXTENSIONS =
            "select " + HexNames.sql("name") + " from pg_available_extensions order by name";

    /** What a check found. */
    public record Finding(Result result, String sentence) {

        public static Finding passed(String sentence) {
            return new Finding(Result.PASSED, sentence);
        }

        public static Finding failed(String sentence) {
            return new Finding(Result.FAILED, sentence);
        }

        public static Finding skipped(String sentence) {
            return new Finding(Result.SKIPPED, sentence);
        }
    }

    /** Whether each table has the rows that were counted when it was dumped. */
    public Finding rows(Optional<Manifest> manifest) throws IOException, InterruptedException {
        if (manifest.isEmpty()) {
            return Finding.skipped("No manifest lies beside the dump, so nothing tells how many rows were dumped.");
        }
        List<DumpedTable> dumped = manifest.get().tables();
        if (dumped == null || dumped.stream().anyMatch(table -> table.rows() == null)) {
            String reason = manifest.get().uncounted();
            return Finding.skipped("The manifest does not tell how many rows were dumped"
                    + (reason == null ? ", as it is of an earlier version." : ": " + reason + "."));
        }
        Map<Table, Optional<Long>> restored = rowsOf("r");
        if (!dumped.stream().map(Table::of).allMatch(restored::containsKey)) {
            // Where all partitions were dumped as rows of their root.
            restored.putAll(rowsOf("p"));
        }
        List<String> different = new ArrayList<>();
        long rows = 0;
        for (DumpedTable table : dumped) {
            Optional<Long> found = restored.get(Table.of(table));
            rows += table.rows();
            if (found == null) {
                different.add(Table.of(table) + " is not there");
            } else if (found.isPresent() && !found.get().equals(table.rows())) {
                different.add(String.format(
                        Locale.ROOT, "%s has %,d, dumped were %,d", Table.of(table), found.get(), table.rows()));
            }
        }
        return different.isEmpty()
                ? Finding.passed(count(dumped.size(), "table has", "tables have") + " the "
                        + count(rows, "row that was dumped.", "rows that were dumped."))
                : Finding.failed("Rows differ: " + list(different) + ". Do not rely on the dump.");
    }

    /** @return for a table of an extension, an empty number */
    private Map<Table, Optional<Long>> rowsOf(String kind) throws IOException, InterruptedException {
        Map<Table, Optional<Long>> rows = new HashMap<>();
        List<MatchResult> found;
        String last = "0";
        do {
            String sql = ROWS.formatted(kind, last, TABLES_AT_ONCE);
            found = find(ROW_COUNT, Query.arguments(url, List.of(ROWS_FUNCTION, sql)));
            for (MatchResult table : found) {
                rows.put(
                        new Table(HexNames.decoded(table.group(2)), HexNames.decoded(table.group(3))),
                        table.group(4).isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(table.group(4))));
                last = table.group(1);
            }
        } while (found.size() == TABLES_AT_ONCE);
        return rows;
    }

    private record Table(String schema, String name) {

        static Table of(DumpedTable table) {
            return new Table(table.schema(), table.name());
        }

        @Override
        public String toString() {
            return schema + "." + name;
        }
    }

    /**
     * Whether indexes are valid. Of constraints that are not validated it only tells: {@code pg_dump} keeps them {@code NOT
     * VALID}, and a restore makes none so.
     */
    public Finding indexesAndConstraints() throws IOException, InterruptedException {
        List<MatchResult> found = find(INDEX_OR_CONSTRAINT, Query.arguments(url, INDEXES_AND_CONSTRAINTS));
        List<String> invalid = names(found, "invalid");
        if (!invalid.isEmpty()) {
            return Finding.failed("Not valid: " + list(invalid)
                    + ". A query does not use such an index: look for why it was not built.");
        }
        long indexes = names(found, "valid").size();
        long constraints = names(found, "validated").size();
        List<String> unvalidated = names(found, "unvalidated");
        List<String> incomplete = names(found, "incomplete");
        return Finding.passed(count(indexes, "valid index", "valid indexes") + ", "
                + count(constraints, "validated constraint", "validated constraints")
                + (unvalidated.isEmpty() ? "" : "; NOT VALID as in the dumped database: " + list(unvalidated))
                + (incomplete.isEmpty()
                        ? ""
                        : "; not on every partition as in the dumped database: " + list(incomplete))
                + ".");
    }

    /** Whether the next value of each sequence is one that its column does not have. */
    public Finding sequences() throws IOException, InterruptedException {
        List<MatchResult> found = find(SEQUENCE, Query.arguments(url, List.of(SEQUENCE_FUNCTION, SEQUENCES)));
        List<String> behind = found.stream()
                .filter(sequence -> sequence.group(3).equals("behind"))
                .map(sequence -> HexNames.decoded(sequence.group(1)) + " (next " + sequence.group(4) + ", "
                        + HexNames.decoded(sequence.group(2)) + " has " + sequence.group(5) + ")")
                .toList();
        return behind.isEmpty()
                ? Finding.passed(
                        count(found.size(), "sequence is ahead of its column", "sequences are ahead of their columns")
                                + ".")
                : Finding.failed("Behind their columns, so that new rows will not be unique: " + list(behind)
                        + ". Look whether the dumped database has the same; if not, do not rely on the dump.");
    }

    /** Whether each extension of the dump is there. */
    public Finding extensions(Optional<Manifest> manifest) throws IOException, InterruptedException {
        List<String> created = names(EXTENSIONS);
        Optional<List<String>> dumped = manifest.map(Manifest::extensions);
        if (dumped.isEmpty()) {
            return Finding.skipped("No manifest tells which extensions were dumped. There are: "
                    + (created.isEmpty() ? "none" : String.join(", ", created)) + ".");
        }
        List<String> missing =
                dumped.get().stream().filter(name -> !created.contains(name)).toList();
        if (!missing.isEmpty()) {
            return Finding.failed("The dump creates extensions that are not there: " + list(missing)
                    + ". Look into what pg_restore said.");
        }
        return Finding.passed(dumped.get().isEmpty() ? "The dump has none." : "Created: " + list(dumped.get()) + ".");
    }

    /** Which of the dump's extensions the server does not have; empty if all, or nothing tells which there are. */
    public List<String> missingExtensions(Optional<Manifest> manifest) throws IOException, InterruptedException {
        List<String> available = names(AVAILABLE_EXTENSIONS);
        return manifest.map(Manifest::extensions).orElse(List.of()).stream()
                .filter(name -> !available.contains(name))
                .toList();
    }

    private List<String> names(String sql) throws IOException, InterruptedException {
        return HexNames.of(client.query(url, Query.arguments(url, sql)));
    }

    /**
     * Looks for corruption.
     *
     * @param program the path of {@code pg_amcheck}
     * @param install whether the extension that it needs is to be created
     */
    public Finding amcheck(String program, boolean install) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--no-password", "--heapallindexed"));
        if (install) {
            arguments.add("--install-missing");
        }
        arguments.add(url.toConnectionString());
        try {
            client.run(program, arguments, url);
        } catch (ProgramNotFoundException e) {
            return Finding.skipped(e.reason() + ".");
        } catch (BackupException e) {
            return Finding.failed(e.getMessage());
        }
        return Finding.passed("Heap and B-tree indexes are not corrupt.");
    }

    /**
     * Runs a check of the user's own.
     *
     * @param sql must return one row with one value that is true
     */
    public Finding own(String sql) throws IOException, InterruptedException {
        String printed;
        try {
            // Not as an argument: a launcher may put the values of variables in the place of what looks like one.
            printed = client.runScript(url, directory.write("check-" + UUID.randomUUID(), Query.withSearchPath(sql)));
        } catch (ProgramNotFoundException e) {
            throw e;
        } catch (BackupException e) {
            return Finding.failed(e.getMessage());
        }
        return printed.equals("t")
                ? Finding.passed("It is true.")
                : Finding.failed(
                        printed.equals("f")
                                ? "It is false."
                                : "It must give one row with one value that is true, and gave "
                                        + (printed.isEmpty() ? "no row or NULL" : Quoted.of(printed)) + ".");
    }

    private List<MatchResult> find(Pattern line, List<String> arguments) throws IOException, InterruptedException {
        return line.matcher(client.query(url, arguments)).results().toList();
    }

    private static List<String> names(List<MatchResult> found, String kind) {
        return found.stream()
                .filter(line -> line.group(1).equals(kind))
                .map(line -> HexNames.decoded(line.group(2)))
                .toList();
    }

    private static String list(List<String> names) {
        Stream<String> named = names.stream().limit(MOST_NAMED);
        return named.collect(joining(", "))
                + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "");
    }

    private static String count(long number, String one, String several) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : several);
    }
}
