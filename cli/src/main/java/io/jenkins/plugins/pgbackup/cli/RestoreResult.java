package io.jenkins.plugins.pgbackup.cli;

import java.util.List;

/**
 * The dump that was restored.
 *
 * @param uri where it lies
 * @param database where it was restored to, for people
 */
record RestoreResult(String uri, String database) implements Result {

    @Override
    public List<String> lines() {
        return List.of("Restored " + uri + " to " + database);
    }

    @Override
    public String json() {
        return Json.of(this);
    }
}
