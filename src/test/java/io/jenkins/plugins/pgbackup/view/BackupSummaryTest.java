package io.jenkins.plugins.pgbackup.view;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hudson.util.XStream2;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.Origin;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;
import io.jenkins.plugins.pgbackup.engine.proof.Proof;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackupSummaryTest {

    private static final String DIGEST = "0123456789abcdef".repeat(4);

    @Test
    void aPipelineMayKeepIt() throws Exception {
        BackupSummary made = summary(7, 9, DIGEST, "17.6");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(made);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(everyProperty(in.readObject()), is(everyProperty(made)));
        }
    }

    @Test
    void itsBuildKeepsAllOfIt() {
        XStream2 xstream = new XStream2();
        BackupSummary made = summary(7, 9, DIGEST, "17.6");
        assertThat(everyProperty(xstream.fromXML(xstream.toXML(made))), is(everyProperty(made)));
    }

    @Test
    void whatAnAgentAnsweredDoesNoMoreThanShow() {
        BackupSummary made = summary(7, 9, DIGEST, "a\n\u001b[8mb\u202e" + "x".repeat(1 << 20));
        String shown = "a ?[8mb?" + "x".repeat(BuildLog.LONGEST_SENTENCE - 8) + "…";
        assertThat(made.getClientVersion(), is(shown));
        assertThat(made.getProof(), is(shown));
        assertThat(made.getWarnings(), is(List.of(shown)));
    }

    @Test
    void whatNoBackupHasIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> summary(-1, 9, DIGEST, "17.6"));
        assertThrows(IllegalArgumentException.class, () -> summary(7, -1, DIGEST, "17.6"));
        assertThrows(IllegalArgumentException.class, () -> summary(7, 9, DIGEST + "0", "17.6"));
        assertThrows(IllegalArgumentException.class, () -> summary(7, 9, DIGEST.toUpperCase(), "17.6"));
    }

    @Test
    void theRowsAreThoseOfAllTables() {
        BackupSummary made = summary(7, 9, DIGEST, "17.6");
        assertThat(made.getTables(), is(2));
        assertThat(made.getRows(), is(2L));
    }

    @Test
    void withoutAllRowsThereIsNeitherNumber() {
        DumpedTable counted = new DumpedTable("public", "fruit", 2L, 15);
        DumpedTable uncounted = new DumpedTable("public", "other", null, 15);
        for (BackupSummary made : List.of(
                summary(7, 9, DIGEST, "17.6", "it has INSERT statements", List.of(counted, uncounted)),
                summary(7, 9, DIGEST, "17.6", "it cannot be read", null),
                summary(7, 9, DIGEST, "17.6", null, null))) {
            assertThat(made.getTables(), is(nullValue()));
            assertThat(made.getRows(), is(nullValue()));
        }
    }

    private static BackupSummary summary(long size, long duration, String digest, String said) {
        return summary(
                size,
                duration,
                digest,
                said,
                null,
                List.of(new DumpedTable("public", "fruit", 2L, 15), new DumpedTable("public", "empty", 0L, 0)));
    }

    private static BackupSummary summary(
            long size, long duration, String digest, String said, String uncounted, List<DumpedTable> tables) {
        return new BackupSummary(new Manifest(
                "/backups/shop.dump",
                "shop.dump",
                "local",
                "shop",
                "db.example.com",
                "17.6",
                said,
                "custom",
                "zstd:1",
                11,
                size,
                digest,
                0,
                null,
                "2026-11-20T01:02:03Z",
                "2026-11-20T01:02:04Z",
                duration,
                Proof.missing(said),
                true,
                false,
                false,
                new Origin("test", null, "nightly", "#1"),
                "pg_restore shop.dump",
                List.of(said),
                uncounted,
                tables,
                List.of(said),
                "all",
                null));
    }

    private static List<String> everyProperty(Object summary) {
        return Stream.of(BackupSummary.class.getDeclaredMethods())
                .filter(method -> method.getName().matches("(get|is)[A-Z].*"))
                .map(method -> {
                    try {
                        return method.getName() + ": " + method.invoke(summary);
                    } catch (ReflectiveOperationException e) {
                        throw new AssertionError(e);
                    }
                })
                .sorted()
                .toList();
    }
}
