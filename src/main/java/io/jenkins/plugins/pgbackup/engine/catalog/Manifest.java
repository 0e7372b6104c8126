package io.jenkins.plugins.pgbackup.engine.catalog;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;
import io.jenkins.plugins.pgbackup.engine.proof.Proof;
import io.jenkins.plugins.pgbackup.engine.text.PrintableJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of one dump. It lies beside the dump as {@code <name>.json}, so that the dump explains itself when
 * nothing else is left; it is written after the dump has its name, so it never stands alone.
 *
 * @param uri where the dump was put
 * @param fileName the dump's name
 * @param driver what kind of store it is in
 * @param database the database's name
 * @param host the server as it was reached
 * @param serverVersion PostgreSQL's version there, or {@code null} if nothing told it
 * @param clientVersion {@code pg_dump}'s version
 * @param format {@code custom}, {@code plain} or {@code tar}
 * @param compression how the dump is compressed, and by whom
 * @param rawBytes how many bytes {@code pg_dump} wrote
 * @param sizeBytes how many bytes are stored
 * @param sha256 of the stored bytes, in lower-case hexadecimal
 * @param partSizeBytes the size of the parts it was uploaded in, but for the last and those after the 9,000th; 0 where it
 *     was not
 * @param versionId the object's version, or {@code null} if the store keeps none
 * @param startedAt ISO 8601, UTC
 * @param endedAt ISO 8601, UTC
 * @param durationMillis from start to commit
 * @param proof whether it was proven whole, and how
 * @param sizeCompared whether the stored size was compared with the sent one
 * @param checksumCompared whether the store's own checksum was compared with the sent bytes'
 * @param reread whether all stored bytes were read back, and their digest compared with {@code sha256}
 * @param origin who made it
 * @param restore the command that restores it
 * @param warnings what a person has to know of it though the backup went well: a sentence each; mostly none
 * @param uncounted why tables, or rows of them, were not counted: a clause; {@code null} if all were, or in a manifest of an
 *     earlier version
 * @param tables what of the bytes that {@code pg_dump} wrote is the data of which table, or {@code null} if that is not known
 * @param extensions the names of those that the dump creates, or {@code null} if that is not known
 * @param selection what of the database was dumped: {@code all}, or the options of {@code pg_dump} that choose; {@code null} in a
 *     manifest of an earlier version
 * @param removal since when the dump is being removed (ISO 8601, UTC), or {@code null} if it is not
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"uri", "fileName"})
public record Manifest(
        String uri,
        String fileName,
        String driver,
        String database,
        String host,
        String serverVersion,
        String clientVersion,
        String format,
        String compression,
        long rawBytes,
        long sizeBytes,
        String sha256,
        long partSizeBytes,
        String versionId,
        String startedAt,
        String endedAt,
        long durationMillis,
        Proof proof,
        boolean sizeCompared,
        boolean checksumCompared,
        boolean reread,
        Origin origin,
        String restore,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings,
        String uncounted,
        List<DumpedTable> tables,
        List<String> extensions,
        String selection,
        String removal) {

    public Manifest {
        tables = tables == null ? null : List.copyOf(tables);
        extensions = extensions == null ? null : List.copyOf(extensions);
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
    }

    private static final String SUFFIX = ".json";

    /** How a manifest begins that says that its dump is being removed. */
    private static final String MARK_BEGINS = "{\"removal\" : \"";

    private static final String MARK_ENDS = "\",";

    /** Longer than a mark with a moment. */
    private static final int LONGEST_MARK = 100;

    /** All but the field that may be long. */
    private static final TokenFilter WITHOUT_TABLES = new TokenFilter() {
        @Override
        public TokenFilter includeProperty(String name) {
            return name.equals("tables") ? null : INCLUDE_ALL;
        }
    };

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

    /** The name of the manifest of a dump of that name. */
    public static String nameFor(String dumpName) {
        return dumpName + SUFFIX;
    }

    /** The name of the dump of which a file of that name would be the manifest. */
    static Optional<String> dumpOf(String fileName) {
        return fileName.endsWith(SUFFIX) && fileName.length() > SUFFIX.length()
                ? Optional.of(fileName.substring(0, fileName.length() - SUFFIX.length()))
                : Optional.empty();
    }

    /**
     * Reads a manifest; what it holds beyond today's fields is passed over.
     *
     * @throws BackupException if it is none
     */
    public static Manifest parse(String name, byte[] json) throws BackupException {
        return checked(name, () -> JSON.readValue(json, Manifest.class));
    }

    /** As {@link #parse}, but without the tables: those of many dumps need not be in memory at once. */
    static Manifest parseWithoutTables(String name, byte[] json) throws BackupException {
        return checked(name, () -> {
            try (JsonParser all = JSON.createParser(json);
                    JsonParser parser = new FilteringParserDelegate(
                            all, WITHOUT_TABLES, TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true)) {
                return JSON.readValue(parser, Manifest.class);
            }
        });
    }

    /**
     * The text of a manifest with the mark that its dump is being removed. All that stands in it stays, also what a later version
     * has added.
     */
    static byte[] marked(byte[] json, Instant since) {
        String text = new String(json, StandardCharsets.UTF_8);
        int begins = text.indexOf('{');
        return (text.substring(0, begins) + MARK_BEGINS + since + MARK_ENDS + text.substring(begins + 1))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The text as it was before {@link #marked}; empty if it has no such mark. */
    static Optional<byte[]> unmarked(byte[] json) {
        String text = new String(json, StandardCharsets.UTF_8);
        int begins = text.indexOf(MARK_BEGINS);
        int ends = begins < 0 ? -1 : text.indexOf(MARK_ENDS, begins + MARK_BEGINS.length());
        return ends < 0
                        || ends > begins + LONGEST_MARK
                        || !text.substring(0, begins).isBlank()
                ? Optional.empty()
                : Optional.of((text.substring(0, begins) + "{" + text.substring(ends + MARK_ENDS.length()))
                        .getBytes(StandardCharsets.UTF_8));
    }

    private interface Reading {
        Manifest read() throws IOException;
    }

    private static Manifest checked(String name, Reading reading) throws BackupException {
        try {
            Manifest manifest = reading.read();
            if (manifest == null
                    || manifest.fileName() == null
                    || manifest.format() == null
                    || manifest.sha256() == null) {
                throw new BackupException(name + " is no manifest of a backup: it lacks name, format or digest.");
            }
            return manifest;
        } catch (BackupException e) {
            throw e;
        } catch (IOException e) {
            throw new BackupException(name + " cannot be read as the manifest of a backup.", e);
        }
    }

    /** What the stored bytes were compared with: a clause for people. */
    public String atRest() {
        if (reread) {
            return "read back and digested";
        }
        if (checksumCompared) {
            return "size and checksum compared with the store's";
        }
        return sizeCompared ? "size compared" : "not compared";
    }

    /** The manifest as indented JSON, UTF-8, with escapes for what is not to reach a terminal. */
    public byte[] toJson() {
        try {
            return (PrintableJson.of(JSON.writeValueAsString(this)) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers and strings is always JSON", e);
        }
    }
}
