package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What of an archive is restored, and for whom.
 *
 * @param noOwner whether all objects belong to the user who restores them, instead of to their owners in the dump
 * @param noPrivileges whether the rights in the dump are left out
 * @param role that restores it, after {@code SET ROLE}, or {@code null} for the user of the URL
 * @param schemas that are restored, or empty for all; names, not patterns
 * @param tables that are restored, or empty for all; names without schema, not patterns
 */
public record RestoredContents(
        boolean noOwner, boolean noPrivileges, String role, List<String> schemas, List<String> tables) {

    /** Everything, as it was dumped. */
    public static final RestoredContents ALL = new RestoredContents(false, false, null, List.of(), List.of());

    public RestoredContents {
        schemas = List.copyOf(schemas);
        tables = List.copyOf(tables);
        if (Stream.concat(schemas.stream(), tables.stream()).anyMatch(String::isBlank)) {
            throw new InvalidInputException(
                    "The name of a schema or table to restore is empty: write it, or leave it out.");
        }
        if (role != null && role.isBlank()) {
            throw new InvalidInputException("The role to restore as is empty: write it, or leave it out.");
        }
    }

    /** Whether a part of the dump is left out. */
    public boolean isSelection() {
        return !schemas.isEmpty() || !tables.isEmpty();
    }

    /** Arguments of {@code pg_restore}. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (noOwner) {
            arguments.add("--no-owner");
        }
        if (noPrivileges) {
            arguments.add("--no-privileges");
        }
        if (role != null) {
            arguments.add("--role=" + role);
        }
        schemas.forEach(schema -> arguments.add("--schema=" + schema));
        tables.forEach(table -> arguments.add("--table=" + table));
        return arguments;
    }
}
