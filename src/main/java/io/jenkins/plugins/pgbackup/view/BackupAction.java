package io.jenkins.plugins.pgbackup.view;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What a build's page says of the backups that the build made. */
public final class BackupAction extends InvisibleAction {

    private static final Logger LOGGER = Logger.getLogger(BackupAction.class.getName());

    private final List<BackupSummary> backups;

    private BackupAction(List<BackupSummary> backups) {
        this.backups = backups;
    }

    /** Notes one more backup with the build. */
    public static void record(Run<?, ?> build, BackupSummary backup) {
        synchronized (build) {
            BackupAction known = build.getAction(BackupAction.class);
            List<BackupSummary> backups = new ArrayList<>(known == null ? List.of() : known.backups);
            backups.add(backup);
            build.replaceAction(new BackupAction(backups));
        }
    }

    /**
     * Notes that a dump is gone.
     *
     * @param by the build that has removed it, as people write it
     */
    static void removed(Run<?, ?> build, String uri, String by) {
        synchronized (build) {
            BackupAction known = build.getAction(BackupAction.class);
            if (known == null) {
                return;
            }
            known.backups.stream()
                    .filter(backup -> backup.getUri().equals(uri))
                    .forEach(backup -> backup.noteRemoval(by));
            try {
                build.save();
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "cannot note at " + build + " that its dump was removed");
            }
        }
    }

    /** In the order in which they were made. */
    public List<BackupSummary> getBackups() {
        return List.copyOf(backups);
    }
}
