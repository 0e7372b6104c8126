package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents.Gap;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables and extensions of one dump, with their names in the dump's encoding. */
final class TableTallies {

    private static final Pattern ENCODING = Pattern.compile("SET client_encoding = '([A-Za-z0-9_]+)';\\s*");

    /** Of those that Java knows by another name; {@code SQL_ASCII} says nothing of the encoding, and UTF-8 shows if it is none. */
    private static final Map<String, String> CHARSETS = Map.ofEntries(
            Map.entry("SQL_ASCII", "UTF-8"),
            Map.entry("UTF8", "UTF-8"),
            Map.entry("LATIN7", "ISO-8859-13"),
            Map.entry("LATIN10", "ISO-8859-16"),
            Map.entry("ISO_8859_5", "ISO-8859-5"),
            Map.entry("ISO_8859_6", "ISO-8859-6"),
            Map.entry("ISO_8859_7", "ISO-8859-7"),
            Map.entry("ISO_8859_8", "ISO-8859-8"),
            Map.entry("KOI8R", "KOI8-R"),
            Map.entry("KOI8U", "KOI8-U"),
            Map.entry("SJIS", "windows-31j"),
            Map.entry("UHC", "x-windows-949"),
            Map.entry("WIN866", "IBM866"),
            Map.entry("WIN874", "x-windows-874"));

    private final Map<Name, TableTally> tallies = new LinkedHashMap<>();

    /** Each name of a schema once, so that it travels once. */
    private final Map<String, String> schemas = new HashMap<>();

    private final List<String> extensions = new ArrayList<>();

    private Charset charset = StandardCharsets.UTF_8;

    private record Name(String schema, String name) {}

    /** Takes the statement that sets the encoding of everything behind it. */
    void setEncoding(String statement) throws UncountableException {
        Matcher encoding = ENCODING.matcher(statement);
        if (!encoding.matches()) {
            throw UncountableException.unexpected();
        }
        String name = encoding.group(1);
        String known = CHARSETS.getOrDefault(name, name.replaceFirst("^WIN12", "windows-12"));
        charset = Charset.isSupported(known) ? Charset.forName(known) : null;
    }

    /** The table of that name, which may have data in several places of the dump. */
    TableTally of(byte[] schema, byte[] name) throws UncountableException {
        Name key = new Name(schemas.computeIfAbsent(text(schema), same -> same), text(name));
        TableTally known = tallies.get(key);
        if (known != null) {
            return known;
        }
        if (tallies.size() == DumpContents.MOST_TABLES) {
            throw new UncountableException(Gap.MANY_TABLES);
        }
        TableTally tally = new TableTally(key.schema(), key.name());
        tallies.put(key, tally);
        return tally;
    }

    /** Adds an extension that the dump creates. */
    void addExtension(byte[] name) throws UncountableException {
        if (extensions.size() == DumpContents.MOST_EXTENSIONS) {
            throw UncountableException.unexpected();
        }
        extensions.add(text(name));
    }

    /** What was added up, in the order of the dump. */
    DumpContents counted() {
        List<DumpedTable> tables =
                tallies.values().stream().map(TableTally::table).toList();
        boolean inserts = tallies.values().stream().anyMatch(TableTally::hasInserts);
        return new DumpContents(tables, extensions, inserts ? Gap.INSERTS : null);
    }

    private String text(byte[] name) throws UncountableException {
        if (charset == null) {
            throw new UncountableException(Gap.NAMES);
        }
        try {
            String text = charset.newDecoder().decode(ByteBuffer.wrap(name)).toString();
            if (DumpedTable.isName(text)) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // As with a name that is none.
        }
        throw new UncountableException(Gap.NAMES);
    }
}
