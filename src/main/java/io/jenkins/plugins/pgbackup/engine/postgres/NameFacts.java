package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What a database says about the names that a dump of it is limited to.
 *
 * @param characters how it writes the names' characters
 * @param unmatched the patterns that match nothing in it
 * @param hasLargeObjects whether it has any, which belong to no schema and to no table
 */
public record NameFacts(DatabaseCharacters characters, List<NamePattern> unmatched, boolean hasLargeObjects) {

    /** How many patterns one statement is about: it is one argument of psql, and Linux takes 128 KiB of such. */
    private static final int PATTERNS_IN_STATEMENT = 100;

    /** Since then a name has a collation of its own, and {@code pg_dump} writes the default one. */
    private static final int FIRST_WITH_COLLATED_NAMES = 120000;

    private static final Pattern DATABASE = Pattern.compile("^database\\|(\\w+)\\|([tf])\\s*$", Pattern.MULTILINE);
    private static final Pattern CHARACTER =
            Pattern.compile("^character\\|(\\d+)\\|([0-9a-f]+)\\s*$", Pattern.MULTILINE);
    private static final Pattern MATCHED = Pattern.compile("^pattern\\|(\\d+)\\|([tf])\\s*$", Pattern.MULTILINE);
    private static final Pattern NO_EQUIVALENT =
            Pattern.compile("character with byte sequence ((?:0x[0-9a-f]{2} )+)in encoding \"UTF8\""
                    + " has no equivalent in encoding \"(\\w+)\"");

    public NameFacts {
        unmatched = List.copyOf(unmatched);
    }

    /** What is known if there is nothing to query. */
    public static NameFacts none() {
        return new NameFacts(new DatabaseCharacters("SQL_ASCII", Map.of()), List.of(), false);
    }

    /**
     * The arguments of {@code psql} for the query, without the program's name and without the password. They are ASCII: the server
     * itself converts what is not, from the bytes of UTF-8, and fails where its database has no such character.
     */
    public static List<String> arguments(PostgresUrl url, PostgresVersion server, List<NamePattern> patterns) {
        List<String> statements = new ArrayList<>();
        statements.add("select 'database', pg_catalog.getdatabaseencoding(),"
                + " exists (select 1 from pg_catalog.pg_largeobject_metadata)");
        String characters = patterns.stream()
                .flatMapToInt(NamePattern::foreignCharacters)
                .distinct()
                .mapToObj(c -> "(" + c + ", '" + hex(Character.toString(c)) + "')")
                .collect(joining(", "));
        if (!characters.isEmpty()) {
            statements.add("select 'character', c.point, pg_catalog.encode(pg_catalog.convert("
                    + "pg_catalog.decode(c.utf8, 'hex'), 'UTF8', pg_catalog.getdatabaseencoding()), 'hex')"
                    + " from (values " + characters + ") as c (point, utf8)");
        }
        for (NamePattern.Kind kind : NamePattern.Kind.values()) {
            List<Integer> ofKind = IntStream.range(0, patterns.size())
                    .filter(i -> patterns.get(i).kind() == kind)
                    .boxed()
                    .toList();
            for (int from = 0; from < ofKind.size(); from += PATTERNS_IN_STATEMENT) {
                String values = ofKind.subList(from, Math.min(ofKind.size(), from + PATTERNS_IN_STATEMENT)).stream()
                        .map(i -> "(" + i + ", " + parts(patterns.get(i)) + ")")
                        .collect(joining(", "));
                statements.add("select 'pattern', p.number, exists (" + matches(kind, server) + ") from (values "
                        + values + ") as p (number, schema, name)");
            }
        }
        return Query.argumentsWithSearchPath(url, statements);
    }

    /** The schema's expression, or null where the pattern has none, and the name's. What is before them names the database. */
    private static String parts(NamePattern pattern) {
        List<String> expressions = pattern.expressions();
        int name = expressions.size() - 1;
        return (name == 0 ? "cast(null as pg_catalog.text)" : text(expressions.get(name - 1))) + ", "
                + text(expressions.get(name));
    }

