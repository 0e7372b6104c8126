package io.jenkins.plugins.pgbackup.engine.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.regex.Pattern;

/**
 * Who made a backup.
 *
 * @param tool the program and its version
 * @param controller an id of the server that has the job, as two may have one of the same name; {@code null} if no job
 *     requested it, or in a manifest of an earlier version
 * @param job the job's full name, or {@code null} if no job requested it
 * @param build the build's number or address, or {@code null} if no build requested it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Origin(String tool, String controller, String job, String build) {

    /** The plugin and the command line. */
    private static final Pattern OURS = Pattern.compile("(pgBackup plugin|pgbackup)( .*)?", Pattern.DOTALL);

    /** Whether it was made by the plugin or the command line of this engine. */
    public boolean hasKnownTool() {
        return tool != null && OURS.matcher(tool).matches();
    }
}
