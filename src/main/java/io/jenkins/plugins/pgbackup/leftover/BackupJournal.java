package io.jenkins.plugins.pgbackup.leftover;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.Run;
import hudson.util.AtomicFileWriter;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.engine.Journal;
import io.jenkins.plugins.pgbackup.engine.Leftovers;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps, in a file with the build's record, what a backup in progress would leave behind: the private directory on its agent,
 * the unfinished file or upload. The file goes with the last of them; one that stays when its backup is over tells a later build
 * what to clean up.
 */
public final class BackupJournal implements Journal, AutoCloseable {

    private static final String PREFIX = "pgbackup-";
    private static final String SUFFIX = ".json";

    /** What the files are called, as a glob. */
    static final String NOTES = PREFIX + "*" + SUFFIX;

    private static final Leftovers NOTHING = new Leftovers("", Map.of());

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The files that a step has in hand: of a backup that is being made, or is being cleaned up after. */
    private static final Set<Path> IN_HAND = ConcurrentHashMap.newKeySet();

    private final Path file;

    /** What it says before there is anything to clean up. */
    private final Entry empty;

    private BackupJournal(Path file, Entry empty) {
        this.file = file;
        this.empty = empty;
    }

    /**
     * @param node the name of the one on which the backup is made
     * @param driver with which it is made
     */
    public static BackupJournal ofBackup(Run<?, ?> build, String node, BackupDriver driver) {
        return open(build, new Entry(node, driver.name().id(), driver.awsCredentialsId(), null, null, NOTHING));
    }

    /**
     * @param node the name of the one on which the restore runs
     * @param url the database to restore to; a password in it is not noted
     * @param credentialsId the database's, or {@code null} for none
     */
    public static BackupJournal ofRestore(Run<?, ?> build, String node, PostgresUrl url, String credentialsId) {
        return open(build, new Entry(node, null, null, url.toConnectionString(), credentialsId, NOTHING));
    }

    private static BackupJournal open(Run<?, ?> build, Entry empty) {
        Path file = build.getRootDir().toPath().toAbsolutePath().resolve(PREFIX + UUID.randomUUID() + SUFFIX);
        take(file);
        return new BackupJournal(file, empty);
    }

    @Override
    public void remember(Leftovers leftovers) throws IOException {
        try (AtomicFileWriter writer = new AtomicFileWriter(file, StandardCharsets.UTF_8)) {
            try {
                writer.write(JSON.writeValueAsString(empty.with(leftovers)));
                writer.commit();
            } finally {
                writer.abort();
            }
        }
    }

    @Override
    public void forget() throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void close() {
        putBack(file);
    }

    /**
     * Takes a file in hand.
     *
     * @return false if another step has it
     */
    static boolean take(Path file) {
        return IN_HAND.add(file);
    }

    /** Ends what {@link #take} has begun. */
    static void putBack(Path file) {
        IN_HAND.remove(file);
    }

    static boolean isInHand(Path file) {
        return IN_HAND.contains(file);
    }

    /** What a file says. */
    static Entry read(Path file) throws IOException {
        return JSON.readValue(Files.readAllBytes(file), Entry.class);
    }

    /** What backups of earlier builds of the same job, or of this one, have left behind. */
    static AbandonedNotes abandoned(Run<?, ?> build) throws IOException {
        return AbandonedNotes.in(build.getRootDir().getParentFile().toPath().toAbsolutePath());
    }

    /**
     * @param node the name of the one on which it ran; empty for the built-in one
     * @param driver with which the dump was made, or {@code null} for a restore
     * @param awsCredentialsId with which it was made, or {@code null}
     * @param url the database that was restored to, or {@code null} for a backup
     * @param credentialsId with which that was done, or {@code null}
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Entry(
            String node,
            String driver,
            String awsCredentialsId,
            String url,
            String credentialsId,
            Leftovers leftovers) {

        Entry {
            Objects.requireNonNull(node, "node");
            Objects.requireNonNull(leftovers, "leftovers");
            if ((driver == null) == (url == null)) {
                throw new IllegalArgumentException("neither a driver nor a database, or both");
            }
        }

        private Entry with(Leftovers left) {
            return new Entry(node, driver, awsCredentialsId, url, credentialsId, left);
        }
    }
}
