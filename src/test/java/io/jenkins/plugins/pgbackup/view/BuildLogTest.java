package io.jenkins.plugins.pgbackup.view;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import hudson.util.StreamTaskListener;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BuildLogTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final BuildLog log = new BuildLog(new StreamTaskListener(written, StandardCharsets.UTF_8));

    @Test
    void theStartSaysWhatGoesWhere() {
        log.onStart("to backups in S3 as shop.dump", "database shop on db.example.com, pg_dump 17.6");
        assertThat(
                lines(),
                is(
                        "Backing database up to backups in S3 as shop.dump: database shop on db.example.com, pg_dump 17.6\n"));
    }

    @Test
    void progressHasBytesTimeAndRate() {
        log.onProgress(3L << 30, 1L << 30, Duration.ofSeconds(60));
        assertThat(lines(), is("3.0 GiB dumped, 1.0 GiB stored after 1 min 0 sec (51.2 MiB/s)\n"));
    }

    @Test
    void aLineOfAProgramSaysWhose() {
        log.onStderr("pg_dump", "pg_dump: warning: circular foreign keys");
        log.onStderr("pg_dump", "HINT: none");
        assertThat(lines(), is("pg_dump: warning: circular foreign keys\npg_dump: HINT: none\n"));
    }

    @Test
    void noLineDoesMoreThanShow() {
        log.onStart("a\nb", "\u001b[8mha:\u202e");
        log.onNotice("a\rERROR: forged\u009b2J");
        log.onStderr("psql", "a\u2028b");
        assertThat(lines(), is("Backing database up a b: ?[8mha:?\na ERROR: forged?2J\npsql: a b\n"));
    }

    @Test
    void noSentenceIsLongerThanItHelps() {
        log.onNotice("x".repeat(1 << 20));
        assertThat(lines(), is("x".repeat(BuildLog.LONGEST_SENTENCE) + "…\n"));
    }

    private String lines() {
        return written.toString(StandardCharsets.UTF_8).replace("\r", "");
    }
}
