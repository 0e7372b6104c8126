package io.jenkins.plugins.pgbackup.parameter;

import hudson.Util;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.driver.DumpListing;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a person chooses a dump of.
 *
 * @param dumps the newest first
 * @param problem why there are none: a sentence; {@code null} if they could be listed
 */
public record DumpChoices(List<DumpListing.Entry> dumps, String problem) {

    private static final int LONGEST_DATABASE = 63;

    /** One line of the list. */
    public record Option(String value, String text, boolean selected) {

        public String getValue() {
            return value;
        }

        public String getText() {
            return text;
        }

        public boolean isSelected() {
            return selected;
        }
    }

    public String getProblem() {
        return problem;
    }

    /** The newest dump that was proven, or {@code null}. */
    String getProposed() {
        return dumps.stream()
                .filter(DumpListing.Entry::proven)
                .map(DumpListing.Entry::uri)
                .findFirst()
                .orElse(null);
    }

    public List<Option> getOptions() {
        Instant now = Instant.now();
        String proposed = getProposed();
        return dumps.stream()
                .map(dump -> new Option(dump.uri(), text(dump, now), dump.uri().equals(proposed)))
                .toList();
    }

    private static String text(DumpListing.Entry dump, Instant now) {
        String name = dump.uri().substring(dump.uri().lastIndexOf('/') + 1);
        String age = Util.getTimeSpanString(
                Math.max(0, Duration.between(dump.made(), now).toMillis()));
        String size = BackupSummary.size(dump.sizeBytes());
        String database = dump.database() == null ? "?" : PrintableLine.of(dump.database(), LONGEST_DATABASE);
        return dump.proven()
                ? Messages.DumpChoices_proven(name, database, age, size)
                : Messages.DumpChoices_notProven(name, database, age, size);
    }
}
