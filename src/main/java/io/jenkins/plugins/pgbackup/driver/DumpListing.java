package io.jenkins.plugins.pgbackup.driver;

import hudson.model.Item;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Location;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.springframework.security.access.AccessDeniedException;

/** The dumps that a person may choose one of: the newest first. */
public final class DumpListing {

    /** How many dumps are listed at most, and how many manifests are read for it. */
    public static final int MOST_DUMPS = 100;

    /** How many builds of a job are looked at. */
    private static final int MOST_BUILDS = 400;

    private DumpListing() {}

    /**
     * One dump.
     *
     * @param uri what names it to a restore
     * @param made when it was made, to some minutes
     * @param database of which it is, or {@code null} if that is not known
     */
    public record Entry(String uri, Instant made, long sizeBytes, boolean proven, String database) {

        private static Entry of(Run<?, ?> build, BackupSummary backup) {
            boolean s3 = DriverName.parse(backup.getDriver()) == DriverName.S3;
            String uri = s3
                    ? backup.getUri()
                    : new RecordedDump(build.getParent().getFullName(), build.getNumber(), backup.getFileName())
                            .toString();
            return new Entry(
                    uri,
                    Instant.ofEpochMilli(build.getTimeInMillis()),
                    backup.getSizeBytes(),
                    backup.isProven(),
                    backup.getDatabase());
        }

        /** @return empty if the object has a name that no dump has: the keys of others may be any text */
        private static Optional<Entry> of(S3Location location, Catalog.Entry found) {
            String uri;
            try {
                uri = location.uri(found.file().name());
            } catch (InvalidInputException e) {
                return Optional.empty();
            }
            return Optional.of(new Entry(
                    uri,
                    found.file().modified(),
                    found.file().sizeBytes(),
                    found.manifest()
                            .filter(manifest ->
                                    manifest.proof() != null && manifest.proof().proven())
                            .isPresent(),
                    found.manifest().map(Manifest::database).orElse(null)));
        }
    }

    /**
     * Those that builds of a job have recorded, as the current user may read them.
     *
     * @param name its full name
     * @throws BackupException if there is no such job that the user may read
     */
    public static List<Entry> ofJob(String name) throws IOException {
        Job<?, ?> job = requireJob(name);
        List<Entry> dumps = new ArrayList<>();
        int builds = 0;
        for (Run<?, ?> build : job.getBuilds()) {
            BackupAction action = build.getAction(BackupAction.class);
            if (action != null && DumpChoice.mayDownload(build)) {
                List<BackupSummary> backups = action.getBackups();
                for (int last = backups.size() - 1; last >= 0 && dumps.size() < MOST_DUMPS; last--) {
                    BackupSummary backup = backups.get(last);
                    if (backup.getRemovedBy() == null || DumpChoice.isArchived(build, backup)) {
                        dumps.add(Entry.of(build, backup));
                    }
                }
            }
            builds++;
            if (dumps.size() == MOST_DUMPS || builds == MOST_BUILDS) {
                break;
            }
        }
        return dumps;
    }

    /** @throws BackupException if there is no such job that the current user may read */
    public static Job<?, ?> requireJob(String name) throws BackupException {
        try {
            Job<?, ?> job = Jenkins.get().getItemByFullName(name, Job.class);
            if (job != null) {
                return job;
            }
        } catch (AccessDeniedException e) {
            // The user may know that there is such a job, and no more.
        }
        throw new BackupException(Messages.DumpListing_noJob(name));
    }

    /**
     * Those of a place in S3.
     *
     * @param item the job whose credentials are used
     */
    public static List<Entry> inS3(S3Location location, S3Settings settings, String awsCredentialsId, Item item)
            throws IOException {
        return new S3Driver(location, settings, awsCredentialsId)
                .newest(item, MOST_DUMPS).stream()
                        .flatMap(found -> Entry.of(location, found).stream())
                        .toList();
    }
}
