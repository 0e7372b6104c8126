package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.Origin;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which dumps of a place are judged: those of a server, a database and a job, as their manifests say it.
 *
 * @param server as manifests have it; {@code null} for each, on its own
 * @param database likewise
 * @param selection what of the database they hold, likewise
 * @param controller an id of the server that has the job; {@code null} if no job is at work
 * @param job its full name; {@code null} if no job is at work
 * @param anyJob whether dumps of other jobs, and of none, are judged together with these
 */
public record PruneScope(
        String server, String database, String selection, String controller, String job, boolean anyJob) {

    /** The dumps of the same server, database and job that can stand for this one. */
    public static PruneScope of(Manifest dump, boolean anyJob) {
        Origin origin = dump.origin();
        return new PruneScope(
                dump.host(), dump.database(), dump.selection(), origin.controller(), origin.job(), anyJob);
    }

    /**
     * Why a dump is none of these, or not surely one.
     *
     * @param name that it has in the store
     * @param uri of a dump of that name there
     * @param sizeBytes of the stored dump; empty if only its manifest is there
     */
    Optional<ForeignReason> excludes(Manifest manifest, String name, String uri, OptionalLong sizeBytes) {
        Origin origin = manifest.origin();
        if (origin == null || !origin.hasKnownTool()) {
            return Optional.of(ForeignReason.OTHER_PROGRAM);
        }
        if (!name.equals(manifest.fileName()) || !uri.equals(manifest.uri())) {
            return Optional.of(ForeignReason.OTHER_PLACE);
        }
        if (sizeBytes.isPresent() && sizeBytes.getAsLong() != manifest.sizeBytes()) {
            return Optional.of(ForeignReason.OTHER_SIZE);
        }
        if (!hasTimes(manifest)) {
            return Optional.of(ForeignReason.NO_TIME);
        }
        if (!anyJob && !(Objects.equals(controller, origin.controller()) && Objects.equals(job, origin.job()))) {
            return Optional.of(ForeignReason.OTHER_JOB);
        }
        if (manifest.host() == null || server != null && !server.equals(manifest.host())) {
            return Optional.of(ForeignReason.OTHER_SERVER);
        }
        if (manifest.database() == null || database != null && !database.equals(manifest.database())) {
            return Optional.of(ForeignReason.OTHER_DATABASE);
        }
        if (manifest.selection() == null || selection != null && !selection.equals(manifest.selection())) {
            return Optional.of(ForeignReason.OTHER_SELECTION);
        }
        return Optional.empty();
    }

    private static boolean hasTimes(Manifest manifest) {
        if (manifest.startedAt() == null || manifest.endedAt() == null) {
            return false;
        }
        try {
            return !Instant.parse(manifest.endedAt()).isBefore(Instant.parse(manifest.startedAt()));
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
