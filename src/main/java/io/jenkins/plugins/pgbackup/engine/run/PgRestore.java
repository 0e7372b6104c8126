package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import java.util.List;

/** How {@code pg_restore} lists what is in an archive. */
public final class PgRestore {

    private PgRestore() {}

    /**
     * Reads the whole of an archive and throws the SQL away; listing it would read its head only. The format is said because
     * finding it out needs a file that can be read twice.
     */
    public static List<String> readAll(DumpFormat format, String archive) {
        return List.of(format.argument(), "--file=/dev/null", archive);
    }

    /** Writes the SQL of the definitions in a list to a file. */
    static List<String> script(DumpFormat format, String archive, String list, String file) {
        return List.of(format.argument(), "--section=pre-data", "--use-list=" + list, "--file=" + file, archive);
    }

    /** Writes the list of what is in an archive to a file. */
    static List<String> list(DumpFormat format, String archive, String list) {
        return List.of(format.argument(), "--list", "--file=" + list, archive);
    }
}
