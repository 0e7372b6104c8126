package io.jenkins.plugins.pgbackup.engine.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.jenkins.plugins.pgbackup.engine.text.PrintableJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The evidence of one restore test: what was restored, by what, when, and how each check of it ended.
 *
 * @param uri where the dump lies
 * @param database the dumped one, by the dump's manifest, or {@code null}
 * @param sha256 of the stored bytes, which were read and had it; {@code null} if there is no manifest to tell it, or they had
 *     another
 * @param serverVersion PostgreSQL's version where it was dumped, by the manifest, or {@code null}
 * @param clientVersion {@code pg_dump}'s version, by the manifest, or {@code null}
 * @param server where it was restored to, for people
 * @param targetVersion PostgreSQL's version there
 * @param restoredBy the program that restored it, with its version: {@code pg_restore 17.6}
 * @param startedAt ISO 8601, UTC
 * @param endedAt ISO 8601, UTC
 * @param durationMillis from the start to the last check
 * @param restored whether the restore came to its end; without that nothing else could be checked
 * @param trustNeeded whether the restore failed for what only a dump that is trusted may do
 * @param roles what roles were created for the dump
 * @param checks in the order in which they were made
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"uri", "passed"})
public record RestoreTestReport(
        String uri,
        String database,
        String sha256,
        String serverVersion,
        String clientVersion,
        String server,
        String targetVersion,
        String restoredBy,
        String startedAt,
        String endedAt,
        long durationMillis,
        boolean restored,
        boolean trustNeeded,
        List<String> roles,
        List<Check> checks) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public RestoreTestReport {
        roles = List.copyOf(roles);
        checks = List.copyOf(checks);
    }

    /** How a check ended. */
    public enum Result {
        PASSED,
        FAILED,
        SKIPPED;

        @JsonValue
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One check.
     *
     * @param name the same in each test of dumps of this database
     * @param sentence what was found, or why it was skipped
     */
    public record Check(String name, Result result, String sentence, long durationMillis) {}

    /** Whether no check failed. */
    @JsonProperty
    public boolean passed() {
        return count(Result.FAILED) == 0;
    }

    public long count(Result result) {
        return checks.stream().filter(check -> check.result() == result).count();
    }

    /** The report as indented JSON, UTF-8, with escapes for what is not to reach a terminal. */
    public byte[] toJson() {
        try {
            return (PrintableJson.of(JSON.writeValueAsString(this)) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers and strings is always JSON", e);
        }
    }
}
