package io.jenkins.plugins.pgbackup.engine.catalog;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpEncoding;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import java.util.ArrayList;
import java.util.List;

/** The command that restores a dump with PostgreSQL's own tools, for the day when nothing else is there. */
public final class RestoreCommandLine {

    private static final String PSQL = "psql --no-psqlrc --set=ON_ERROR_STOP=1 --dbname=\"$DATABASE_URL\"";

    private static final String PUBLIC_SCHEMA = "CREATE SCHEMA public|ALTER SCHEMA public OWNER TO .*"
            + "|COMMENT ON SCHEMA public IS '\\''standard public schema'\\''";

    private static final String TRANSACTION_TIMEOUT = "SET transaction_timeout = 0";

    private static final String LIST_WITHOUT_PUBLIC =
            "pg_restore --list | grep -Ev '^[0-9]+; [0-9]+ [0-9]+ (SCHEMA - public|COMMENT - SCHEMA public) '";

    private RestoreCommandLine() {}

    /**
     * Puts it together: for a POSIX shell, with or without {@code pipefail}. It ends with 0 where all was restored.
     *
     * @param readCommand prints the stored dump
     * @param encoding how the dump is stored
     * @param createsPublicSchema whether the dump may create the schema {@code public}, which every new database has already
     * @param knownParameters whether the server that the dump is of knows all that the dump sets
     */
    public static String of(
            String readCommand, DumpEncoding encoding, boolean createsPublicSchema, boolean knownParameters) {
        String read = readCommand
                + encoding.filter()
                        .undoCommand()
                        .map(command -> " | " + command)
                        .orElse("");
        if (encoding.format() == DumpFormat.PLAIN) {
            List<String> leftOut = new ArrayList<>();
            if (createsPublicSchema) {
                leftOut.add(PUBLIC_SCHEMA);
            }
            if (!knownParameters) {
                leftOut.add(TRANSACTION_TIMEOUT);
            }
            return read + (leftOut.isEmpty() ? "" : " | " + without(leftOut)) + " | " + PSQL;
        }
        if (!createsPublicSchema) {
            return read + " | " + pgRestore(encoding.format(), "");
        }
        // Only the head is read for the list, so what prints the dump fails then.
        return "LIST=$(mktemp) && { " + read + " || :; } 2> /dev/null | " + LIST_WITHOUT_PUBLIC + " > \"$LIST\" && "
                + read + " | " + pgRestore(encoding.format(), " --use-list=\"$LIST\"");
    }

    /** Leaves statements out up to the first that holds data or code. Each is one line, or else stays. */
    private static String without(List<String> statements) {
        return "LC_ALL=C sed -E '1,/^(COPY|INSERT|CREATE [^S])/{/^(" + String.join("|", statements) + ");$/d;}'";
    }

    private static String pgRestore(DumpFormat format, String option) {
        String command = "pg_restore --exit-on-error" + option + " --dbname=\"$DATABASE_URL\"";
        // It leaves the end of a tar archive unread, of which what prints the dump would fail.
        return format == DumpFormat.TAR ? "{ " + command + " && cat > /dev/null; }" : command;
    }
}
