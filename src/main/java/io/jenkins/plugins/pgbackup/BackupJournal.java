package io.jenkins.plugins.pgbackup;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.Run;
import hudson.util.AtomicFileWriter;
import io.jenkins.plugins.pgbackup.engine.Journal;
import io.jenkins.plugins.pgbackup.engine.Leftovers;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps, in a file with the build's record, what a backup in progress would leave behind: the private directory on its agent,
 * the unfinished file or upload. The file goes with the last of them; one that stays when its backup is over tells a later build
 * what to clear up.
 */
final class BackupJournal implements Journal, AutoCloseable {

    private static final String PREFIX = "pgbackup-";
    private static final String SUFFIX = ".json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The files of the backups that are being made by this controller, for as long as it runs. */
    private static final Set<Path> IN_PROGRESS = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final String node;
    private final String driver;
    private final String awsCredentialsId;

    private BackupJournal(Path file, String node, String driver, String awsCredentialsId) {
        this.file = file;
        this.node = node;
        this.driver = driver;
        this.awsCredentialsId = awsCredentialsId;
    }

    /** @param node the name of the one on which the backup is made */
    static BackupJournal open(Run<?, ?> build, String node, PgBackup settings) {
        Path file = build.getRootDir().toPath().toAbsolutePath().resolve(PREFIX + UUID.randomUUID() + SUFFIX);
        IN_PROGRESS.add(file);
        return new BackupJournal(file, node, settings.getDriver(), settings.getAwsCredentialsId());
    }

    @Override
    public void remember(Leftovers leftovers) throws IOException {
        try (AtomicFileWriter writer = new AtomicFileWriter(file, StandardCharsets.UTF_8)) {
            try {
                writer.write(JSON.writeValueAsString(new Entry(node, driver, awsCredentialsId, leftovers)));
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
        IN_PROGRESS.remove(file);
    }

    /**
     * What backups of earlier builds of the same job, or of this one, have left behind. No build is loaded for it: there may be
     * thousands.
     */
    static List<Abandoned> abandoned(Run<?, ?> build) throws IOException {
        List<Abandoned> found = new ArrayList<>();
        File builds = build.getRootDir().getParentFile();
        try (DirectoryStream<Path> directories =
                Files.newDirectoryStream(builds.toPath().toAbsolutePath())) {
            for (Path directory : directories) {
                if (Files.isDirectory(directory)) {
                    collect(directory, found);
                }
            }
        }
        found.sort(Comparator.comparing(Abandoned::build));
        return found;
    }

    private static void collect(Path directory, List<Abandoned> found) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
            for (Path file : files) {
                if (!IN_PROGRESS.contains(file)) {
                    Entry entry = JSON.readValue(Files.readAllBytes(file), Entry.class);
                    found.add(new Abandoned(file, "#" + directory.getFileName(), entry));
                }
            }
        }
    }

    /**
     * @param node the name of the one on which the backup was made; empty for the built-in one
     * @param driver with which it was made
     * @param awsCredentialsId with which it was made, or {@code null}
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Entry(String node, String driver, String awsCredentialsId, Leftovers leftovers) {}

    /**
     * A backup that is over and has left something behind.
     *
     * @param build whose it was, as people write it: {@code #7}
     */
    record Abandoned(Path file, String build, Entry entry) {

        /** Nothing of it is left. */
        void isClearedUp() throws IOException {
            Files.deleteIfExists(file);
        }
    }
}
