package io.jenkins.plugins.pgbackup.engine.catalog;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;
import io.jenkins.plugins.pgbackup.engine.proof.Proof;
import io.jenkins.plugins.pgbackup.engine.text.PrintableJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

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
        List<String> extensions) {

    public Manifest {
        tables = tables == null ? null : List.copyOf(tables);
        extensions = extensions == null ? null : List.copyOf(extensions);
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
    }

    private static final String SUFFIX = ".json";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

    /** The name of the manifest of a dump of that name. */
    public static String nameFor(String dumpName) {
        return dumpName + SUFFIX;
    }

    /** Whether a file of that name is a manifest. */
    static boolean isName(String fileName) {
        return fileName.endsWith(SUFFIX);
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
            JsonNode tree = JSON.readTree(json);
            return JSON.treeToValue(
                    tree instanceof ObjectNode object ? object.without("tables") : tree, Manifest.class);
        });
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