    private static String text(String value) {
        return "pg_catalog.convert_from(pg_catalog.decode('" + hex(value) + "', 'hex'), 'UTF8')";
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(UTF_8));
    }

    /** As {@code pg_dump.c} does it, function by function {@code expand_…_name_patterns}. */
    private static String matches(NamePattern.Kind kind, PostgresVersion server) {
        String collation = server.number() >= FIRST_WITH_COLLATED_NAMES ? " collate pg_catalog.default" : "";
        String like = " operator(pg_catalog.~) p.%s" + collation;
        String likeName = like.formatted("name");
        return switch (kind) {
            case SCHEMA -> "select 1 from pg_catalog.pg_namespace n where n.nspname" + likeName;
            case EXTENSION -> "select 1 from pg_catalog.pg_extension e where e.extname" + likeName;
            case FOREIGN_SERVER -> "select 1 from pg_catalog.pg_foreign_server s where s.srvname" + likeName;
            case TABLE ->
                "select 1 from pg_catalog.pg_class c left join pg_catalog.pg_namespace n"
                        + " on n.oid operator(pg_catalog.=) c.relnamespace"
                        + " where c.relkind operator(pg_catalog.=) any (array['r', 'S', 'v', 'm', 'f', 'p'])"
                        + " and c.relname" + likeName
                        + " and case when p.schema is null then pg_catalog.pg_table_is_visible(c.oid)"
                        + " else n.nspname" + like.formatted("schema") + " end";
        };
    }

    /**
     * Reads what {@code psql} answered to {@link #arguments}. Other lines are skipped.
     *
     * @param patterns the requested ones
     * @throws BackupException if the answer is not whole
     */
    public static NameFacts parse(String output, List<NamePattern> patterns) throws BackupException {
        Matcher database = DATABASE.matcher(output);
        Map<Integer, String> characters = new HashMap<>();
        CHARACTER
                .matcher(output)
                .results()
                .forEach(found -> characters.put(Integer.valueOf(found.group(1)), found.group(2)));
        Map<Integer, Boolean> matched = new HashMap<>();
        MATCHED.matcher(output)
                .results()
                .forEach(found -> matched.put(
                        Integer.valueOf(found.group(1)), found.group(2).equals("t")));
        if (!database.find()
                || matched.size() != patterns.size()
                || !patterns.stream()
                        .flatMapToInt(NamePattern::foreignCharacters)
                        .allMatch(characters::containsKey)) {
            throw new BackupException("psql did not say what the names of tables and schemas match, but "
                    + Quoted.of(output.strip()) + ": run the backup again, and see what runs as psql.");
        }
        DatabaseCharacters known = new DatabaseCharacters(database.group(1), characters);
        for (NamePattern pattern : patterns) {
            if (!pattern.foreignCharacters().allMatch(known::canName)) {
                throw new BackupException("PostgreSQL's regular expressions cannot name a character of "
                        + Quoted.of(pattern.text()) + " in a database of the encoding " + known.encoding()
                        + ": write a wildcard in its place.");
            }
        }
        return new NameFacts(
                known,
                IntStream.range(0, patterns.size())
                        .filter(i -> !matched.get(i))
                        .mapToObj(patterns::get)
                        .toList(),
                database.group(2).equals("t"));
    }

    /**
     * The sentence for a question that failed because the database has no such character; empty if it failed otherwise.
     *
     * @param failure what {@code psql} said
     */
    public static Optional<String> withoutEquivalent(String failure, List<NamePattern> patterns) {
        Matcher found = NO_EQUIVALENT.matcher(failure);
        if (!found.find()) {
            return Optional.empty();
        }
        String hex = found.group(1).replaceAll("0x| ", "");
        String character = new String(HexFormat.of().parseHex(hex), UTF_8);
        return patterns.stream()
                .map(NamePattern::text)
                .filter(text -> text.contains(character))
                .findFirst()
                .map(text -> "The database has no name with the character " + Quoted.of(character) + " of "
                        + Quoted.of(text) + ", because its encoding " + found.group(2)
                        + " does not have it: correct the name, or write a wildcard in its place.");
    }
}
