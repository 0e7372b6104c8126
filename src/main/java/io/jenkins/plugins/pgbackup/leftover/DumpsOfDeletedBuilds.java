package io.jenkins.plugins.pgbackup.leftover;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.AsyncPeriodicWork;
import hudson.model.Computer;
import hudson.model.Job;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.AtomicFileWriter;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.driver.RecordedPlace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Deletes the dumps of builds that are deleted, if their builds were to take them along. What is to be deleted is noted before it is
 * tried, and tried again each hour: a deletion of a build waits for no store, and cannot be repeated.
 */
@Extension
public final class DumpsOfDeletedBuilds extends AsyncPeriodicWork {

    private static final Logger LOGGER = Logger.getLogger(DumpsOfDeletedBuilds.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUFFIX = ".json";

    public DumpsOfDeletedBuilds() {
        super("pgBackup: dumps of deleted builds");
    }

    @Override
    public long getRecurrencePeriod() {
        return HOUR;
    }

    @Override
    protected void execute(TaskListener listener) {
        deleteAll();
    }

    /** Tries what is noted, once. One that cannot be deleted stays noted, and stops no other. */
    public synchronized void deleteAll() {
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2);
                DirectoryStream<Path> notes = Files.newDirectoryStream(directory(), "*" + SUFFIX)) {
            for (Path note : notes) {
                delete(note);
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot read which dumps of deleted builds are to be deleted");
        }
    }

    private static void delete(Path note) {
        try {
            Map<String, String> dump = JSON.readValue(Files.readAllBytes(note), new TypeReference<>() {});
            try {
                if (delete(dump)) {
                    LOGGER.info(() -> Messages.DumpsOfDeletedBuilds_deleted(
                            dump.get(DumpsOfBuild.FILE_NAME), dump.get(DumpsOfBuild.BUILD)));
                }
                Files.deleteIfExists(note);
            } catch (IOException | RuntimeException e) {
                LOGGER.log(
                        Level.WARNING,
                        e,
                        () -> Messages.DumpsOfDeletedBuilds_failed(
                                dump.get(DumpsOfBuild.FILE_NAME), dump.get(DumpsOfBuild.BUILD), e.getMessage()));
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> note + " cannot be read, which says what dump is to be deleted");
        }
    }

    private static boolean delete(Map<String, String> dump) throws IOException {
        Jenkins jenkins = Jenkins.get();
        String name = dump.get(DumpsOfBuild.NODE);
        Node node = name.isEmpty() ? jenkins : jenkins.getNode(name);
        Optional<AgentMachine> machine = node == null ? Optional.empty() : AgentMachine.outsideBuilds(node);
        RecordedPlace place = new RecordedPlace(
                dump,
                machine,
                dump.get(DumpsOfBuild.AWS_CREDENTIALS),
                jenkins.getItemByFullName(dump.get(DumpsOfBuild.JOB), Job.class));
        return BackupDriver.delete(
                dump.get(DumpsOfBuild.DRIVER), place, dump.get(DumpsOfBuild.FILE_NAME), dump.get(DumpsOfBuild.SHA256));
    }

    /** Where what is to be deleted is noted. */
    public static Path directory() throws IOException {
        return Files.createDirectories(
                Jenkins.get().getRootDir().toPath().toAbsolutePath().resolve("pgbackup-deleted-builds"));
    }

    private static void note(Map<String, String> dump) throws IOException {
        Path file = directory().resolve(UUID.randomUUID() + SUFFIX);
        try (AtomicFileWriter writer = new AtomicFileWriter(file, StandardCharsets.UTF_8)) {
            try {
                writer.write(JSON.writeValueAsString(dump));
                writer.commit();
            } finally {
                writer.abort();
            }
        }
    }

    /** Notes the dumps of a build before its directory goes. */
    @Extension
    public static final class Listener extends RunListener<Run<?, ?>> {

        @Override
        public void onDeleted(Run<?, ?> build) {
            DumpsOfBuild action = build.getAction(DumpsOfBuild.class);
            if (action == null) {
                return;
            }
            for (Map<String, String> dump : action.dumps()) {
                try {
                    note(dump);
                } catch (IOException e) {
                    LOGGER.log(Level.WARNING, e, () -> "cannot note that the dump of " + build + " is to be deleted");
                }
            }
            Computer.threadPoolForRemoting.execute(() ->
                    ExtensionList.lookupSingleton(DumpsOfDeletedBuilds.class).deleteAll());
        }
    }
}
