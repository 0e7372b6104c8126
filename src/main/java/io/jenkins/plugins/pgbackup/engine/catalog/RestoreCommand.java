package io.jenkins.plugins.pgbackup.engine.catalog;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpEncoding;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;

/** The command that restores a dump with PostgreSQL's own tools, for the day when nothing else is there. */
public final class RestoreCommand {

    private RestoreCommand() {}

    /**
     * Puts it together.
     *
     * @param readCommand prints the stored dump
     * @param encoding how the dump is stored
     */
    public static String of(String readCommand, DumpEncoding encoding) {
        String decompress =
                encoding.decompressCommand().map(command -> " | " + command).orElse("");
        String restore = encoding.format() == DumpFormat.PLAIN
                ? "psql --no-psqlrc --set=ON_ERROR_STOP=1 --dbname=\"$DATABASE_URL\""
                : "pg_restore --exit-on-error --dbname=\"$DATABASE_URL\"";
        return readCommand + decompress + " | " + restore;
    }
}
