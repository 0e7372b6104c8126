package io.jenkins.plugins.pgbackup.cli.console;

import java.util.List;

/**
 * The dump that was restored.
 *
 * @param uri where it lies
 * @param database where it was restored to, for people
 */
public record RestoreOutput(String uri, String database) implements CommandOutput {

    @Override
    public List<String> lines() {
        return List.of("Restored " + uri + " to " + database);
    }

    @Override
    public String json() {
        return Json.of(this);
    }
}
