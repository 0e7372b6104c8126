package io.jenkins.plugins.pgbackup.engine;

import java.time.Duration;

/** Is told what happens while a backup is made, in words for people and without secrets. */
public interface BackupListener {

    /**
     * The backup begins.
     *
     * @param destination where the dump goes: {@code to backups in S3 as shop.dump}
     * @param source what is dumped, by what: {@code database shop on db.example.com:5432, PostgreSQL 17.6, pg_dump 17.6}
     */
    void onStart(String destination, String source);

    /**
     * The dump has come some way.
     *
     * @param rawBytes read from {@code pg_dump}
     * @param storedBytes left after compression
     * @param elapsed since its start
     */
    void onProgress(long rawBytes, long storedBytes, Duration elapsed);

    /**
     * How long after a report of progress the next one is welcome, or after the start the first one.
     *
     * @param elapsed since the start
     */
    default Duration pauseAfter(Duration elapsed) {
        return growingPause(elapsed);
    }

    /** For reports that stay to be read: the longer it has taken, the longer until the next one. */
    static Duration growingPause(Duration elapsed) {
        long seconds = Math.min(Math.max(elapsed.toSeconds(), 5), 600);
        return Duration.ofSeconds(seconds);
    }

    /** Something that people should know and that stops nothing. */
    void onNotice(String sentence);

    /** A program wrote a line to its standard error. */
    void onStderr(String program, String line);
}
