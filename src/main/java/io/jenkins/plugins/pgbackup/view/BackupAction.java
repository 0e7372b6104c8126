package io.jenkins.plugins.pgbackup.view;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import java.util.ArrayList;
import java.util.List;

/** What a build's page says of the backups that the build made. */
public final class BackupAction extends InvisibleAction {

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

    /** In the order in which they were made. */
    public List<BackupSummary> getBackups() {
        return List.copyOf(backups);
    }
}
