package io.jenkins.plugins.pgbackup.leftover;

import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.agent.AgentMachine;
import io.jenkins.plugins.pgbackup.credentials.DatabaseCredentials;
import io.jenkins.plugins.pgbackup.driver.AbandonedDump;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.engine.Restore;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jenkins.model.Jenkins;

/**
 * Cleans up after backups of the same job that could not do so themselves, because the controller was killed or the agent lost.
 */
public final class AbandonedBackups {

    private final Run<?, ?> build;
    private final Machine here;
    private final TaskListener listener;

    /** @param here the machine of this build, with PostgreSQL's programs */
    public AbandonedBackups(Run<?, ?> build, Machine here, TaskListener listener) {
        this.build = build;
        this.here = here;
        this.listener = listener;
    }

    /** Withdraws what there is and says so. What cannot be withdrawn now stays noted, and stops nothing. */
    public void withdraw() throws InterruptedException {
        try {
            AbandonedNotes notes = BackupJournal.abandoned(build);
            for (AbandonedNotes.Note note : notes.readable()) {
                if (BackupJournal.take(note.file())) {
                    try {
                        withdraw(note);
                    } finally {
                        BackupJournal.putBack(note.file());
                    }
                }
            }
            for (AbandonedNotes.Unreadable note : notes.unreadable()) {
                say(Messages.AbandonedBackups_unreadable(note.build(), note.path(), note.reason()));
            }
        } catch (IOException e) {
            say(Messages.AbandonedBackups_unknown(e.getMessage()));
        }
    }

    private void withdraw(AbandonedNotes.Note note) throws InterruptedException {
        try {
            List<String> removed = new ArrayList<>();
            boolean all = withdraw(note, removed);
            if (!removed.isEmpty()) {
                say(Messages.AbandonedBackups_withdrawn(note.build(), String.join(", ", removed)));
            }
            if (all) {
                note.isClearedUp();
            } else {
                say(Messages.AbandonedBackups_offline(note.build(), note.entry().node()));
            }
        } catch (IOException | RuntimeException e) {
            say(Messages.AbandonedBackups_failed(note.build(), e.getMessage()));
        }
    }

    /** @return whether that was all of it */
    private boolean withdraw(AbandonedNotes.Note note, List<String> removed) throws IOException, InterruptedException {
        BackupJournal.Entry entry = note.entry();
        Node node = entry.node().isEmpty() ? Jenkins.get() : Jenkins.get().getNode(entry.node());
        Optional<AgentMachine> machine = node == null ? Optional.empty() : AgentMachine.outsideBuilds(node);
        String directory = entry.leftovers().directory();
        if (machine.isPresent() && machine.get().call(PrivateDirectory.abandon(directory))) {
            removed.add(
                    Messages.AbandonedBackups_directory(directory, machine.get().name()));
        }
        Map<String, String> pending = entry.leftovers().pending();
        if (!pending.isEmpty() && entry.driver() != null) {
            AbandonedDump dump = new AbandonedDump(pending, machine, entry.awsCredentialsId(), build);
            BackupDriver.withdraw(entry.driver(), dump).ifPresent(removed::add);
        } else if (!pending.isEmpty()) {
            PostgresUrl url = DatabaseCredentials.resolve(entry.credentialsId(), PostgresUrl.parse(entry.url()), build);
            Restore.withdraw(here, url, pending, new BuildLog(listener))
                    .ifPresent(database -> removed.add(Messages.AbandonedBackups_database(database)));
        }
        // What was on an agent that is no longer there has gone with it.
        return machine.isPresent() || node == null;
    }

    private void say(String sentence) {
        new BuildLog(listener).onNotice(sentence);
    }
}
